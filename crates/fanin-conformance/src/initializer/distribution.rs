//! Checks that values follow the expected distribution: its moments, bounds, shape and tails.

use fanin_core::{Distribution, Dtype, Initializer};

use super::draw::Sample;
use super::leaves::leaves;
use super::{Expectation, Expected, InitializerCase, orthonormal};
use crate::statistics::{
    ALPHA, Moments, ks_critical, ks_distance, number, rounded, spacing, tail_deviance, two_sided_z, upper_edge,
};
use crate::violation::{Verdict, hold};

/// The relative tolerance for two derivations of the same number in `f64`.
const SAME: f64 = 1e-12;
/// The fraction of values in each tested tail.
const TAIL: f64 = 1.0 / 256.0;

/// The initializer states what the case expects: the kind of distribution, and mean, std and bounds to 1e-12.
pub(super) fn statement(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    let Expected::Distribution(wanted) = &case.expected else { return orthonormal::statement(initializer, case) };
    let law = initializer.distribution(&case.param);
    let Some(stated) = Expectation::of(law.clone()) else {
        return Err(format!("the stated distribution is {law:?}, not {:?}", wanted.law).into());
    };
    hold(std::mem::discriminant(&law) == std::mem::discriminant(&wanted.law), || {
        format!("the stated distribution is {law:?}, not {:?}", wanted.law)
    })?;
    same_parts(&law, &wanted.law)?;
    let scale = wanted.std.max(wanted.mean.abs());
    for (what, seen, wanted) in [
        ("mean", stated.mean, wanted.mean),
        ("std", stated.std, wanted.std),
        ("lower bound", stated.low, wanted.low),
        ("upper bound", stated.high, wanted.high),
    ] {
        let near = seen.to_bits() == wanted.to_bits() || (seen - wanted).abs() <= SAME * scale.max(wanted.abs());
        hold(near, || format!("the stated {what} is {seen}, not {wanted}"))?;
    }
    Ok(())
}

/// A composite distribution is composed as expected: the same ranges, shares and counts, and the same kinds of
/// distribution.
fn same_parts(seen: &Distribution, wanted: &Distribution) -> Verdict {
    let differs = || format!("the stated distribution is {seen:?}, not {wanted:?}");
    hold(std::mem::discriminant(seen) == std::mem::discriminant(wanted), differs)?;
    match (seen, wanted) {
        (Distribution::Parts(seen), Distribution::Parts(wanted)) => {
            hold(seen.len() == wanted.len(), differs)?;
            seen.iter().zip(wanted).try_for_each(|((range, law), (wanted_range, wanted))| {
                hold(range == wanted_range, differs)?;
                same_parts(law, wanted)
            })
        }
        (Distribution::Mixture(seen), Distribution::Mixture(wanted)) => {
            hold(seen.len() == wanted.len(), differs)?;
            seen.iter().zip(wanted).try_for_each(|((share, law), (wanted_share, wanted))| {
                hold((share - wanted_share).abs() <= SAME, differs)?;
                same_parts(law, wanted)
            })
        }
        (
            Distribution::Sparse { zeros, length, stride, others },
            Distribution::Sparse { zeros: a, length: b, stride: c, others: wanted },
        ) => {
            hold((zeros, length, stride) == (a, b, c), differs)?;
            same_parts(others, wanted)
        }
        // The numbers of a leaf are checked through the moments of the whole and through its own values.
        _ => Ok(()),
    }
}

/// Runs a test on a sample of every element type, for every part with its own distribution. Rejects non-finite values
/// first.
fn on_samples(
    initializer: &dyn Initializer,
    case: &InitializerCase,
    test: impl Fn(&Expectation, Where<'_>, &Sample) -> Verdict,
) -> Verdict {
    let Some(expectation) = case.expectation(initializer) else { return Ok(()) };
    if case.param.is_empty() {
        return Ok(());
    }
    for dtype in &case.dtypes {
        let mut sample = Sample::of(initializer, case, *dtype, case.param.name())?;
        if let Some(at) = sample.values.iter().position(|value| !value.is_finite()) {
            return Err(format!("{dtype}: element {} is not finite", at % sample.length).into());
        }
        // Adding zero turns -0.0 into 0.0.
        sample.values.iter_mut().for_each(|value| *value += 0.0);
        for leaf in leaves(&expectation, sample) {
            test(&leaf.expectation, Where { dtype: *dtype, part: &leaf.name }, &leaf.sample)?;
        }
    }
    Ok(())
}

/// The subject of a message: an element type and a part.
#[derive(Clone, Copy)]
struct Where<'a> {
    dtype: Dtype,
    part: &'a str,
}

impl std::fmt::Display for Where<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.dtype, self.part)
    }
}

/// The maximum change of a moment due to rounding: half a step of the type's grid at two sigma.
fn slack(expectation: &Expectation, at: Where<'_>) -> f64 {
    0.5 * spacing(at.dtype, expectation.mean.abs() + 2.0 * expectation.std)
}

