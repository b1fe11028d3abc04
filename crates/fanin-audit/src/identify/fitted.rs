//! Families of distributions, fitted by maximum likelihood.

use fanin_core::initializers::{LogUniform, Normal, TruncatedNormal, Uniform};
use fanin_core::{Distribution, Initializer, ParamSpec};

use crate::judge::kolmogorov_smirnov::Extremes;
use crate::measure::Statistics;

/// A fitted distribution.
#[derive(Clone, Debug)]
pub(super) struct Fitted {
    pub(super) text: String,
    pub(super) distribution: Distribution,
    /// The number of fitted parameters with an error of `1 / sqrt(n)`, such as a mean.
    pub(super) moments: u32,
    /// The number of fitted parameters with an error of `1 / n`, such as a bound.
    pub(super) bounds: u32,
    pub(super) basis: FittedTo,
}

/// The fitted parameters, which determine the distribution of the Kolmogorov-Smirnov distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FittedTo {
    /// None, or extremes, which the test excludes.
    Extremes(Extremes),
    /// The std of a normal distribution, with or without its mean.
    Moments { mean: bool },
}

/// The fitted families: normal around zero and around the mean, uniform around zero and between any bounds, truncated at 2 and 3 sigma,
/// log-uniform.
///
/// The scale of a normal distribution truncated at 2 sigma is half of the largest magnitude: larger scales are less likely, because the
/// likelihood `-n ln s - sum x^2 / 2 s^2` peaks at the root mean square, which is smaller. At 3 sigma it is the larger of the two.
pub(super) fn families(statistics: &Statistics, param: &ParamSpec) -> Vec<Fitted> {
    let (root_mean_square, size) = (statistics.root_mean_square(), f64::from(statistics.greatest()));
    let (least, greatest) = (f64::from(statistics.low), f64::from(statistics.high));
    let outermost = if greatest >= -least { Extremes::Highest } else { Extremes::Lowest };
    let cut = |sigma: f64| {
        let scale = root_mean_square.max(size / sigma);
        let at_bound = size / sigma >= root_mean_square;
        let make = |scale: f64| TruncatedNormal::new(0.0, scale, -sigma, sigma).map(TruncatedNormal::uncorrected);
        let (moments, bounds) = (u32::from(!at_bound), u32::from(at_bound));
        let fitted_to = FittedTo::Extremes(if at_bound { outermost } else { Extremes::None });
        fitted(param, make(scale), make(shown(scale)), (moments, bounds), fitted_to)
    };
    let normal = |mean: f64, std: f64, fitted_mean: bool| {
        let shown = Normal::new(shown(mean), shown(std));
        let fitted_to = FittedTo::Moments { mean: fitted_mean };
        fitted(param, Normal::new(mean, std), shown, (1 + u32::from(fitted_mean), 0), fitted_to)
    };
    let uniform = |low: f64, high: f64, bounds: u32, fitted_to: Extremes| {
        let (made, shown) = (Uniform::new(low, high), Uniform::new(shown(low), shown(high)));
        fitted(param, made, shown, (0, bounds), FittedTo::Extremes(fitted_to))
    };
    let log_uniform = || {
        if least <= 0.0 {
            return None;
        }
        let (made, shown) = (LogUniform::new(least, greatest), LogUniform::new(shown(least), shown(greatest)));
        fitted(param, made, shown, (0, 2), FittedTo::Extremes(Extremes::Both))
    };
    let all = [
        normal(0.0, root_mean_square, false),
        normal(statistics.mean(), statistics.std(), true),
        uniform(-size, size, 1, outermost),
        uniform(least, greatest, 2, Extremes::Both),
        cut(2.0),
        cut(3.0),
        log_uniform(),
    ];
    all.into_iter().flatten().collect()
}

fn fitted<I: Initializer, E>(
    param: &ParamSpec,
    made: Result<I, E>,
    shown: Result<I, E>,
    (moments, bounds): (u32, u32),
    fitted_to: FittedTo,
) -> Option<Fitted> {
    let made = made.ok()?;
    // Show all digits if the rounded numbers do not describe a valid distribution.
    let text = shown.ok().and_then(|shown| shown.text()).or_else(|| made.text())?;
    Some(Fitted { text, distribution: made.distribution(param), moments, bounds, basis: fitted_to })
}

/// Rounds to four digits for display.
pub(super) fn shown(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}
