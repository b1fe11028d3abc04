//! The fills: which kernel serves which distribution and element type.
//!
//! Kernels know only arithmetic, windows only elements; this module combines them.

use super::block::Blocks;
use super::element::Element;
use super::normal::Normal;
use super::slice::SliceMut;
use super::stream::Stream;
use super::truncated_normal::{Central, Far, Narrow, Rows, Shape, Single, Staged, TruncatedUnitNormal};
use super::uniform::Uniform;
use super::window::{Window, WindowError};

/// Runs the first expression on a window of elements that are computed in `f32`, the second on one of `f64`.
macro_rules! by_arithmetic {
    ($stream:expr, $start:expr, $out:expr, $single:ident => $in_f32:expr, $double:ident => $in_f64:expr) => {{
        let (stream, start) = ($stream, $start);
        match $out {
            SliceMut::F32(out) => {
                let $single = Window { stream, start, out };
                $in_f32
            }
            SliceMut::F16(out) => {
                let $single = Window { stream, start, out };
                $in_f32
            }
            SliceMut::BF16(out) => {
                let $single = Window { stream, start, out };
                $in_f32
            }
            SliceMut::F64(out) => {
                let $double = Window { stream, start, out };
                $in_f64
            }
        }
    }};
}

/// Fills a window with uniform values on [low, high).
///
/// `v = u * (high - low) + low`, every operation rounded, where the span is taken in `f64` and, like `low` and `high`,
/// rounded once to the arithmetic's type; a result that reaches `high` becomes the number below it.
///
/// - `f32`: `u = (word >> 8) * 2^-24`, one word an element.
/// - `f64`: two words an element, `x = first << 32 | second`, `u` = the 52 upper bits of `x` on the odd grid:
///   `(2k + 1) * 2^-53`.
/// - `f16`, `bf16`: the `f32` value rounded to nearest even, which may round up to `high`.
///
/// `-0.0` never appears in `f32` and `f64`. An interval that is empty or a point after rounding gives `low`
/// everywhere; a `NaN` bound or an infinite span gives values without a meaning, never a panic: initializers refuse
/// them first.
///
/// # Errors
/// [`WindowError`] when `start + out.len()` is beyond `u64`; nothing is written then.
pub fn fill_uniform<T: Element>(
    stream: Stream,
    start: u64,
    out: &mut [T],
    low: f64,
    high: f64,
) -> Result<(), WindowError> {
    by_arithmetic!(stream, start, T::lend_mut(out),
        single => single.fill(&Blocks::<_, 4>(Uniform::<f32>::new(low, high))),
        double => double.fill(&Blocks::<_, 2>(Uniform::<f64>::new(low, high))))
}

/// Fills a window with normal values of the given mean and standard deviation.
///
/// `z * std + mean` with two rounded operations, after both parameters are rounded to the arithmetic's type, where `z`
/// is a unit normal of Box and Muller:
///
/// `z = (r cos θ, r sin θ)`, `r = √(-2 ln u)`, `θ = π s / 2` plus a half turn by one bit of its own.
///
/// The two values of a pair lie 64 indices apart, the cosine at the lower one. `z` is within 6.5 ulp of the exact
/// transform of the same `u` and `s` in `f32`, by the errors of all radii and all angles (5.61 is the worst product found,
/// beyond 5 is rare), and within 4 ulp in `f64` at the inputs tried. It is never 0 or `-0.0`, and at most 6.6605 or 8.5717 in
/// size.
///
/// - `f32`: two words a pair; `u` has 31 bits, rounded to `f32` and kept below 1; `s` lies on the odd grid of 24 bits.
/// - `f64`: four words a pair; `u` and `s` lie on odd grids of 52 bits.
/// - `f16`, `bf16`: the `f32` value rounded to nearest even; a value below half the smallest subnormal becomes a zero
///   that keeps its sign.
///
/// A parameter that is `NaN` or infinite gives values without a meaning, never a panic: initializers refuse it first.
///
/// Source: Box and Muller, *A note on the generation of random normal deviates*, Ann. Math. Statist. 29 (1958),
/// equation 1.
///
/// # Errors
/// [`WindowError`] when `start + out.len()` is beyond `u64`; nothing is written then.
pub fn fill_normal<T: Element>(
    stream: Stream,
    start: u64,
    out: &mut [T],
    mean: f64,
    std: f64,
) -> Result<(), WindowError> {
    by_arithmetic!(stream, start, T::lend_mut(out),
        single => single.fill(&Blocks::<_, 4>(Normal::<f32>::new(mean, std))),
        double => double.fill(&Blocks::<_, 2>(Normal::<f64>::new(mean, std))))
}

/// Fills a window with values of a truncated normal distribution: `z * std + mean`, two rounded operations, with `z` the unit
/// normal truncated to the bounds of `distribution`, which are in sigma.
///
/// `mean` and `std` are those of the normal distribution before truncation;
/// [`TruncatedUnitNormal::std`] says what truncation leaves of the latter.
///
/// - `f32`, one word an element, 31 bits of it: `z = -√2 erfc⁻¹(2q)` from the nearer tail, in `f32`, at most 5 ulp and
///   monotone in the word within 2 ulp. Where a tail probability falls below 7e-11, or the interval is too short for
///   the resolution of `f32` probabilities, the `f64` kernel takes the same 31 bits and the value is rounded.
/// - `f64`, two words an element, 52 bits of them, in `f64`.
/// - `f16`, `bf16`: the `f32` value rounded to nearest even.
///
/// `z` lies within the bounds, rounded like every parameter to the type of the arithmetic, and is never `-0.0`. A
/// parameter that is `NaN` or infinite gives values without a meaning, never a panic: initializers refuse it first.
///
/// # Errors
/// [`WindowError`] when `start + out.len()` is beyond `u64`; nothing is written then.
pub fn fill_truncated_normal<T: Element>(
    stream: Stream,
    start: u64,
    out: &mut [T],
    distribution: &TruncatedUnitNormal,
    mean: f64,
    std: f64,
) -> Result<(), WindowError> {
    by_arithmetic!(stream, start, T::lend_mut(out),
        single => truncated_single(single, distribution, Normal::<f32>::new(mean, std)),
        double => truncated_double(double, distribution, Normal::<f64>::new(mean, std)))
}

/// Fills in the arithmetic of `f32`, by the kernel that is accurate for these bounds.
fn truncated_single<T: Element<Real = f32>>(
    window: Window<'_, T>,
    distribution: &TruncatedUnitNormal,
    place: Normal<f32>,
) -> Result<(), WindowError> {
    if let Some(kernel) = Single::new(distribution) {
        return window.fill(&Staged { kernel, place });
    }
    match distribution.shape() {
        Shape::Central => window.fill(&Rows { kernel: Central::new(distribution, 31), place }),
        Shape::Far => window.fill(&Rows { kernel: Far::new(distribution, 31), place }),
        Shape::Narrow => window.fill(&Rows { kernel: Narrow::new(distribution, 31), place }),
    }
}

/// Fills in the arithmetic of `f64`, by the kernel that is accurate for these bounds.
fn truncated_double<T: Element<Real = f64>>(
    window: Window<'_, T>,
    distribution: &TruncatedUnitNormal,
    place: Normal<f64>,
) -> Result<(), WindowError> {
    match distribution.shape() {
        Shape::Central => window.fill(&Rows { kernel: Central::new(distribution, 52), place }),
        Shape::Far => window.fill(&Rows { kernel: Far::new(distribution, 52), place }),
        Shape::Narrow => window.fill(&Rows { kernel: Narrow::new(distribution, 52), place }),
    }
}