/// The sample mean matches the distribution: z-test with `std / sqrt(n)`.
pub(super) fn mean(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    on_samples(initializer, case, |expectation, at, sample| {
        let (seen, wanted) = (Moments::of(&sample.values), expectation.mean);
        let limit = two_sided_z(ALPHA) * expectation.std / seen.n.sqrt() + slack(expectation, at);
        hold((seen.mean - wanted).abs() <= limit, || {
            format!("{at}: the mean of {} values is {}, not {wanted} ± {limit:.3e}", seen.n, seen.mean)
        })
    })
}

/// The sample standard deviation matches the distribution: z-test of the variance, with the error from the sample's
/// fourth moment.
pub(super) fn std(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    on_samples(initializer, case, |expectation, at, sample| {
        let (seen, wanted) = (Moments::of(&sample.values), expectation.std);
        let rounding = slack(expectation, at);
        let limit = two_sided_z(ALPHA) * seen.variance_error() + 2.0 * wanted * rounding + rounding * rounding;
        hold((seen.variance - wanted * wanted).abs() <= limit, || {
            let std = seen.variance.sqrt();
            format!("{at}: the std of {} values is {std}, not {wanted} (±{:.3e})", seen.n, limit / (2.0 * wanted))
        })
    })
}

/// No value is outside the bounds, and a constant has its value, rounded to the type.
pub(super) fn bounds(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    on_samples(initializer, case, |expectation, at, sample| {
        let (low, high) = (rounded(at.dtype, expectation.low), rounded(at.dtype, expectation.high));
        // A truncated value is scaled and shifted after truncation: two roundings.
        let slack = match expectation.law {
            Distribution::TruncatedNormal { .. } | Distribution::Mixture(_) => {
                2.0 * spacing(at.dtype, low.abs().min(high.abs()).max(expectation.std))
            }
            _ => 0.0,
        };
        let half_open =
            matches!(expectation.law, Distribution::Uniform { .. }) && matches!(at.dtype, Dtype::F32 | Dtype::F64);
        let outside = |value: &&f64| **value < low - slack || **value > high + slack || (half_open && **value >= high);
        match sample.values.iter().find(outside) {
            None => Ok(()),
            Some(value) => Err(format!("{at}: {value} is outside [{low}, {high}]").into()),
        }
    })
}

/// The sample follows the distribution function: Kolmogorov-Smirnov test with Massart's bound.
pub(super) fn distribution(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    on_samples(initializer, case, |expectation, at, sample| {
        if matches!(expectation.law, Distribution::Moments { .. }) {
            return Ok(());
        }
        if expectation.is_constant() {
            let wanted = rounded(at.dtype, expectation.mean) + 0.0;
            let other = sample.values.iter().find(|value| value.to_bits() != wanted.to_bits());
            return hold(other.is_none(), || format!("{at}: a value is {other:?}, not {wanted}"));
        }
        let mut sorted = sample.values.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let distance = ks_distance(&sorted, at.dtype, |x| expectation.law.cdf(x).unwrap_or(f64::NAN));
        let limit = ks_critical(sorted.len(), ALPHA);
        hold(distance <= limit, || {
            format!("{at}: {} values are {distance:.5} from {:?}, limit {limit:.5}", sorted.len(), expectation.law)
        })
    })
}

/// Each tail of 1/256 contains its share of the sample: binomial test with Chernoff's bound. Catches clipped,
/// over-truncated and untruncated values.
pub(super) fn tails(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    on_samples(initializer, case, |expectation, at, sample| {
        if expectation.is_constant() || matches!(expectation.law, Distribution::Moments { .. }) {
            return Ok(());
        }
        let cdf = |x: f64| expectation.law.cdf(x).unwrap_or(f64::NAN);
        let count_where = |inside: &dyn Fn(f64) -> bool| sample.values.iter().filter(|value| inside(**value)).count();
        let (low, high) =
            (rounded(at.dtype, quantile(expectation, TAIL)), rounded(at.dtype, quantile(expectation, 1.0 - TAIL)));
        let lower = (count_where(&|value| value <= low), cdf(upper_edge(at.dtype, low)));
        let upper = (count_where(&|value| value > high), 1.0 - cdf(upper_edge(at.dtype, high)));
        for (what, (count, p)) in [("lower", lower), ("upper", upper)] {
            let n = sample.values.len();
            // One cell of a coarse type may contain the whole tail.
            let meaningful = p > 0.0 && p < 1.0;
            hold(!meaningful || tail_deviance(count, n, p) <= (2.0 / ALPHA).ln(), || {
                format!("{at}: {count} of {n} values are in the {what} tail, not {:.0}", p * number(n))
            })?;
        }
        Ok(())
    })
}

/// Finds where the distribution function reaches `p`, by bisection.
fn quantile(expectation: &Expectation, p: f64) -> f64 {
    let reach = 40.0 * expectation.std;
    let mut low = expectation.low.max(expectation.mean - reach);
    let mut high = expectation.high.min(expectation.mean + reach);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if expectation.law.cdf(middle).is_some_and(|below| below < p) { low = middle } else { high = middle }
    }
    high
}
