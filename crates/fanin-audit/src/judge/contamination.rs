//! Random values mixed with values that no initializer generates: repeated, clipped, never written, or outliers.
//!
//! The rest must be independent draws of one distribution, as judged by [`noise`](super::noise). Only then are a few
//! equal values significant: trained, pruned and quantized weights have them too, but their other values are not
//! independent draws.

use fanin_checkpoint::reading::TensorData;
use fanin_core::values::exact::{normal_cdf, normal_tail};

use super::kolmogorov_smirnov;
use super::noise::family::{self, Family};
use super::region::{Region, Split};
use crate::Statistics;
use crate::measure::Grid;

/// The fault found among otherwise random values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fault {
    /// No fault: zeros in places where an initializer, a mask or padding may put them.
    None,
    /// Many values are exactly this one.
    Repeated(f32),
    /// Many values equal the minimum or the maximum.
    Clipped,
    /// All values of a region are exactly this one.
    Block(f32, Region),
    /// Some values are outliers.
    Outliers,
}

/// Random values mixed with others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contamination {
    pub(crate) fault: Fault,
    /// The number of values that are not random.
    pub(crate) count: usize,
    /// The distribution of the others and their standard deviation.
    pub(crate) family: Family,
    pub(crate) std: f64,
}

/// The minimum number of random values.
const FEWEST: usize = 200;

/// The minimum number of equal values: in `f32`, four equal draws have a probability below 1e-8 in any tensor. Rounded to fewer bits, draws repeat,
/// but so do their neighbors; then a value must occur six times as often as the three on each side.
const EQUAL: usize = 4;
const EQUAL_IF_ROUNDED: usize = 8;
const MORE: usize = 6;

/// The largest probability, per value, that rounding alone makes so many draws equal.
const CHANCE: f64 = 1e-11;

/// The number of neighbors on each side from which the rate of draws per rounded value is estimated.
const BESIDE: usize = 16;

/// The maximum number of repeated values; more are a pattern.
const ATOMS: usize = 4;

/// The limit of outliers in standard deviations; a normal draw exceeds it with a probability of 1e-15.
const OUT: f64 = 8.0;

/// The largest share of outliers.
const SHARE: f64 = 0.1;

/// The largest share of a rectangle: a quarter or more may be a block mask.
const BLOCK: f64 = 0.2;

/// The smallest p-value of the distribution, and the largest sum of the four squared deviations of rows and columns: for chi-square with
/// four degrees of freedom, 24 has p = 0.00008.
const FIT: f64 = 1e-3;
/// The smallest p-value for clipped values, which are evidence in themselves and imply only an uncertain scale.
const CLIPPED: f64 = 1e-5;
const TOTAL: f64 = 24.0;

impl Contamination {
    /// Looks for random values mixed with others. Reads the values again only if the sample has both.
    pub(crate) fn of(data: &TensorData<'_>, statistics: &Statistics, grid: Grid) -> Option<Self> {
        let kept = statistics.rows.is_some() && statistics.columns.is_some() && grid.lines && grid.columns > 0;
        if !kept || !statistics.is_sound() || statistics.is_constant() {
            return None;
        }
        let atoms = atoms(&statistics.sample);
        if atoms.is_empty()
            && spread(&statistics.sample).is_none_or(|spread| f64::from(statistics.greatest()) <= OUT * spread)
        {
            return None;
        }
        let bulk: Vec<f32> = statistics.sample.iter().copied().filter(|value| !atoms.contains(value)).collect();
        let limit = OUT * spread(&bulk)?;
        let is_out = |value: f32| f64::from(value.abs()) > limit;
        if atoms.len() > ATOMS || atoms.is_empty() && !is_out(statistics.greatest()) {
            return None;
        }
        let rest: Vec<f32> = bulk.iter().copied().filter(|value| !is_out(*value)).collect();
        if number(bulk.len() - rest.len()) > SHARE * number(bulk.len()) {
            return None;
        }
        let clip = Clip::of(statistics, &atoms, limit);
        let family = fitting(&rest, clip)?;
        let found = Split::of(data, grid, |value| atoms.contains(&value) || is_out(value));
        let std = (found.squares() / found.kept()).sqrt();
        if found.deviation(family::sample_kurtosis(&rest, 1.0)) > TOTAL {
            return None;
        }
        let fault = match atoms.as_slice() {
            [] => Fault::Outliers,
            _ if found.is_regular(atoms == [0.0]) => Fault::None,
            [value] if let Some(region) = found.region(BLOCK) => Fault::Block(*value, region),
            [value] if *value == 0.0 => Fault::None,
            _ if clip.is_some_and(|clip| clip.fits(&rest)) => Fault::Clipped,
            _ => {
                let often = |value: &&f32| statistics.sample.iter().filter(|other| other == value).count();
                Fault::Repeated(atoms.iter().filter(|value| **value != 0.0).max_by_key(often).copied()?)
            }
        };
        Some(Self { fault, count: found.count, family, std })
    }
}

