//! Parts of a parameter along an axis.

use crate::initializer::{ArgumentError, InitError};
use crate::notation::{Argument, Counts, Printer};
use crate::param::{Axis, ParamSpec, StridedRange};

pub(super) const AXIS: Argument<Axis> = Argument::new("axis", Axis::Out);
pub(super) const REPEAT: Argument<usize> = Argument::new("repeat", 1);

/// Splits an axis in proportion to `sizes`, in order, with the whole series repeated `repeat` times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slices {
    pub(super) sizes: Vec<usize>,
    pub(super) axis: Axis,
    pub(super) repeat: usize,
}

impl Slices {
    pub(super) fn new(
        initializer: &'static str,
        sizes: Vec<usize>,
        axis: Axis,
        repeat: usize,
    ) -> Result<Self, ArgumentError> {
        let refuse = |argument, value, reason| Err(ArgumentError { initializer, argument, value, reason });
        let total = sizes.iter().try_fold(0_usize, |sum, size| sum.checked_add(*size));
        if sizes.is_empty() || sizes.contains(&0) || total.and_then(|total| total.checked_mul(repeat)).is_none() {
            let reason = "is not a list of sizes; use one or more whole numbers above 0";
            return refuse("parts", format!("{sizes:?}"), reason);
        }
        if repeat == 0 {
            return refuse(REPEAT.name, repeat.to_string(), "is not a count; use 1 or more");
        }
        Ok(Self { sizes, axis, repeat })
    }

    /// Creates `count` equal parts along the output axis.
    pub(super) fn ones(count: usize) -> Self {
        Self { sizes: vec![1; count], axis: AXIS.default, repeat: REPEAT.default }
    }

    /// Creates `count` equal parts along `axis`.
    pub(super) fn equal(initializer: &'static str, count: usize, axis: Axis) -> Result<Self, ArgumentError> {
        // More parts than the length of the axis are rejected later, with the parameter's name.
        Self::new(initializer, vec![1; count.min(1 << 24)], axis, REPEAT.default)
    }

    /// Returns the elements and the spec of each part. The axis length in the spec is the total over the repeats of the
    /// part.
    pub(super) fn of(&self, param: &ParamSpec, initializer: &str) -> Result<Vec<(StridedRange, ParamSpec)>, InitError> {
        let refuse = |reason: String| InitError::shape(param, initializer, reason);
        let axis = self.axis.of(param).map_err(refuse)?;
        let length = param.shape().get(axis).copied().unwrap_or(0);
        let pieces = self.sizes.iter().sum::<usize>() * self.repeat;
        if length % pieces != 0 {
            let repeated = if self.repeat > 1 { format!(", {} times", self.repeat) } else { String::new() };
            return Err(refuse(format!(
                "its axis {axis}, of length {length}, cannot be split in proportion to {:?}{repeated}; use sizes \
                 whose sum divides it",
                self.sizes
            )));
        }
        let unit = length / pieces;
        // Splits the axis in two, repeats and series; the parts lie along the second.
        let mut split = param.shape().to_vec();
        if let Some(length) = split.get_mut(axis) {
            *length /= self.repeat;
        }
        let mut start = 0;
        self.sizes
            .iter()
            .map(|size| {
                let range = start..start + size * unit;
                start = range.end;
                let mut shape = param.shape().to_vec();
                if let Some(length) = shape.get_mut(axis) {
                    *length = size * unit * self.repeat;
                }
                let range = StridedRange::along(&split, axis, range).unwrap_or(StridedRange::new(0, 0, 0));
                Ok((range, param.part(shape)?))
            })
            .collect()
    }

    /// Prints the arguments; `sizes` has its own name and default.
    pub(super) fn print(&self, printer: Printer, sizes: &Counts, default: &[usize]) -> Printer {
        printer.counts(sizes, &self.sizes, default).argument(&AXIS, &self.axis).argument(&REPEAT, &self.repeat)
    }
}
