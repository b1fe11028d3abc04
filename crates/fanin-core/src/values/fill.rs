//! The public fill functions, which select the kernel for a distribution and an element type.
//!
//! Kernels know only arithmetic and windows know only elements; this module combines them.

use super::block::Blocks;
use super::destination::Destination;
use super::element::Element;
use super::normal::Normal;
use super::scattered::{AnyScattered, InStream};
use super::slice::SliceMut;
use super::stream::Stream;
use super::tile::Tile;
use super::truncated_normal::{Central, Far, Narrow, Rows, Shape, Single, Staged, TruncatedUnitNormal};
use super::uniform::Uniform;
use super::window::{Window, WindowError};

/// Evaluates the first expression for element types computed in `f32`, the second for `f64`, with the target of a
/// destination.
macro_rules! by_arithmetic {
    ($stream:expr, $destination:expr, $single:ident => $in_f32:expr, $double:ident => $in_f64:expr) => {{
        use AnyScattered as Any;
        use Destination::{Block, Window as In};
        let stream = $stream;
        match $destination {
            In { start, out: SliceMut::F32(out) } => {
                let $single = Window { stream, start, out };
                $in_f32
            }
            In { start, out: SliceMut::F16(out) } => {
                let $single = Window { stream, start, out };
                $in_f32
            }
            In { start, out: SliceMut::BF16(out) } => {
                let $single = Window { stream, start, out };
                $in_f32
            }
            In { start, out: SliceMut::F64(out) } => {
                let $double = Window { stream, start, out };
                $in_f64
            }
            Block(Any::F32(elements)) => {
                let $single = InStream { stream, elements };
                $in_f32
            }
            Block(Any::F16(elements)) => {
                let $single = InStream { stream, elements };
                $in_f32
            }
            Block(Any::BF16(elements)) => {
                let $single = InStream { stream, elements };
                $in_f32
            }
            Block(Any::F64(elements)) => {
                let $double = InStream { stream, elements };
                $in_f64
            }
        }
    }};
}

/// Elements that a kernel fills.
trait Target {
    /// The arithmetic type.
    type Real;

    fn fill<K: Tile<Self::Real>>(self, kernel: &K) -> Result<(), WindowError>;
}

impl<T: Element> Target for Window<'_, T> {
    type Real = T::Real;

    fn fill<K: Tile<T::Real>>(self, kernel: &K) -> Result<(), WindowError> {
        Window::fill(self, kernel)
    }
}

impl<T: Element> Target for InStream<'_, T> {
    type Real = T::Real;

    fn fill<K: Tile<T::Real>>(self, kernel: &K) -> Result<(), WindowError> {
        InStream::fill(self, kernel);
        Ok(())
    }
}

/// Fills a window with uniform values on [low, high).
///
/// Computes `v = u * (high - low) + low` with every operation rounded. The span is computed in `f64` and, like `low`
/// and `high`, rounded once to the arithmetic type. A result that reaches `high` is replaced by the next lower number.
///
/// - `f32`: `u = (word >> 8) * 2^-24`, one word per element.
/// - `f64`: two words per element, `x = first << 32 | second`; `u` is the upper 52 bits of `x` on the odd grid,
///   `(2k + 1) * 2^-53`.
/// - `f16`, `bf16`: the `f32` value rounded to nearest even, which may round up to `high`.
///
/// `-0.0` never appears in `f32` or `f64`. An interval that is empty or a single point after rounding gives `low`
/// everywhere. A `NaN` bound or an infinite span gives meaningless values but never panics; initializers reject both
/// beforehand.
///
/// # Errors
/// Returns [`WindowError`] if `start + out.len()` overflows `u64`. Nothing is written then.
pub fn fill_uniform<T: Element>(
    stream: Stream,
    start: u64,
    out: &mut [T],
    low: f64,
    high: f64,
) -> Result<(), WindowError> {
    uniform(stream, Destination::Window { start, out: T::lend_mut(out) }, low, high)
}

/// Fills like [`fill_uniform`].
pub(crate) fn uniform(stream: Stream, destination: Destination<'_>, low: f64, high: f64) -> Result<(), WindowError> {
    by_arithmetic!(stream, destination,
        single => Target::fill(single, &Blocks::<_, 4>(Uniform::<f32>::new(low, high))),
        double => Target::fill(double, &Blocks::<_, 2>(Uniform::<f64>::new(low, high))))
}

