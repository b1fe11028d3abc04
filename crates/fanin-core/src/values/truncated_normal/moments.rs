//! Mean and standard deviation of a truncated unit normal, by quadrature.

use crate::values::exact::exp;
use crate::values::quadrature::{TEN_POINTS, integral};

/// Number of ten-point panels. The exponent varies by less than 4 on each.
const PANELS: u32 = 32;
/// Exponent beyond which the density is negligible: `exp(-45)` is 3e-20.
const NEGLIGIBLE: f64 = 45.0;
/// The corresponding distance on an interval that contains 0: `√(2 · 50)`.
const NEGLIGIBLE_SIGMA: f64 = 10.0;

/// Computes the mean and standard deviation of the unit normal truncated to `[low, high]`.
///
/// The differences in the closed form cancel in the tails and on short intervals. Here, both moments are ratios of sums
/// of positive terms, computed from distances from the mean and from the density relative to the end where it is
/// largest.
pub(super) fn mean_and_std(low: f64, high: f64) -> (f64, f64) {
    if low == f64::NEG_INFINITY && high == f64::INFINITY {
        (0.0, 1.0)
    } else if low >= 0.0 {
        from_the_left(low, high)
    } else if high <= 0.0 {
        let (mean, std) = from_the_left(-high, -low);
        (-mean, std)
    } else {
        let (start, end) = (low.max(-NEGLIGIBLE_SIGMA), high.min(NEGLIGIBLE_SIGMA));
        let place = |u: f64| start + (end - start) * u;
        let (mean, std) = moments(place, |u| exp(-0.5 * place(u) * place(u)));
        // Return exactly 0, not the rounding error of two halves. Truncation never widens the distribution.
        (if low + high == 0.0 { 0.0 } else { mean }, std.min(1.0))
    }
}

/// Computes the moments on `[near, far]` with `0 ≤ near < far`.
fn from_the_left(near: f64, far: f64) -> (f64, f64) {
    // Solve near·t + t²/2 = NEGLIGIBLE. Far out, the square would overflow and t²/2 is negligible.
    let root = if near < 1e8 { (near * near + 2.0 * NEGLIGIBLE).sqrt() } else { near };
    let length = (far - near).min(NEGLIGIBLE / (0.5 * near + 0.5 * root));
    // Use units of the length to avoid underflow.
    let (slope, curve) = (near * length, 0.5 * length * length);
    let (mean, std) = moments(|u| u, |u| exp(-(slope * u + curve * u * u)));
    (near + length * mean, length * std)
}

/// Computes the mean and standard deviation of `place(u)` for `u` in [0, 1]. The density need not be normalized.
fn moments(place: impl Fn(f64) -> f64, density: impl Fn(f64) -> f64) -> (f64, f64) {
    let mass = composite(&density);
    let mean = composite(|u| place(u) * density(u)) / mass;
    let variance = composite(|u| (place(u) - mean) * (place(u) - mean) * density(u)) / mass;
    (mean, variance.sqrt())
}

/// Integrates `f` over [0, 1], panel by panel.
fn composite(f: impl Fn(f64) -> f64) -> f64 {
    let width = 1.0 / f64::from(PANELS);
    let mut sum = 0.0;
    for panel in 0..PANELS {
        sum += integral(&TEN_POINTS, |node| f((f64::from(panel) + node) * width));
    }
    sum * width
}
