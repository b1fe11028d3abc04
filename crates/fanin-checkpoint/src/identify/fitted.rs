//! Families of distributions whose numbers are fitted to the values, each by maximum likelihood.

use fanin_core::initializers::{LogUniform, Normal, TruncatedNormal, Uniform};
use fanin_core::{Distribution, Initializer, ParamSpec};

use super::kolmogorov_smirnov::Extremes;
use super::sample::Sample;

/// A distribution with fitted numbers.
#[derive(Clone, Debug)]
pub(super) struct Fitted {
    pub(super) text: String,
    pub(super) distribution: Distribution,
    /// Numbers that are fitted like a mean: known to the root of `n`.
    pub(super) moments: u32,
    /// Numbers that are fitted like a bound: known to `n`.
    pub(super) bounds: u32,
    pub(super) basis: FittedTo,
}

/// What the distance of the values from their distribution depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FittedTo {
    /// Nothing was fitted, or extremes that are left out.
    Extremes(Extremes),
    /// A normal distribution's std, its mean too or not.
    Moments { mean: bool },
}

/// The families, fitted: normal about zero and about the mean, uniform about zero and between any bounds, truncated at 2 and at 3
/// sigma, log-uniform.
///
/// The scale of a normal distribution cut at 2 sigma is half of the greatest size: any greater one is less likely, for the likelihood
/// `-n ln s - sum x^2 / 2 s^2` is greatest at the root mean square, which lies below. At 3 sigma it is the greater of the two.
pub(super) fn families(sample: &Sample, param: &ParamSpec) -> Vec<Fitted> {
    let (root_mean_square, size) = ((sample.squares / sample.n).sqrt(), sample.size());
    let outermost = if sample.greatest >= -sample.least { Extremes::Highest } else { Extremes::Lowest };
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
        if sample.least <= 0.0 {
            return None;
        }
        let (low, high) = (sample.least, sample.greatest);
        let (made, shown) = (LogUniform::new(low, high), LogUniform::new(shown(low), shown(high)));
        fitted(param, made, shown, (0, 2), FittedTo::Extremes(Extremes::Both))
    };
    let all = [
        normal(0.0, root_mean_square, false),
        normal(sample.mean(), sample.std(), true),
        uniform(-size, size, 1, outermost),
        uniform(sample.least, sample.greatest, 2, Extremes::Both),
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
    // What rounds to a distribution that there is not is shown in full.
    let text = shown.ok().and_then(|shown| shown.text()).or_else(|| made.text())?;
    Some(Fitted { text, distribution: made.distribution(param), moments, bounds, basis: fitted_to })
}

/// Four digits, for texts.
pub(super) fn shown(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}