/// Fills a window with normal values of the given mean and standard deviation.
///
/// Computes `z * std + mean` in two rounded operations, after rounding both parameters to the arithmetic type. `z` is a
/// unit normal from the Box-Muller transform:
///
/// `z = (r cos θ, r sin θ)`, `r = √(-2 ln u)`, `θ = π s / 2` plus a half turn selected by a separate bit.
///
/// The two values of a pair are 64 indices apart, with the cosine at the lower index. In `f32`, `z` is within 6.5 ulp
/// of the exact transform of the same `u` and `s`, a bound derived from the errors of all radii and all angles (the
/// worst product found is 5.61 ulp; more than 5 is rare). In `f64` it is within 4 ulp at the inputs tested. `z` is
/// never 0 or `-0.0`, and its magnitude is at most 6.6605 (`f32`) or 8.5717 (`f64`).
///
/// - `f32`: two words per pair; `u` has 31 bits, rounded to `f32` and kept below 1; `s` lies on the odd grid of 24
///   bits.
/// - `f64`: four words per pair; `u` and `s` lie on odd grids of 52 bits.
/// - `f16`, `bf16`: the `f32` value rounded to nearest even; a value below half the smallest subnormal becomes a zero
///   that keeps its sign.
///
/// A `NaN` or infinite parameter gives meaningless values but never panics; initializers reject it beforehand.
///
/// Source: Box and Muller, *A note on the generation of random normal deviates*, Ann. Math. Statist. 29 (1958),
/// equation 1.
///
/// # Errors
/// Returns [`WindowError`] if `start + out.len()` overflows `u64`. Nothing is written then.
pub fn fill_normal<T: Element>(
    stream: Stream,
    start: u64,
    out: &mut [T],
    mean: f64,
    std: f64,
) -> Result<(), WindowError> {
    normal(stream, Destination::Window { start, out: T::lend_mut(out) }, mean, std)
}

/// Fills like [`fill_normal`].
pub(crate) fn normal(stream: Stream, destination: Destination<'_>, mean: f64, std: f64) -> Result<(), WindowError> {
    by_arithmetic!(stream, destination,
        single => Target::fill(single, &Blocks::<_, 4>(Normal::<f32>::new(mean, std))),
        double => Target::fill(double, &Blocks::<_, 2>(Normal::<f64>::new(mean, std))))
}

/// Fills a window with truncated normal values.
///
/// Computes `z * std + mean` in two rounded operations, where `z` is a unit normal truncated to the bounds of
/// `distribution`, which are in sigma. `mean` and `std` are those of the normal distribution before truncation;
/// [`TruncatedUnitNormal::std`] returns the factor by which truncation reduces `std`.
///
/// - `f32`: 31 bits of one word per element. `z = -√2 erfc⁻¹(2q)` from the nearer tail, in `f32`, within 5 ulp and
///   monotone in the word within 2 ulp. If a tail probability falls below 7e-11, or the interval is too short for the
///   resolution of `f32` probabilities, the `f64` kernel takes the same 31 bits and the value is rounded.
/// - `f64`: 52 bits of two words per element, in `f64`.
/// - `f16`, `bf16`: the `f32` value rounded to nearest even.
///
/// `z` lies within the bounds, which are rounded to the arithmetic type like every parameter, and is never `-0.0`. A
/// `NaN` or infinite parameter gives meaningless values but never panics; initializers reject it beforehand.
///
/// # Errors
/// Returns [`WindowError`] if `start + out.len()` overflows `u64`. Nothing is written then.
pub fn fill_truncated_normal<T: Element>(
    stream: Stream,
    start: u64,
    out: &mut [T],
    distribution: &TruncatedUnitNormal,
    mean: f64,
    std: f64,
) -> Result<(), WindowError> {
    truncated_normal(stream, Destination::Window { start, out: T::lend_mut(out) }, distribution, mean, std)
}

/// Fills like [`fill_truncated_normal`].
pub(crate) fn truncated_normal(
    stream: Stream,
    destination: Destination<'_>,
    distribution: &TruncatedUnitNormal,
    mean: f64,
    std: f64,
) -> Result<(), WindowError> {
    by_arithmetic!(stream, destination,
        single => truncated_single(single, distribution, Normal::<f32>::new(mean, std)),
        double => truncated_double(double, distribution, Normal::<f64>::new(mean, std)))
}

/// Fills in `f32` arithmetic, with the kernel that is accurate for these bounds.
fn truncated_single(
    target: impl Target<Real = f32>,
    distribution: &TruncatedUnitNormal,
    place: Normal<f32>,
) -> Result<(), WindowError> {
    if let Some(kernel) = Single::new(distribution) {
        return target.fill(&Staged { kernel, place });
    }
    match distribution.shape() {
        Shape::Central => target.fill(&Rows { kernel: Central::new(distribution, 31), place }),
        Shape::Far => target.fill(&Rows { kernel: Far::new(distribution, 31), place }),
        Shape::Narrow => target.fill(&Rows { kernel: Narrow::new(distribution, 31), place }),
    }
}

/// Fills in `f64` arithmetic, with the kernel that is accurate for these bounds.
fn truncated_double(
    target: impl Target<Real = f64>,
    distribution: &TruncatedUnitNormal,
    place: Normal<f64>,
) -> Result<(), WindowError> {
    match distribution.shape() {
        Shape::Central => target.fill(&Rows { kernel: Central::new(distribution, 52), place }),
        Shape::Far => target.fill(&Rows { kernel: Far::new(distribution, 52), place }),
        Shape::Narrow => target.fill(&Rows { kernel: Narrow::new(distribution, 52), place }),
    }
}
