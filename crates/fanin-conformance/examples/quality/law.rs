//! The expected distributions, computed independently of the fills.

use std::fmt;

use fanin_conformance::statistics::upper_edge;
use fanin_core::Dtype;
use fanin_core::values::exact::{normal_cdf, normal_density, normal_tail};

/// Nodes of the midpoint rule for expectations: its error is below 1e-9 of what n = 2^28 can resolve.
const NODES: u32 = 1 << 20;
/// The integration limit for expectations under the standard normal, which cuts off only 1e-27 of `E x^8`.
const END: f64 = 14.0;

type Function = Box<dyn Fn(f64) -> f64 + Sync>;

/// The distribution of a value of a type.
pub(crate) struct Law {
    pub(crate) name: String,
    pub(crate) dtype: Dtype,
    /// `P(X ≤ x)` and `P(X > x)` before rounding to the type, each accurate where it is small.
    pub(crate) cdf: Function,
    pub(crate) tail: Function,
    /// An interval that contains practically all of the probability.
    pub(crate) range: (f64, f64),
    pub(crate) expectations: Expectations,
}

/// The expectations that the tests need. `d` is the standardized value, `(X - mean) / std`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expectations {
    pub(crate) mean: f64,
    pub(crate) std: f64,
    /// `E d^k`, `k` from 0 to 8.
    pub(crate) moments: [f64; 9],
    /// `E |d|`.
    pub(crate) size: f64,
}

impl Expectations {
    /// Computes the expectations of a discrete distribution, with weights that need not sum to 1.
    fn of(points: &[(f64, f64)]) -> Self {
        let mass: f64 = points.iter().map(|(_, weight)| weight).sum();
        let expect = |f: &dyn Fn(f64) -> f64| points.iter().map(|(x, weight)| weight * f(*x)).sum::<f64>() / mass;
        let mean = expect(&|x| x);
        let std = expect(&|x| (x - mean) * (x - mean)).sqrt();
        let standard = |x: f64| (x - mean) / std;
        let mut power = 0;
        let moments = [(); 9].map(|()| {
            power += 1;
            expect(&|x| standard(x).powi(power - 1))
        });
        Self { mean, std, moments, size: expect(&|x| standard(x).abs()) }
    }
}

/// The points of the midpoint rule.
fn midpoints(low: f64, high: f64, density: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    let at = |i: u32| low + (high - low) * (f64::from(i) + 0.5) / f64::from(NODES);
    (0..NODES).map(|i| (at(i), density(at(i)))).collect()
}

impl Law {
    /// Uniform on [0, 1): on the grid of 2^-24 in `f32`, effectively continuous in `f64`.
    pub(crate) fn uniform(dtype: Dtype) -> Self {
        let below = move |x: f64| match dtype {
            Dtype::F64 => x.clamp(0.0, 1.0),
            _ => (((x * 16_777_216.0).floor() + 1.0) / 16_777_216.0).clamp(0.0, 1.0),
        };
        let points = match dtype {
            Dtype::F64 => midpoints(0.0, 1.0, |_| 1.0),
            _ => (0..1 << 24).map(|k| (f64::from(k) / 16_777_216.0, 1.0)).collect(),
        };
        Self {
            name: format!("{dtype} uniform"),
            dtype,
            cdf: Box::new(below),
            tail: Box::new(move |x| 1.0 - below(x)),
            range: (0.0, 1.0),
            expectations: Expectations::of(&points),
        }
    }

    /// The standard normal; for 16-bit types, its expectations are those of the rounded distribution.
    pub(crate) fn normal(dtype: Dtype) -> Self {
        let points = match dtype {
            Dtype::F32 | Dtype::F64 => midpoints(-END, END, normal_density),
            Dtype::F16 | Dtype::BF16 => cells(dtype),
        };
        Self {
            name: format!("{dtype} normal"),
            dtype,
            cdf: Box::new(normal_cdf),
            tail: Box::new(normal_tail),
            range: (-END, END),
            expectations: Expectations::of(&points),
        }
    }

    /// The standard normal truncated to finite bounds.
    pub(crate) fn truncated(dtype: Dtype, low: f64, high: f64) -> Self {
        let mass = normal_cdf(high) - normal_cdf(low);
        Self {
            name: format!("{dtype} truncated [{low}, {high}]"),
            dtype,
            cdf: Box::new(move |x| ((normal_cdf(x) - normal_cdf(low)) / mass).clamp(0.0, 1.0)),
            tail: Box::new(move |x| ((normal_tail(x) - normal_tail(high)) / mass).clamp(0.0, 1.0)),
            range: (low, high),
            expectations: Expectations::of(&midpoints(low, high, normal_density)),
        }
    }
}

/// Every number of a 16-bit type inside the range, with the probability of the values that round to it.
fn cells(dtype: Dtype) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    let mut value = 0.0;
    while value < END {
        let (low, high) = (-upper_edge(dtype, -value), upper_edge(dtype, value));
        let mass = if value > 0.0 { normal_tail(low) - normal_tail(high) } else { normal_cdf(high) - normal_cdf(low) };
        points.push((value, mass));
        if value > 0.0 {
            points.push((-value, mass));
        }
        value += 2.0 * (high - value);
    }
    points
}

impl fmt::Debug for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Law").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use fanin_core::values::TruncatedUnitNormal;

    use super::*;

    fn near(found: f64, truth: f64) {
        assert!((found - truth).abs() < 1e-7 * truth.abs().max(1.0), "{found}, not {truth}");
    }

    #[test]
    fn expectations_are_those_of_the_books() {
        for dtype in [Dtype::F32, Dtype::F64] {
            let Expectations { mean, std, moments, size } = Law::normal(dtype).expectations;
            for (found, truth) in [mean, std, moments[4], moments[6], moments[8], size].into_iter().zip([
                0.0,
                1.0,
                3.0,
                15.0,
                105.0,
                (2.0 / std::f64::consts::PI).sqrt(),
            ]) {
                near(found, truth);
            }
            let Expectations { mean, std, moments, .. } = Law::uniform(dtype).expectations;
            near(mean, 0.5);
            near(std * std, 1.0 / 12.0);
            near(moments[4], 1.8);
        }
        for (low, high) in [(-2.0, 2.0), (1.0, 4.0), (-1.0, 0.5)] {
            let law = TruncatedUnitNormal::new(low, high).unwrap();
            let expected = Law::truncated(Dtype::F64, low, high).expectations;
            near(expected.mean, law.mean());
            near(expected.std, law.std());
        }
    }

    /// The cells of a type partition the whole distribution, and rounding changes its mean by about the square of a
    /// cell, because cells of different widths meet at powers of two.
    #[test]
    fn rounding_hardly_moves_the_law() {
        for (dtype, least, most) in [(Dtype::F16, 1e-9, 1e-7), (Dtype::BF16, 1e-7, 1e-5)] {
            let mass: f64 = cells(dtype).iter().map(|(_, mass)| mass).sum();
            assert!((mass - 1.0).abs() < 1e-12, "{dtype}: {mass}");
            let moved = (Law::normal(dtype).expectations.std - 1.0).abs();
            assert!((least..most).contains(&moved), "{dtype}: {moved:e}");
        }
    }
}
