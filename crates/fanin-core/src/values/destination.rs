//! Where values are written: a window in contiguous memory, or the elements of a block.

use super::dtype::Dtype;
use super::element::Element;
use super::scattered::{self, AnyScattered};
use super::slice::SliceMut;

/// Memory of any element type, with the indices of its elements.
#[derive(Debug)]
pub(crate) enum Destination<'a> {
    /// Contiguous memory for the elements from `start` on.
    Window { start: u64, out: SliceMut<'a> },
    /// The elements of a block.
    Block(AnyScattered<'a>),
}

/// Runs a generic expression on a slice of any element type.
macro_rules! each_slice {
    ($slice:expr, $data:ident => $body:expr) => {
        match $slice {
            $crate::values::SliceMut::F32($data) => $body,
            $crate::values::SliceMut::F64($data) => $body,
            $crate::values::SliceMut::F16($data) => $body,
            $crate::values::SliceMut::BF16($data) => $body,
        }
    };
}
pub(crate) use each_slice;

impl Destination<'_> {
    /// Returns the number of elements.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Window { out, .. } => out.len(),
            Self::Block(elements) => elements.len(),
        }
    }

    /// Returns the element type.
    pub(crate) fn dtype(&self) -> Dtype {
        match self {
            Self::Window { out, .. } => out.dtype(),
            Self::Block(elements) => elements.dtype(),
        }
    }

    /// Reborrows the same memory for a shorter lifetime.
    pub(crate) fn reborrow(&mut self) -> Destination<'_> {
        match self {
            Self::Window { start, out } => Destination::Window { start: *start, out: out.reborrow() },
            Self::Block(elements) => Destination::Block(elements.reborrow()),
        }
    }

    /// Sets every element to `value(index)`, rounded.
    pub(crate) fn set_each(&mut self, mut value: impl FnMut(u64) -> f64) {
        match self {
            Self::Window { start, out } => each_slice!(out, out => indexed(out, *start, &mut value)),
            Self::Block(elements) => {
                scattered::each!(elements, elements => elements.set_each(|index| Element::from_f64(value(index))));
            }
        }
    }

    /// Replaces every element by `value(number, index, before)`, rounded. `number` counts the elements from 0, in
    /// ascending order of index. Returns a value that became infinite by rounding, if any.
    pub(crate) fn update(&mut self, mut value: impl FnMut(usize, u64, f64) -> f64) -> Option<f64> {
        let mut beyond = None;
        match self {
            Self::Window { start, out } => each_slice!(out, out => {
                for (number, element) in out.iter_mut().enumerate() {
                    let index = start.wrapping_add(number as u64);
                    *element = updated(*element, &mut beyond, |before| value(number, index, before));
                }
            }),
            Self::Block(elements) => scattered::each!(elements, elements => {
                elements.update(|number, index, element| {
                    updated(element, &mut beyond, |before| value(number, index, before))
                });
            }),
        }
        beyond
    }
}

/// Sets each element to `value(index)`.
pub(crate) fn indexed<T: Element>(data: &mut [T], start: u64, value: &mut impl FnMut(u64) -> f64) {
    for (offset, element) in data.iter_mut().enumerate() {
        *element = T::from_f64(value(start.wrapping_add(offset as u64)));
    }
}

/// Returns `value(element)`, rounded. Sets `beyond` if it became infinite by rounding.
#[inline]
fn updated<T: Element>(element: T, beyond: &mut Option<f64>, value: impl FnOnce(f64) -> f64) -> T {
    let before = element.to_f64();
    let value = value(before);
    let rounded = T::from_f64(value);
    // Values that were infinite or NaN before the change are not errors here.
    if before.is_finite() && !rounded.to_f64().is_finite() {
        *beyond = Some(value);
    }
    rounded
}
