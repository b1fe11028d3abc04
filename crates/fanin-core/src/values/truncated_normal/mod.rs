//! The truncated normal distribution, sampled by inverting its distribution function.
//!
//! Each element takes one draw of fixed width, without rejection. The bounds determine the kernel that maps a draw to a
//! value: `single` in `f32` where it is accurate, otherwise one of three in `f64`. `central` uses the inverse normal
//! distribution function from the nearer tail, `far` works in logarithms beyond 30 sigma, and `narrow` handles
//! intervals so short that differences of Φ lose precision.

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

/// Returns the unit value of a 52-bit draw.
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
