//! Expectations under a unit normal for functions with unknown kinks, by adaptive bisection.

use std::sync::LazyLock;

use super::GainError;
use crate::values::exact::{exp, normal_density};
use crate::values::quadrature::TEN_POINTS;

/// The density is below 1e-314 beyond this point.
const END: f64 = 38.0;
/// The width of pieces up to [`NEAR`]; beyond, it is 1. All edges are exact.
const WIDTH: f64 = 0.25;
const NEAR: f64 = 9.0;
/// A piece has converged when its halves differ from it by less than this fraction of the total.
const SETTLED: f64 = 1e-14;
/// The largest rounding error of a piece that is tolerated, as a fraction of the total.
const TOO_MUCH: f64 = 1e-9;
/// The largest contribution of a piece that cannot be halved, as a fraction of the total.
const LEFT_OVER: f64 = 1e-11;
/// The maximum number of halvings before the function is reported as rough.
const PIECES: usize = 200_000;

/// Computes `E[g(z)]` for `z ~ N(0, 1)`, accurate to 1e-12 of `E|g(z)|` for a piecewise smooth `g`. Listing its kinks
/// is optional: it saves bisections, and finds features narrower than 1/50.
///
/// ```
/// use fanin_core::gain::expectation;
///
/// // E max(z - 1, 0) = phi(1) - (1 - Phi(1))
/// assert!((expectation(|z: f64| (z - 1.0).max(0.0), &[])? - 0.083_315_470_587_687).abs() < 1e-13);
/// # Ok::<(), fanin_core::gain::GainError>(())
/// ```
///
/// # Errors
/// [`GainError::NotANumber`]; [`GainError::Infinite`] if `g` grows faster than the density decays; [`GainError::Rough`]
/// if bisection does not converge.
pub fn expectation(g: impl Fn(f64) -> f64, kinks: &[f64]) -> Result<f64, GainError> {
    const NAME: &str = "E[f(z)]";
    integral(NAME, kinks, |panel: Panel| panel.mean(NAME, &g))
}

/// An interval of the real line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panel {
    low: f64,
    high: f64,
}

/// The integral over a piece, with a bound on its rounding error.
#[derive(Clone, Copy, Debug)]
pub(super) struct Estimate {
    value: f64,
    noise: f64,
}

impl Panel {
    fn width(self) -> f64 {
        self.high - self.low
    }

    /// Evaluates the function at the ten points.
    fn values(self, moment: &'static str, f: impl Fn(f64) -> f64) -> Result<[(f64, f64); 10], GainError> {
        let points = TEN_POINTS.map(|(node, _)| self.low + self.width() * node);
        let values = points.map(|z| (z, f(z)));
        match values.iter().find(|(_, value)| value.is_nan()) {
            Some((at, _)) => Err(GainError::NotANumber { moment, at: *at }),
            None => Ok(values),
        }
    }

    /// `∫ f(z) phi(z) dz`
    pub(super) fn mean(self, moment: &'static str, f: impl Fn(f64) -> f64) -> Result<Estimate, GainError> {
        let values = self.values(moment, f)?;
        Ok(Estimate { value: self.sum(values.map(|(z, value)| value * normal_density(z))), noise: 0.0 })
    }

    /// `∫ f(z)^2 phi(z) dz`, with the root of the density inside the square, because `f^2` alone may overflow.
    pub(super) fn square(self, moment: &'static str, f: impl Fn(f64) -> f64) -> Result<Estimate, GainError> {
        let values = self.values(moment, f)?;
        let square = |(z, value)| {
            let value = value * root_density(z);
            value * value
        };
        Ok(Estimate { value: self.sum(values.map(square)), noise: 0.0 })
    }

