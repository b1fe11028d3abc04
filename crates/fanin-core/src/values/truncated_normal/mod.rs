//! The truncated normal distribution, and values of it by the inverse of its distribution function.
//!
//! One draw of fixed width an element, no rejection. The distribution of the bounds decides which kernel turns the draw into a
//! value: `single` in `f32` where it is accurate, else one of three in `f64`: `central` by the inverse normal
//! distribution function from the nearer tail, `far` in logarithms beyond 30 sigma, `narrow` where the interval is so
//! short that differences of Φ lose it.

mod bounds;
mod central;
mod far;
mod moments;
mod narrow;
mod rows;
mod single;
mod staged;

pub use bounds::{BoundsError, TruncatedUnitNormal};
pub(super) use single::Single;
#[cfg(test)]
pub(super) use single::inverse_tail_f32;

use central::Central;
use far::Far;
use narrow::Narrow;
#[cfg(test)]
use rows::Kernel;
use rows::Rows;
use staged::Staged;

use bounds::Shape;

use super::element::Element;
use super::normal::Normal;
use super::real::Real;
use super::stream::Stream;
use super::tile::{Window, WindowError};

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
    T::Real::fill_truncated(Window { stream, start, out }, distribution, mean, std)
}

/// The fill in the arithmetic of `f32`.
pub(super) fn fill_single<T: Element<Real = f32>>(
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

/// The fill in the arithmetic of `f64`.
pub(super) fn fill_double<T: Element<Real = f64>>(
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

/// The unit value of a draw of 52 bits.
#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "52 bits are exact in f64")]
pub(super) fn unit_f64_of_draw(distribution: &TruncatedUnitNormal, k: u64) -> f64 {
    match distribution.shape() {
        Shape::Central => Central::new(distribution, 52).value(k as f64),
        Shape::Far => Far::new(distribution, 52).value(k as f64),
        Shape::Narrow => Narrow::new(distribution, 52).value(k as f64),
    }
}
