//! Read-only views.

use crate::values::{Element, Slice};

/// A read-only view of a parameter or of a window of it.
#[derive(Clone, Copy, Debug)]
pub struct ParamView<'a> {
    data: Slice<'a>,
    start: u64,
}

impl<'a> ParamView<'a> {
    /// Creates a view of a whole parameter.
    #[must_use]
    pub fn whole<T: Element>(data: &'a [T]) -> Self {
        Self::window(data, 0)
    }

    /// Creates a view of a window that begins at element `start` of the parameter.
    #[must_use]
    pub fn window<T: Element>(data: &'a [T], start: u64) -> Self {
        Self { data: T::lend(data), start }
    }

    /// Returns the values.
    #[must_use]
    pub fn data(&self) -> Slice<'a> {
        self.data
    }

    /// Returns the parameter index of the first value.
    #[must_use]
    pub fn start(&self) -> u64 {
        self.start
    }
}