    /// `∫ f'(z)^2 phi(z) dz`, with the derivative of the polynomial through the ten points.
    pub(super) fn slope_square(self, moment: &'static str, f: impl Fn(f64) -> f64) -> Result<Estimate, GainError> {
        let values = self.values(moment, f)?;
        let (matrix, norm) = &*DERIVATIVE;
        let slopes = matrix.each_ref().map(|row| {
            let sum: f64 = row.iter().zip(&values).map(|(weight, (_, value))| weight * value).sum();
            sum / self.width()
        });
        let largest = |numbers: &mut dyn Iterator<Item = f64>| numbers.map(f64::abs).fold(0.0, f64::max);
        // Both the values and the points are rounded.
        let of_values = f64::EPSILON * norm * largest(&mut values.iter().map(|(_, value)| *value)) / self.width();
        let end = self.low.abs().max(self.high.abs());
        let of_points = f64::EPSILON * norm * largest(&mut slopes.iter().copied()) * end / self.width();
        let error = of_values + of_points;
        let roots = values.map(|(z, _)| root_density(z));
        let mut squares = [0.0; 10];
        let mut noises = [0.0; 10];
        for (((square, noise), slope), root) in squares.iter_mut().zip(&mut noises).zip(slopes).zip(roots) {
            // A slope within rounding error counts as 0, so that a constant function has none.
            let slope = if slope.abs() > of_values { slope } else { 0.0 };
            let (weighted, error) = (slope * root, error * root);
            *square = weighted * weighted;
            *noise = error * (2.0 * weighted.abs() + error);
        }
        Ok(Estimate { value: self.sum(squares), noise: self.sum(noises) })
    }

    /// Gauss-Legendre quadrature.
    fn sum(self, values: [f64; 10]) -> f64 {
        let sum: f64 = TEN_POINTS.iter().zip(values).map(|((_, weight), value)| weight * value).sum();
        sum * self.width()
    }

    /// Returns the two halves; `None` if no number lies between the ends.
    fn halves(self) -> Option<[Self; 2]> {
        let middle = f64::midpoint(self.low, self.high);
        let inside = self.low < middle && middle < self.high;
        inside.then_some([Self { low: self.low, high: middle }, Self { low: middle, high: self.high }])
    }
}

/// Integrates over the real line by summing `estimate` over pieces.
pub(super) fn integral(
    moment: &'static str,
    kinks: &[f64],
    estimate: impl Fn(Panel) -> Result<Estimate, GainError>,
) -> Result<f64, GainError> {
    let mut open = Vec::new();
    for panel in pieces(kinks) {
        open.push((panel, estimate(panel)?));
    }
    let whole: f64 = open.iter().map(|(_, estimate)| estimate.value.abs()).sum();
    if whole == 0.0 {
        return Ok(0.0);
    }
    let ends: f64 = [open.first(), open.last()].into_iter().flatten().map(|(_, estimate)| estimate.value.abs()).sum();
    if !whole.is_finite() || ends > 1e-12 * whole {
        return Err(GainError::Infinite { moment });
    }
    let (mut total, mut looked_at) = (0.0, 0);
    while let Some((panel, estimated)) = open.pop() {
        let rough = GainError::Rough { moment, near: panel.low };
        let Some(halves) = panel.halves() else {
            if estimated.value.abs() > LEFT_OVER * whole {
                return Err(rough);
            }
            total += estimated.value;
            continue;
        };
        let [left, right] = halves.map(|half| (half, estimate(half)));
        let (left, right) = ((left.0, left.1?), (right.0, right.1?));
        let sum = left.1.value + right.1.value;
        looked_at += 1;
        if !sum.is_finite() || looked_at > PIECES {
            return Err(rough);
        }
        if (sum - estimated.value).abs() <= SETTLED * whole + estimated.noise.min(TOO_MUCH * whole) {
            total += sum;
        } else {
            open.extend([right, left]);
        }
    }
    Ok(total)
}

