//! Where a value lives: a seed and a parameter's full name; the element index is the third part.

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
}

impl<'a> Key<'a> {
    /// The address of the parameter `name` under `seed`.
    #[must_use]
    pub const fn new(seed: Seed, name: &'a str) -> Self {
        Self { seed, name }
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

    /// The stream that uniform, normal and truncated normal values are computed from.
    #[must_use]
    pub fn values(self) -> Stream {
        Stream::values(self.seed.0, self.name)
    }

    /// The stream that per-element generators are computed from; it never meets [`Key::values`].
    #[must_use]
    pub fn elements(self) -> Stream {
        Stream::elements(self.seed.0, self.name)
    }
}
