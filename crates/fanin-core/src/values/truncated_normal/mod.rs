//! The truncated normal distribution, and values of it by the inverse of its distribution function.
//!
//! One draw of fixed width an element, no rejection. The distribution of the bounds decides which kernel turns the draw into a
//! value: `single` in `f32` where it is accurate, else one of three in `f64`: `central` by the inverse normal
//! distribution function from the nearer tail, `far` in logarithms beyond 30 sigma, `narrow` where the interval is so
//! short that differences of Φ lose it.

mod bounds;
mod central;
mod distribution_function;
mod far;
mod moments;
mod narrow;
mod rows;
mod single;
mod staged;

pub(super) use bounds::Shape;
pub use bounds::{BoundsError, TruncatedUnitNormal};
pub(super) use central::Central;
pub(super) use far::Far;
pub(super) use narrow::Narrow;
pub(super) use rows::Rows;
pub(super) use single::Single;
#[cfg(test)]
pub(super) use single::inverse_tail_f32;
pub(super) use staged::Staged;

/// The unit value of a draw of 52 bits.
#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "52 bits are exact in f64")]
pub(super) fn unit_f64_of_draw(distribution: &TruncatedUnitNormal, k: u64) -> f64 {
    use rows::Kernel;
    match distribution.shape() {
        Shape::Central => Central::new(distribution, 52).value(k as f64),
        Shape::Far => Far::new(distribution, 52).value(k as f64),
        Shape::Narrow => Narrow::new(distribution, 52).value(k as f64),
    }
}