/// Splits the real line into pieces, also at the kinks.
fn pieces(kinks: &[f64]) -> Vec<Panel> {
    let mut cuts: Vec<f64> = kinks.iter().copied().filter(|kink| kink.abs() < END).collect();
    let mut cut = -END;
    while cut <= END {
        cuts.push(cut);
        cut += if (-NEAR..NEAR).contains(&cut) { WIDTH } else { 1.0 };
    }
    cuts.sort_by(f64::total_cmp);
    cuts.dedup();
    let panel = |(low, high): (&f64, &f64)| Panel { low: *low, high: *high };
    cuts.iter().zip(cuts.iter().skip(1)).map(panel).filter(|panel| panel.width() > 0.0).collect()
}

/// Computes `sqrt(phi(z))`, which does not underflow.
fn root_density(z: f64) -> f64 {
    /// `(2 pi)^(-1/4)`
    const SCALE: f64 = 0.631_618_777_746_064_7;
    SCALE * exp(-0.25 * z * z)
}

/// The matrix that maps values at the ten points to derivatives there, over [0, 1], and its largest row sum of absolute
/// values: `D_ij = (w_j / w_i) / (x_i - x_j)` with the barycentric weights `w` (Berrut & Trefethen 2004, eq. 9.4).
static DERIVATIVE: LazyLock<([[f64; 10]; 10], f64)> = LazyLock::new(|| {
    let nodes = TEN_POINTS.map(|(node, _)| node);
    let others = |x: f64| nodes.into_iter().filter(move |other| *other != x);
    let weight = |x: f64| 1.0 / others(x).map(|other| x - other).product::<f64>();
    let entry = |x: f64, other: f64| weight(other) / weight(x) / (x - other);
    let row = |x: f64| {
        let diagonal = -others(x).map(|other| entry(x, other)).sum::<f64>();
        nodes.map(|other| if other == x { diagonal } else { entry(x, other) })
    };
    let matrix = nodes.map(row);
    let norm = matrix.iter().map(|row| row.iter().map(|entry| entry.abs()).sum()).fold(0.0, f64::max);
    (matrix, norm)
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gain::{Convention, of};
    use crate::values::exact::normal_tail;

    fn slope_moment(f: fn(f64) -> f64) -> Result<f64, GainError> {
        of(f).slope_moment()
    }

    #[test]
    fn polynomials_are_differentiated() {
        let panel = Panel { low: -1.0, high: 3.0 };
        let ours = panel.slope_square("", |z: f64| z * z * z).unwrap().value;
        let exact = panel.square("", |z: f64| 3.0 * z * z).unwrap().value;
        assert!((ours / exact - 1.0).abs() < 1e-13);
    }

    #[test]
    fn moments_of_the_normal_itself() {
        for (power, moment) in [(0, 1.0), (2, 1.0), (4, 3.0), (6, 15.0)] {
            let ours = expectation(|z| z.powi(power), &[]).unwrap();
            assert!((ours - moment).abs() < 1e-13 * moment, "E z^{power} = {ours}");
        }
        // E exp(a z)^2 = exp(2 a^2): the mass is centered at 2 a.
        for a in [0.5, 3.0, 10.0] {
            let ours = of(|z| exp(a * z)).second_moment().unwrap();
            assert!((ours / exp(2.0 * a * a) - 1.0).abs() < 1e-12, "{a}: {ours}");
        }
    }

    #[test]
    fn unlisted_kinks_and_jumps() {
        let kink = 0.123_456_789;
        let right = normal_tail(kink);
        // E[max(z - k, 0)^2] = (1 + k^2) (1 - Phi(k)) - k phi(k)
        let square = (1.0 + kink * kink) * right - kink * normal_density(kink);
        let shifted = of(|z: f64| (z - kink).max(0.0));
        assert!((shifted.second_moment().unwrap() / square - 1.0).abs() < 1e-12);
        assert!((shifted.slope_moment().unwrap() / right - 1.0).abs() < 1e-11);
        let step = of(|z| if z > kink { 1.0 } else { 0.0 });
        assert!((step.second_moment().unwrap() / right - 1.0).abs() < 1e-12);
        let variance = step.mean_and_variance().unwrap().1;
        assert!((variance / (right * (1.0 - right)) - 1.0).abs() < 1e-12);
        // Twenty kinks, most of them not at the edge of a piece.
        let staircase = |z: f64| (z * 1.7).floor() + ((z * 1.7).fract() + 1.0).fract().powi(2);
        assert!(of(staircase).second_moment().is_ok());
        let saw = slope_moment(|z| (z * 1.7 - (z * 1.7).round()).abs()).unwrap();
        assert!((saw / (1.7 * 1.7) - 1.0).abs() < 1e-9, "{saw}");
    }

    #[test]
    fn slopes_without_a_stated_derivative() {
        for (f, slope) in [
            ((|z| z) as fn(f64) -> f64, 1.0),
            (|z| z * z * z, 27.0),
            (f64::abs, 1.0),
            (|z| 1e3 + z, 1.0),
            (|z| 1e-100 * z, 1e-200),
            // E cos^2 = (1 + e^-2) / 2, and at frequency 30 half of 900.
            (f64::sin, 0.567_667_641_618_306_3),
            (|z| (30.0 * z).sin(), 450.0),
        ] {
            let ours = slope_moment(f).unwrap();
            assert!((ours / slope - 1.0).abs() < 1e-9, "{ours} and {slope}");
        }
    }

    /// A feature narrower than the spacing of the points is found if its edges are listed.
    #[test]
    fn narrow_features_are_found_if_their_edges_are_listed() {
        let edges = [0.1, 0.1 + 1e-5];
        let spike = of(|z: f64| if z > edges[0] && z < edges[1] { 1.0 } else { 0.0 }).with_kinks(edges);
        let near = spike.second_moment().unwrap()
            / ((edges[1] - edges[0]) * normal_density(f64::midpoint(edges[0], edges[1])));
        assert!((near - 1.0).abs() < 1e-9, "{near}");
    }

    #[test]
    fn no_gain_is_said() {
        let gain = |f: fn(f64) -> f64, convention| of(f).gain(convention).unwrap_err();
        let (forward, backward, standardized) = (Convention::Forward, Convention::Backward, Convention::Standardized);
        assert!(matches!(gain(|_| 0.0, forward), GainError::Zero { .. }));
        assert!(matches!(gain(|_| 0.1, standardized), GainError::Zero { .. }));
        assert!(matches!(gain(|_| 0.1, backward), GainError::Zero { .. }));
        assert!(matches!(gain(|z| (0.3 * z * z).exp(), forward), GainError::Infinite { .. }));
        assert!(matches!(gain(|z| (z * z).exp(), forward), GainError::Infinite { .. }));
        assert!(matches!(gain(|z| 1.0 / z, forward), GainError::Rough { .. }));
        assert!(matches!(gain(|z| (z - 0.3).abs().sqrt(), backward), GainError::Rough { .. }));
        // A slope of 1 is lost in the rounding error of values around 1e9.
        assert!(matches!(gain(|z| 1e9 + z, backward), GainError::Rough { .. } | GainError::Zero { .. }));
        assert!(matches!(gain(f64::ln, forward), GainError::NotANumber { at, .. } if at < 0.0));
        assert!(matches!(gain(|z| z, Convention::Pytorch), GainError::NotInPytorch { .. }));
        let GainError::Rough { near, .. } = gain(|z| if z > 0.3 { 1.0 } else { 0.0 }, backward) else {
            panic!("a jump has a slope")
        };
        assert!((near - 0.3).abs() < 1e-9, "{near}");
        let step = of(|z| if z > 0.3 { 1.0 } else { 0.0 }).with_derivative(|_| 0.0);
        assert!(matches!(step.gain(backward), Err(GainError::Zero { .. })));
    }
}