/// The values of a sorted sample that repeat beyond chance and rounding.
fn atoms(sorted: &[f32]) -> Vec<f32> {
    let runs: Vec<&[f32]> = sorted.chunk_by(|a, b| a == b).collect();
    // Among 16384 draws in `f32`, two are sometimes equal; if more than one in 500 repeats, the values are rounded.
    let rounded = runs.iter().filter(|run| run.len() > 1).count() * 500 > runs.len();
    let length = |at: usize| runs.get(at).map_or(0, |run| run.len());
    let repeats = |at: &usize| {
        if length(*at) < if rounded { EQUAL_IF_ROUNDED } else { EQUAL } {
            return false;
        }
        if !rounded {
            return true;
        }
        let most = (at.saturating_sub(3)..at + 4).filter(|other| other != at).map(length).max().unwrap_or(0);
        let beside = (at.saturating_sub(BESIDE)..=at + BESIDE).filter(|other| other != at).map(length).sum::<usize>();
        let expected = number(beside) / number(2 * BESIDE);
        length(*at) >= MORE * most && poisson_tail(expected, length(*at)) < CHANCE
    };
    (0..runs.len()).filter(repeats).filter_map(|at| runs[at].first().copied()).collect()
}

/// An upper bound on the probability that a Poisson variable of this mean is `least` or more, for `least` above the mean.
fn poisson_tail(mean: f64, least: usize) -> f64 {
    let first = (1..=least).fold((-mean).exp(), |term, at| term * mean / number(at));
    first / (1.0 - mean / number(least + 1)).max(f64::MIN_POSITIVE)
}

/// Half the distance between the quantiles at plus and minus one standard deviation, if enough values are left.
fn spread(sorted: &[f32]) -> Option<f64> {
    let at = |share: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the sample")]
        sorted.get((share * number(sorted.len())) as usize).map(|value| f64::from(*value))
    };
    let spread = 0.5 * (at(normal_cdf(1.0))? - at(normal_cdf(-1.0))?);
    (sorted.len() >= FEWEST && spread > 0.0).then_some(spread)
}

/// A normal distribution clipped at one or two limits.
#[derive(Clone, Copy, Debug)]
struct Clip {
    low: f64,
    high: f64,
    std: f64,
}

impl Clip {
    /// The clipping that explains the number of values at one or both extremes; `None` if other values repeat too.
    fn of(statistics: &Statistics, atoms: &[f32], limit: f64) -> Option<Self> {
        let sample = &statistics.sample;
        let ends = [statistics.low, statistics.high];
        if !atoms.iter().all(|atom| ends.contains(atom)) || atoms.iter().any(|atom| f64::from(atom.abs()) > limit) {
            return None;
        }
        let share = |end: f32| {
            let count = sample.iter().filter(|value| **value == end).count();
            if atoms.contains(&end) { number(count) / number(sample.len()) } else { 0.0 }
        };
        let stds: Vec<f64> = ends
            .into_iter()
            .filter(|end| atoms.contains(end))
            .map(|end| if end == 0.0 { f64::NAN } else { f64::from(end.abs()) / quantile(share(end)) })
            .collect();
        let std = stds.iter().sum::<f64>() / number(stds.len());
        let bound = |end: f32, open: f64| if atoms.contains(&end) { f64::from(end) } else { open };
        let clip = Self { low: bound(ends[0], f64::NEG_INFINITY), high: bound(ends[1], f64::INFINITY), std };
        (std.is_finite() && std > 0.0 && clip.low < clip.high).then_some(clip)
    }

    /// The distribution of the values between the limits.
    fn cdf(self, x: f64) -> f64 {
        let (low, high) = (normal_cdf(self.low / self.std), normal_cdf(self.high / self.std));
        ((normal_cdf(x / self.std) - low) / (high - low)).clamp(0.0, 1.0)
    }

    /// Whether a sorted sample of the values between the limits follows it.
    fn fits(self, rest: &[f32]) -> bool {
        let distance = kolmogorov_smirnov::distance_of_sample(rest, |x| self.cdf(x));
        kolmogorov_smirnov::p_value(distance, number(rest.len())) >= CLIPPED
    }
}

/// The `z` beyond which a standard normal distribution has this share.
fn quantile(share: f64) -> f64 {
    let (mut low, mut high) = (0.0, 10.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if normal_tail(middle) > share { low = middle } else { high = middle }
    }
    low
}

/// The family of a sorted sample around zero, possibly clipped; `None` if none fits. The moments, which are cheap, are tested first.
fn fitting(rest: &[f32], clip: Option<Clip>) -> Option<Family> {
    if rest.len() < FEWEST {
        return None;
    }
    let std = (rest.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>() / number(rest.len())).sqrt();
    let kurtosis = family::sample_kurtosis(rest, std);
    let near = |family: &Family| family.tails(kurtosis, number(rest.len())).abs() < 6.0;
    if Family::ALL.iter().any(near) {
        let [(family, fit), ..] = family::fits(rest, std);
        if fit >= FIT {
            return Some(family);
        }
    }
    let clip = clip?;
    clip.fits(rest).then_some(Family::Normal)
}

#[expect(clippy::cast_precision_loss, reason = "no tensor has 2^53 elements")]
fn number(count: usize) -> f64 {
    count as f64
}
