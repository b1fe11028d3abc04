//! Formatting of possibly long lists in error messages.

use std::fmt;

/// The number of items shown.
const SHOWN: usize = 5;

/// The first five items of a list and the number of remaining items.
///
/// ```
/// use fanin_core::message::FirstFew;
///
/// assert_eq!(FirstFew::of(&["a", "b"]).to_string(), "a, b");
/// assert_eq!(FirstFew::of(&[1, 2, 3, 4, 5, 6, 7]).to_string(), "1, 2, 3, 4, 5 and 2 more");
/// assert_eq!(FirstFew::separated(&["no fan", "too large"], "; ").to_string(), "no fan; too large");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct FirstFew<'a, T> {
    items: &'a [T],
    separator: &'static str,
}

impl<'a, T> FirstFew<'a, T> {
    /// The items, separated by commas.
    #[must_use]
    pub fn of(items: &'a [T]) -> Self {
        Self::separated(items, ", ")
    }

    /// The items with this separator: `"; "` for items that are sentences.
    #[must_use]
    pub fn separated(items: &'a [T], separator: &'static str) -> Self {
        Self { items, separator }
    }
}

impl<T: fmt::Display> fmt::Display for FirstFew<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, item) in self.items.iter().take(SHOWN).enumerate() {
            let separator = if place == 0 { "" } else { self.separator };
            write!(f, "{separator}{item}")?;
        }
        match self.items.len().checked_sub(SHOWN) {
            None | Some(0) => Ok(()),
            Some(more) => write!(f, " and {more} more"),
        }
    }
}
