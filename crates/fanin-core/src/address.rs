//! Addresses: a seed and a parameter's full name; the element index completes the address.

use crate::values::Stream;

/// The number that a whole model is drawn from.
///
/// Two models with one seed have the same values wherever their parameters' names agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seed(pub u64);

impl std::fmt::Display for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The address of one parameter: seed and full dotted name.
///
/// A key holds no state. Drawing from it twice gives the same values twice, which is what makes a window of a parameter
/// equal to the same part of the whole.
///
/// ```
/// use fanin_core::{Key, Seed};
///
/// let a = Key::new(Seed(0), "layers.0.weight");
/// let b = Key::new(Seed(0), "layers.1.weight");
/// assert_ne!(a.values(), b.values());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key<'a> {
    seed: Seed,
    name: &'a str,
    path: &'a str,
}

/// The address of a part of a parameter; it lends a [`Key`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PartAddress<'a> {
    seed: Seed,
    name: &'a str,
    path: String,
}

impl PartAddress<'_> {
    /// The address as a key.
    #[must_use]
    pub fn key(&self) -> Key<'_> {
        Key { seed: self.seed, name: self.name, path: &self.path }
    }
}

impl<'a> Key<'a> {
    /// The address of the parameter `name` under `seed`.
    #[must_use]
    pub const fn new(seed: Seed, name: &'a str) -> Self {
        Self { seed, name, path: "" }
    }

    /// The address of a part of this one: its values have nothing to do with those of the whole or of other parts.
    ///
    /// Labels are words, of letters, digits, `_` and `.`; a part of a part has the path `outer/inner`. An initializer that draws
    /// more than once gives each draw a label of its own, and one that hands its key on to several others hands each a part: then
    /// no two of them ever meet.
    ///
    /// ```
    /// use fanin_core::{Key, Seed};
    ///
    /// let weight = Key::new(Seed(0), "lstm.weight_hh");
    /// let forget = weight.part("1");
    /// assert_eq!((forget.key().name(), forget.key().path()), ("lstm.weight_hh", "1"));
    /// assert_ne!(forget.key().values(), weight.values());
    /// ```
    #[must_use]
    pub fn part(self, label: &str) -> PartAddress<'a> {
        let path = if self.path.is_empty() { label.to_owned() } else { format!("{}/{label}", self.path) };
        PartAddress { seed: self.seed, name: self.name, path }
    }

    /// The seed.
    #[must_use]
    pub const fn seed(self) -> Seed {
        self.seed
    }

    /// The parameter's full name.
    #[must_use]
    pub const fn name(self) -> &'a str {
        self.name
    }

    /// The labels of the part, with `/` between; empty for a whole parameter.
    #[must_use]
    pub const fn path(self) -> &'a str {
        self.path
    }

    /// The stream that uniform, normal and truncated normal values are computed from.
    #[must_use]
    pub fn values(self) -> Stream {
        match self.path {
            "" => Stream::values(self.seed.0, self.name),
            path => Stream::values_of_part(self.seed.0, self.name, path),
        }
    }

    /// The stream that per-element generators are computed from; it never meets [`Key::values`].
    #[must_use]
    pub fn elements(self) -> Stream {
        match self.path {
            "" => Stream::elements(self.seed.0, self.name),
            path => Stream::elements_of_part(self.seed.0, self.name, path),
        }
    }
}
