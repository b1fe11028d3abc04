//! Borrowed views of a parameter's memory: the whole parameter, a window or a block of it.

mod composed;
mod indexed;
mod random;
mod read;

pub use read::ParamView;

use crate::address::Key;
use crate::error::InitError;
use crate::values::{Destination, Dtype, Element, Scattered, SliceMut, untouched_zeros};

/// A mutable view of memory that a backend lends to an initializer: a whole parameter or a part of it.
///
/// Elementwise initializers are built on the fill methods below. Each computes an element from its address alone, so a
/// part holds the same bits as in the whole parameter. Arguments are first rounded to the arithmetic type of the view:
/// `f64` for `f64`, `f32` for all others. 16-bit values are the `f32` value rounded to nearest even.
///
/// # Blocks
/// In [`fill_block`](crate::fill_block), a view is a window from the first element of the block to the last, in which
/// only the elements of the block are wanted. [`ParamViewMut::start`] and [`ParamViewMut::len`] are those of the
/// window, while the fill methods compute only the elements that are wanted. [`ParamViewMut::fill_slice`] lends
/// temporary memory for the whole window. An initializer that is correct for windows is therefore correct for blocks.
///
/// ```
/// use fanin_core::{Key, ParamViewMut, Seed};
///
/// let mut data = [0.0_f32; 4];
/// ParamViewMut::window(&mut data, 10).fill_each(|index| index as f64);
/// assert_eq!(data, [10.0, 11.0, 12.0, 13.0]);
/// ```
#[derive(Debug)]
pub struct ParamViewMut<'a> {
    destination: Destination<'a>,
}

impl<'a> ParamViewMut<'a> {
    /// Creates a view of a whole parameter.
    pub fn whole<T: Element>(data: &'a mut [T]) -> Self {
        Self::window(data, 0)
    }

    /// Creates a view of a window that begins at element `start` of the parameter.
    pub fn window<T: Element>(data: &'a mut [T], start: u64) -> Self {
        Self::of_slice(T::lend_mut(data), start)
    }

    /// Creates a view of a window of any element type that begins at element `start` of the parameter.
    #[must_use]
    pub fn of_slice(data: SliceMut<'a>, start: u64) -> Self {
        Self { destination: Destination::Window { start, out: data } }
    }

    /// Creates a view of the elements of a block.
    pub(crate) fn block<T: Element>(elements: Scattered<'a, T>) -> Self {
        Self { destination: Destination::Block(T::scattered(elements)) }
    }

    /// Calls `fill` with an empty view of the given element type.
    pub(crate) fn empty<R>(dtype: Dtype, fill: impl FnOnce(ParamViewMut<'_>) -> R) -> R {
        match dtype {
            Dtype::F32 => fill(ParamViewMut::whole::<f32>(&mut [])),
            Dtype::F64 => fill(ParamViewMut::whole::<f64>(&mut [])),
            Dtype::F16 => fill(ParamViewMut::whole::<half::f16>(&mut [])),
            Dtype::BF16 => fill(ParamViewMut::whole::<half::bf16>(&mut [])),
        }
    }

    /// Calls `fill` with an empty view, so that errors are found before anything is written. Does nothing if this view
    /// is itself empty, that is, already a dry run.
    pub(crate) fn dry_run(
        &self,
        fill: impl FnOnce(ParamViewMut<'_>) -> Result<(), InitError>,
    ) -> Result<(), InitError> {
        if self.is_empty() { Ok(()) } else { Self::empty(self.dtype(), fill) }
    }

    /// Returns the number of elements of the window. For a block, counts all elements from its first to its last.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.destination {
            Destination::Window { out, .. } => out.len(),
            Destination::Block(elements) => {
                let hull = elements.hull();
                usize::try_from(hull.end - hull.start).unwrap_or(usize::MAX)
            }
        }
    }

    /// Returns `true` if the view has no elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.destination.len() == 0
    }

    /// Returns the parameter index of the first element.
    #[must_use]
    pub fn start(&self) -> u64 {
        match &self.destination {
            Destination::Window { start, .. } => *start,
            Destination::Block(elements) => elements.hull().start,
        }
    }

    /// Returns the element type.
    #[must_use]
    pub fn dtype(&self) -> Dtype {
        self.destination.dtype()
    }

    /// Reborrows the view with a shorter lifetime.
    pub fn reborrow(&mut self) -> ParamViewMut<'_> {
        ParamViewMut { destination: self.destination.reborrow() }
    }

    /// Returns an error if an argument is not finite in the view's arithmetic type.
    fn check_arguments<const N: usize>(
        &self,
        key: Key<'_>,
        arguments: [(&'static str, f64); N],
    ) -> Result<(), InitError> {
        let arithmetic = if self.dtype() == Dtype::F64 { Dtype::F64 } else { Dtype::F32 };
        match arguments.into_iter().find(|(_, value)| !arithmetic.holds(*value)) {
            Some((argument, value)) => Err(InitError::range(key.name(), argument, value, self.dtype())),
            None => Ok(()),
        }
    }

    /// Returns an error if the element type cannot represent a finite value.
    pub(crate) fn check_value(&self, key: Key<'_>, argument: &'static str, value: f64) -> Result<(), InitError> {
        if value.is_finite() && !self.dtype().holds(value) {
            return Err(InitError::range(key.name(), argument, value, self.dtype()));
        }
        Ok(())
    }

    /// Returns an error if the element type cannot represent every value between the bounds.
    pub(crate) fn check_bounds(&self, key: Key<'_>, bounds: (f64, f64)) -> Result<(), InitError> {
        InitError::check_bounds(key.name(), self.dtype(), bounds)
    }
}

/// Allocates zeros. Returns an error instead of aborting if memory does not suffice.
fn allocate<T: Element>(len: usize, name: &str) -> Result<Vec<T>, InitError> {
    untouched_zeros(len).ok_or_else(|| InitError::Window {
        name: name.to_owned(),
        reason: format!("a copy of {len} elements does not fit in memory; draw it in windows"),
    })
}
