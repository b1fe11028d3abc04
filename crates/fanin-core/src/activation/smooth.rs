//! Formulas of smooth activations (a higher derivative may jump at 0).
//!
//! No formula overflows or cancels: no exponent is positive, and a small derivative is never computed as the difference
//! of two large numbers.

use super::Real;

/// The sigmoid `1 / (1 + exp(-z))`. Overflow is harmless: where `exp(-z)` is infinite, the sigmoid rounds to 0.
#[inline]
pub(super) fn sigmoid<R: Real>(z: R) -> R {
    let one = R::from_f64(1.0);
    one / (one + (-z).exp())
}

/// `max(z, 0) + ln(1 + exp(-|z|))`
#[inline]
pub(super) fn softplus<R: Real>(z: R) -> R {
    super::piecewise::positive_or(z, R::from_f64(0.0)) + (-z.abs()).exp().ln_1p()
}

/// The outer and inner factors of LeCun's tanh.
const LECUN: (f64, f64) = (1.7159, 2.0 / 3.0);

#[inline]
pub(super) fn lecun_tanh<R: Real>(z: R) -> R {
    R::from_f64(LECUN.0) * (R::from_f64(LECUN.1) * z).tanh()
}

/// `a b (1 - t^2)` for `f = a t`.
#[inline]
pub(super) fn lecun_tanh_slope<R: Real>(value: R) -> R {
    let t = value / R::from_f64(LECUN.0);
    R::from_f64(LECUN.0 * LECUN.1) * (R::from_f64(1.0) - t * t)
}

#[inline]
pub(super) fn silu_slope<R: Real>(z: R) -> R {
    let (one, s) = (R::from_f64(1.0), sigmoid(z));
    s * (one + z * (one - s))
}

pub(super) fn normal_cdf<R: Real>(z: R) -> R {
    R::from_f64(0.5) * (R::from_f64(1.0) + (z * R::from_f64(std::f64::consts::FRAC_1_SQRT_2)).erf())
}

pub(super) fn normal_density<R: Real>(z: R) -> R {
    /// 1 / sqrt(2 pi)
    const SCALE: f64 = 0.398_942_280_401_432_7;
    R::from_f64(SCALE) * (R::from_f64(-0.5) * z * z).exp()
}

/// sqrt(2 / pi) and the cubic coefficient of the tanh form of GELU.
const GELU_TANH: (f64, f64) = (0.797_884_560_802_865_4, 0.044_715);

/// `(1 + tanh u) / 2`, computed as `S(2 u)` to avoid cancellation.
#[inline]
fn gelu_tanh_step<R: Real>(z: R) -> R {
    sigmoid(R::from_f64(2.0 * GELU_TANH.0) * z * (R::from_f64(1.0) + R::from_f64(GELU_TANH.1) * z * z))
}

#[inline]
pub(super) fn gelu_tanh<R: Real>(z: R) -> R {
    z * gelu_tanh_step(z)
}

#[inline]
pub(super) fn gelu_tanh_slope<R: Real>(z: R) -> R {
    let (one, step) = (R::from_f64(1.0), gelu_tanh_step(z));
    let bell = step * (one - step);
    // In the tails the density is 0 and z^2 may be infinite.
    if bell == R::from_f64(0.0) {
        return step;
    }
    let inner = R::from_f64(2.0 * GELU_TANH.0) * (one + R::from_f64(3.0 * GELU_TANH.1) * z * z);
    step + z * bell * inner
}

/// The sigmoid's factor in the approximation of the normal distribution function.
const QUICK: f64 = 1.702;

#[inline]
pub(super) fn quick_gelu<R: Real>(z: R) -> R {
    z * sigmoid(R::from_f64(QUICK) * z)
}

#[inline]
pub(super) fn quick_gelu_slope<R: Real>(z: R) -> R {
    let (one, s) = (R::from_f64(1.0), sigmoid(R::from_f64(QUICK) * z));
    s + R::from_f64(QUICK) * (z * s * (one - s))
}

/// `tanh(softplus z) = ((1 + e^z)^2 - 1) / ((1 + e^z)^2 + 1)`, divided by `e^(2 z)` for positive `z`.
#[inline]
pub(super) fn mish<R: Real>(z: R) -> R {
    let (one, two) = (R::from_f64(1.0), R::from_f64(2.0));
    let e = (-z.abs()).exp();
    let above = if z > R::from_f64(0.0) { one + two * e } else { e * (e + two) };
    z * (above / mish_below(z, e))
}

#[inline]
fn mish_below<R: Real>(z: R, e: R) -> R {
    let (one, two) = (R::from_f64(1.0), R::from_f64(2.0));
    if z > R::from_f64(0.0) { one + two * e * (one + e) } else { e * (e + two) + two }
}

/// `t + z (1 - t^2) S(z)`, where `(1 - t^2) S(z) = 4 e (1 + e) / below^2`, with another factor `e` for positive `z`.
#[inline]
pub(super) fn mish_slope<R: Real>(z: R) -> R {
    let (one, two, four) = (R::from_f64(1.0), R::from_f64(2.0), R::from_f64(4.0));
    let e = (-z.abs()).exp();
    let below = mish_below(z, e);
    let (above, bell) = if z > R::from_f64(0.0) {
        (one + two * e, four * e * e * (one + e))
    } else {
        (e * (e + two), four * e * (one + e))
    };
    above / below + z * (bell / below) / below
}

#[inline]
pub(super) fn softsign<R: Real>(z: R) -> R {
    z / (R::from_f64(1.0) + z.abs())
}

#[inline]
pub(super) fn softsign_slope<R: Real>(z: R) -> R {
    let one = R::from_f64(1.0);
    let root = one / (one + z.abs());
    root * root
}

#[inline]
pub(super) fn arctan_slope<R: Real>(z: R) -> R {
    let one = R::from_f64(1.0);
    one / (one + z * z)
}

pub(super) fn erf_slope<R: Real>(z: R) -> R {
    R::from_f64(std::f64::consts::FRAC_2_SQRT_PI) * (-(z * z)).exp()
}

/// `z - tanh z`; near 0, where that cancels, from `tanh z = z / (1 + q)` with the continued fraction
/// `q = z^2 / (3 + z^2 / (5 + ...))`.
#[inline]
pub(super) fn tanh_shrink<R: Real>(z: R) -> R {
    let one = R::from_f64(1.0);
    if z.abs() > one {
        return z - z.tanh();
    }
    let square = z * z;
    let odd = [17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0];
    let tail = odd.into_iter().fold(R::from_f64(19.0), |tail, odd| R::from_f64(odd) + square / tail);
    let q = square / tail;
    z * (q / (one + q))
}

#[inline]
pub(super) fn tanh_shrink_slope<R: Real>(z: R) -> R {
    let t = z.tanh();
    t * t
}
