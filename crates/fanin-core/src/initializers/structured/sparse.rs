//! Sparse matrices with the same number of zeros in every column.

use rayon::prelude::*;

use super::bernoulli::probability;
use super::eye::matrix;
use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::notation::{Argument, Elsewhere, Entry, Required, boxed};
use crate::param::{Axis, ParamSpec, ParamViewMut};

const FRACTION: Required<f64> = Required::new("fraction");
const STD: Argument<f64> = Argument::new("std", 0.01);
const AXIS: Argument<Axis> = Argument::new("axis", Axis::At(0));

pub(super) static ENTRY: Entry = Entry {
    name: "sparse",
    aliases: &[],
    arguments: &[&FRACTION, &STD, &AXIS],
    summary: "normal, with ceil(fraction n) zeros in every line along an axis (by default, in every column)",
    formula: "w = 0 at places drawn without replacement, else std z",
    distribution: "exactly that many zeros in every line, at uniformly random places; the rest normal with mean 0 \
                   and this std",
    shapes: "two axes",
    errors: "a fraction outside 0 to 1; a shape that is not a matrix",
    caution: "PyTorch counts per column; Martens per unit, axis = in",
    source: "Martens 2010, section 5",
    example: "sparse(0.9, std = 0.1, axis = in)",
    elsewhere: Elsewhere { torch: "`sparse_`", ..Elsewhere::NONE },
    build: |arguments| {
        let (fraction, std) = (FRACTION.of(arguments)?, STD.of(arguments)?);
        boxed(Sparse::new(fraction, std, AXIS.of(arguments)?)?)
    },
};

/// Normal values with exactly `ceil(fraction * rows)` zeros in every column, at positions drawn without replacement.
/// Units with few inputs do not saturate, and differ more from each other than with dense weights.
///
/// The zeros are counted per line along `axis`: by default axis 0, that is, per column, as in PyTorch's `sparse_`.
/// Martens counts per unit, over its inputs: `axis = 1` for `[out, in]`, or `axis = in` for any layout.
///
/// Every element has a random number: for position `p` of line `l`, the `f64` uniform value of part `sparse` of the
/// address at index `l * length + p`. The elements with the `zeros` smallest numbers of a line are 0 (ties: lower
/// position first). The others are the normal values of the parameter's own address. A window thus depends only on the
/// lines it touches.
///
/// Text: `sparse`. Requires two axes. A window reads the whole of each line it touches. The matrix is stored dense, so
/// sparsity does not save time. Martens 2010, section 5.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::Sparse, param::Axis};
///
/// let weight = ParamSpec::new("w", [10, 4])?;
/// let values: Vec<f32> = Sparse::new(0.75, 0.1, Axis::At(0))?.sample(&weight, Seed(0))?;
/// for column in 0..4 {
///     assert_eq!((0..10).filter(|row| values[4 * row + column] == 0.0).count(), 8);
/// }
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sparse {
    fraction: f64,
    std: f64,
    axis: Axis,
}

/// The lines of a matrix along an axis.
#[derive(Clone, Copy, Debug)]
struct Lines {
    length: u64,
    /// The distance between neighbors in a line.
    stride: u64,
    count: u64,
    zeros: u64,
}

impl Sparse {
    /// Creates normal values of the given std, with this fraction of zeros in every line along `axis`.
    ///
    /// # Errors
    /// [`ArgumentError`] if `fraction` is not in `[0, 1]`, or `std` is negative or not finite.
    pub fn new(fraction: f64, std: f64, axis: Axis) -> Result<Self, ArgumentError> {
        let fraction = probability(ENTRY.name, FRACTION.name, fraction)?;
        Ok(Self { fraction, std: ArgumentError::not_negative(ENTRY.name, STD.name, std)?, axis })
    }

    fn lines(&self, param: &ParamSpec) -> Result<Lines, InitError> {
        let (rows, columns) = matrix(param, ENTRY.name)?;
        let axis = self.axis.of(param).map_err(|reason| InitError::shape(param, ENTRY.name, reason))?;
        let (length, stride, count) = if axis == 0 { (rows, columns, columns) } else { (columns, 1, rows) };
        Ok(Lines { length, stride, count, zeros: self.zeros(length) })
    }

    /// Returns `ceil(fraction * length)`. Products within rounding error of a whole number count as that number: 0.07
    /// of 100 is 7.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of at most `length`, which has fewer than 53 bits"
    )]
    fn zeros(&self, length: u64) -> u64 {
        let exact = self.fraction * length as f64;
        let whole = exact.round();
        let count = if (exact - whole).abs() <= 1e-12 * exact { whole } else { exact.ceil() };
        (count as u64).min(length)
    }
}

impl Lines {
    /// Returns the first index of a line.
    fn start(&self, line: u64) -> u64 {
        if self.stride == 1 { line * self.length } else { line }
    }

    /// Returns the lines that a window touches.
    fn of_window(&self, start: u64, len: u64) -> std::ops::Range<u64> {
        let end = start.saturating_add(len).min(self.count.saturating_mul(self.length));
        if start >= end || self.length == 0 {
            return 0..0;
        }
        if self.stride == 1 {
            return start / self.length..(end - 1) / self.length + 1;
        }
        // A window of several rows touches every column.
        if start / self.stride == (end - 1) / self.stride {
            start % self.stride..(end - 1) % self.stride + 1
        } else {
            0..self.count
        }
    }

    /// Returns the positions of the zeros of a line.
    fn zeros(&self, key: Key<'_>, line: u64) -> Result<Vec<u64>, InitError> {
        let length = usize::try_from(self.length).unwrap_or(0);
        let mut numbers = vec![0.0_f64; length];
        ParamViewMut::window(&mut numbers, line * self.length).fill_uniform(key, 0.0, 1.0)?;
        let mut places: Vec<(f64, u64)> = numbers.into_iter().zip(0..).collect();
        let zeros = usize::try_from(self.zeros).unwrap_or(length);
        if zeros < places.len() {
            let order = |a: &(f64, u64), b: &(f64, u64)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
            places.select_nth_unstable_by(zeros, order);
            places.truncate(zeros);
        }
        Ok(places.into_iter().map(|(_, place)| place).collect())
    }
}

/// The number of lines computed before their zeros are written.
const LINES: u64 = 1024;

impl Initializer for Sparse {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let lines = self.lines(param)?;
        out.fill_normal(key, 0.0, self.std)?;
        let part = key.part("sparse");
        let touched = lines.of_window(out.start(), out.len() as u64);
        let mut first = touched.start;
        while first < touched.end {
            let next = touched.end.min(first.saturating_add(LINES));
            let zeros: Vec<Vec<u64>> =
                (first..next).into_par_iter().map(|line| lines.zeros(part.key(), line)).collect::<Result<_, _>>()?;
            for (line, places) in (first..next).zip(zeros) {
                out.set(places.into_iter().map(|place| lines.start(line) + place * lines.stride), 0.0);
            }
            first = next;
        }
        Ok(())
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        self.lines(param).map(|_| ())
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        let others = Distribution::Normal { mean: 0.0, std: self.std };
        match self.lines(param) {
            Ok(Lines { length, stride, zeros, .. }) if zeros < length => {
                Distribution::Sparse { zeros, length, stride, others: Box::new(others) }
            }
            Ok(_) => Distribution::Constant(0.0),
            Err(_) => Distribution::Unstated,
        }
    }

    fn text(&self) -> Option<String> {
        let printer = ENTRY.print().required(&self.fraction).argument(&STD, &self.std);
        Some(printer.argument(&AXIS, &self.axis).finish())
    }
}
