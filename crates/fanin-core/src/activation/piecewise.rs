//! Piecewise formulas of activations. At a kink, the derivative is that of the outer piece (the left one if there is a
//! single kink), so the derivative at the end of a flat piece is 0.

use super::Real;

/// Returns `z` for `z > 0`, else `left`. NaN stays NaN, so that a broken pre-activation does not look like a dead one.
#[inline]
pub(super) fn positive_or<R: Real>(z: R, left: R) -> R {
    if z <= R::from_f64(0.0) { left } else { z }
}

/// Returns `right` for `z > 0`, else `left`.
#[inline]
pub(super) fn slope_of<R: Real>(z: R, left: R, right: R) -> R {
    if z > R::from_f64(0.0) { right } else { left }
}

/// Returns `below` for `z <= low`, `above` for `z >= high`, and `middle` in between and for NaN.
#[inline]
fn three<R: Real>(z: R, [low, high]: [f64; 2], [below, middle, above]: [R; 3]) -> R {
    if z <= R::from_f64(low) {
        below
    } else if z >= R::from_f64(high) {
        above
    } else {
        middle
    }
}

#[inline]
pub(super) fn hard_tanh<R: Real>(z: R) -> R {
    three(z, [-1.0, 1.0], [R::from_f64(-1.0), z, R::from_f64(1.0)])
}

#[inline]
pub(super) fn hard_tanh_slope<R: Real>(z: R) -> R {
    three(z, [-1.0, 1.0], [0.0, 1.0, 0.0].map(R::from_f64))
}

#[inline]
pub(super) fn relu6<R: Real>(z: R) -> R {
    three(z, [0.0, 6.0], [R::from_f64(0.0), z, R::from_f64(6.0)])
}

#[inline]
pub(super) fn relu6_slope<R: Real>(z: R) -> R {
    three(z, [0.0, 6.0], [0.0, 1.0, 0.0].map(R::from_f64))
}

#[inline]
pub(super) fn hard_sigmoid<R: Real>(z: R) -> R {
    let middle = (z + R::from_f64(3.0)) / R::from_f64(6.0);
    three(z, [-3.0, 3.0], [R::from_f64(0.0), middle, R::from_f64(1.0)])
}

#[inline]
pub(super) fn hard_sigmoid_slope<R: Real>(z: R) -> R {
    three(z, [-3.0, 3.0], [0.0, 1.0 / 6.0, 0.0].map(R::from_f64))
}

#[inline]
pub(super) fn hard_swish<R: Real>(z: R) -> R {
    let middle = z * (z + R::from_f64(3.0)) / R::from_f64(6.0);
    three(z, [-3.0, 3.0], [R::from_f64(0.0), middle, z])
}

#[inline]
pub(super) fn hard_swish_slope<R: Real>(z: R) -> R {
    let middle = (z + z + R::from_f64(3.0)) / R::from_f64(6.0);
    three(z, [-3.0, 3.0], [R::from_f64(0.0), middle, R::from_f64(1.0)])
}

#[inline]
pub(super) fn relu_squared<R: Real>(z: R) -> R {
    positive_or(z, R::from_f64(0.0)) * positive_or(z, R::from_f64(0.0))
}

/// `alpha (exp z - 1)` for negative `z`, with slope `alpha exp z`.
#[inline]
pub(super) fn elu<R: Real>(z: R, alpha: f64) -> R {
    if z > R::from_f64(0.0) { z } else { R::from_f64(alpha) * z.exp_m1() }
}

#[inline]
pub(super) fn elu_slope<R: Real>(z: R, alpha: f64) -> R {
    if z > R::from_f64(0.0) { R::from_f64(1.0) } else { R::from_f64(alpha) * z.exp() }
}

/// `alpha (exp(z / alpha) - 1)` for negative `z`, with slope `exp(z / alpha)`.
#[inline]
pub(super) fn celu<R: Real>(z: R, alpha: f64) -> R {
    let alpha = R::from_f64(alpha);
    if z > R::from_f64(0.0) { z } else { alpha * (z / alpha).exp_m1() }
}

#[inline]
pub(super) fn celu_slope<R: Real>(z: R, alpha: f64) -> R {
    if z > R::from_f64(0.0) { R::from_f64(1.0) } else { (z / R::from_f64(alpha)).exp() }
}

/// Scale and alpha of SELU: under a unit normal, they make mean 0 and variance 1 a fixed point.
const SELU: (f64, f64) = (1.050_700_987_355_480_5, 1.673_263_242_354_377_2);

#[inline]
pub(super) fn selu<R: Real>(z: R) -> R {
    R::from_f64(SELU.0) * elu(z, SELU.1)
}

#[inline]
pub(super) fn selu_slope<R: Real>(z: R) -> R {
    R::from_f64(SELU.0) * elu_slope(z, SELU.1)
}
