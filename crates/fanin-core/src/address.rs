//! The address of a parameter: a seed and the parameter's full name. An element index completes the address of a value.

use crate::values::Stream;

/// The seed from which all values of a model are drawn.
///
/// Models with the same seed have the same values in every parameter of the same name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seed(pub u64);

impl std::fmt::Display for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The address of a parameter: a seed and the full dotted name.
///
/// A key is stateless. Drawing from it twice gives the same values, so a window of a parameter equals the same part of
/// the whole.
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

/// The owned address of a part of a parameter. Borrow it as a [`Key`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PartAddress<'a> {
    seed: Seed,
    name: &'a str,
    path: String,
}

impl PartAddress<'_> {
    /// Returns the address as a key.
    #[must_use]
    pub fn key(&self) -> Key<'_> {
        Key { seed: self.seed, name: self.name, path: &self.path }
    }
}

impl<'a> Key<'a> {
    /// Creates the key of the parameter `name` under `seed`.
    #[must_use]
    pub const fn new(seed: Seed, name: &'a str) -> Self {
        Self { seed, name, path: "" }
    }

    /// Returns the address of a part of this one. Its values are independent of those of the whole and of other parts.
    ///
    /// A label consists of letters, digits, `_` and `.`. A part of a part has the path `outer/inner`. An initializer
    /// that draws more than once uses a separate label for each draw, and one that delegates to several others passes
    /// each its own part, so no two draws share a stream.
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

    /// Returns the seed.
    #[must_use]
    pub const fn seed(self) -> Seed {
        self.seed
    }

    /// Returns the parameter's full name.
    #[must_use]
    pub const fn name(self) -> &'a str {
        self.name
    }

    /// Returns the labels of the part, separated by `/`. Empty for a whole parameter.
    #[must_use]
    pub const fn path(self) -> &'a str {
        self.path
    }

    /// Returns the stream for uniform, normal and truncated normal values.
    #[must_use]
    pub fn values(self) -> Stream {
        match self.path {
            "" => Stream::values(self.seed.0, self.name),
            path => Stream::values_of_part(self.seed.0, self.name, path),
        }
    }

    /// Returns the stream for per-element generators. It is separate from [`Key::values`].
    #[must_use]
    pub fn elements(self) -> Stream {
        match self.path {
            "" => Stream::elements(self.seed.0, self.name),
            path => Stream::elements_of_part(self.seed.0, self.name, path),
        }
    }
}
