//! The number types for computing activations.

use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::values::exact;

/// A real number type: `f32` and `f64` with the platform's functions for training, and [`Exact`] with this crate's
/// functions for numbers that affect initial values.
pub trait Real:
    Copy
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// The nearest number of this type.
    #[must_use]
    fn from_f64(value: f64) -> Self;
    /// The exponential.
    #[must_use]
    fn exp(self) -> Self;
    /// `exp(self) - 1`.
    #[must_use]
    fn exp_m1(self) -> Self;
    /// `ln(1 + self)`.
    #[must_use]
    fn ln_1p(self) -> Self;
    /// The sine.
    #[must_use]
    fn sin(self) -> Self;
    /// The cosine.
    #[must_use]
    fn cos(self) -> Self;
    /// The arctangent.
    #[must_use]
    fn atan(self) -> Self;
    /// The hyperbolic tangent.
    #[must_use]
    fn tanh(self) -> Self;
    /// The error function.
    #[must_use]
    fn erf(self) -> Self;
    /// The absolute value.
    #[must_use]
    fn abs(self) -> Self;
}

macro_rules! platform {
    ($($float:ident),*) => {$(
        impl Real for $float {
            #[inline]
            #[allow(clippy::cast_possible_truncation, clippy::cast_lossless, reason = "rounds by design")]
            fn from_f64(value: f64) -> Self {
                value as $float
            }
            platform!(@ $float exp exp_m1 ln_1p tanh sin cos atan abs);
            #[inline]
            fn erf(self) -> Self {
                Self::from_f64(exact::erf(f64::from(self)))
            }
        }
    )*};
    (@ $float:ident $($function:ident)*) => {$(
        #[inline]
        fn $function(self) -> Self {
            $float::$function(self)
        }
    )*};
}

platform!(f32, f64);

/// An `f64` whose functions use exactly rounded operations only, so results are the same bits on every platform.
/// Slower.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Exact(pub f64);

macro_rules! operator {
    ($($trait:ident $method:ident $op:tt),*) => {$(
        impl $trait for Exact {
            type Output = Self;
            fn $method(self, other: Self) -> Self {
                Self(self.0 $op other.0)
            }
        }
    )*};
}

operator!(Add add +, Sub sub -, Mul mul *, Div div /);

impl Neg for Exact {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Real for Exact {
    fn from_f64(value: f64) -> Self {
        Self(value)
    }

    fn exp(self) -> Self {
        Self(exact::exp(self.0))
    }

    fn exp_m1(self) -> Self {
        Self(exact::exp_m1(self.0))
    }

    fn sin(self) -> Self {
        Self(exact::sin(self.0))
    }

    fn cos(self) -> Self {
        Self(exact::cos(self.0))
    }

    fn atan(self) -> Self {
        Self(exact::atan(self.0))
    }

    /// `ln(u) x / (u - 1)`, where `u` is the rounded `1 + x`: the rounding error of `u` cancels (Kahan).
    fn ln_1p(self) -> Self {
        let u = 1.0 + self.0;
        if u - 1.0 == 0.0 {
            return self;
        }
        if u.is_infinite() {
            return Self(u);
        }
        Self(exact::ln(u) * self.0 / (u - 1.0))
    }

    /// From `exp(-2 |x|)`; near 0, where that cancels, from the continued fraction `x / (1 + x^2 / (3 + x^2 / (5 +
    /// ...)))`.
    fn tanh(self) -> Self {
        let x = self.0;
        if x.abs() < 0.5 {
            let square = x * x;
            let tail = [15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0].iter().fold(17.0, |tail, odd| odd + square / tail);
            return Self(x / tail);
        }
        let e = exact::exp(-2.0 * x.abs());
        let magnitude = (1.0 - e) / (1.0 + e);
        Self(if x < 0.0 { -magnitude } else { magnitude })
    }

    fn erf(self) -> Self {
        Self(exact::erf(self.0))
    }

    fn abs(self) -> Self {
        Self(self.0.abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_functions_agree_with_the_platform() {
        for step in -400..=400 {
            let x = f64::from(step) * 0.05;
            let near = |ours: Exact, theirs: f64| (ours.0 - theirs).abs() <= 4e-15 * theirs.abs();
            assert!(near(Exact(x).tanh(), x.tanh()), "tanh {x}");
            assert!(near(Exact(x).exp(), x.exp()), "exp {x}");
            if x > -1.0 {
                assert!(near(Exact(x).ln_1p(), x.ln_1p()), "ln_1p {x}");
            }
        }
        assert_eq!(Exact(1e-20).ln_1p().0, 1e-20);
        assert_eq!(Exact(f64::INFINITY).ln_1p().0, f64::INFINITY);
        assert_eq!(Exact(1000.0).tanh().0, 1.0);
    }
}
