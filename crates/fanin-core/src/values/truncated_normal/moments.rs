//! Mean and standard deviation of a truncated unit normal by quadrature.

use crate::values::exact::exp;
use crate::values::quadrature::{TEN_POINTS, integral};

/// Panels of ten points: on each the exponent varies by less than 4.
const PANELS: u32 = 32;
/// Where the density has fallen by `exp(-45)`, 3e-20, the rest does not count.
const NEGLIGIBLE: f64 = 45.0;
/// `√(2 · 50)`: the same on an interval that holds 0.
const NEGLIGIBLE_SIGMA: f64 = 10.0;

/// Mean and standard deviation of the unit normal on `[low, high]`.
///
/// The closed form takes differences that cancel in the tails and on short intervals. Here both moments are ratios of
/// sums of positive terms: the density relative to the end where it is largest, and distances from the mean.
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
        // Exactly 0, not the rounding of two halves; and truncation never widens the distribution.
        (if low + high == 0.0 { 0.0 } else { mean }, std.min(1.0))
    }
}

/// The moments on `[near, far]` with `0 ≤ near < far`.
fn from_the_left(near: f64, far: f64) -> (f64, f64) {
    // The root of near·t + t²/2 = NEGLIGIBLE; far out the square would overflow, and t²/2 does not count.
    let root = if near < 1e8 { (near * near + 2.0 * NEGLIGIBLE).sqrt() } else { near };
    let length = (far - near).min(NEGLIGIBLE / (0.5 * near + 0.5 * root));
    // In units of the length, so that nothing underflows.
    let (slope, curve) = (near * length, 0.5 * length * length);
    let (mean, std) = moments(|u| u, |u| exp(-(slope * u + curve * u * u)));
    (near + length * mean, length * std)
}

/// Mean and standard deviation of `place(u)` for `u` in [0, 1] with a density that need not be normalized.
fn moments(place: impl Fn(f64) -> f64, density: impl Fn(f64) -> f64) -> (f64, f64) {
    let mass = composite(&density);
    let mean = composite(|u| place(u) * density(u)) / mass;
    let variance = composite(|u| (place(u) - mean) * (place(u) - mean) * density(u)) / mass;
    (mean, variance.sqrt())
}

/// The integral over [0, 1], panel by panel.
fn composite(f: impl Fn(f64) -> f64) -> f64 {
    let width = 1.0 / f64::from(PANELS);
    let mut sum = 0.0;
    for panel in 0..PANELS {
        sum += integral(&TEN_POINTS, |node| f((f64::from(panel) + node) * width));
    }
    sum * width
}
