//! Distinguishes independent noise, which initializers generate, from the structure that training leaves.
//!
//! Noise must pass three kinds of tests:
//!
//! - the values follow a distribution that initializers use: normal, uniform, or normal truncated at two standard deviations (a
//!   Kolmogorov-Smirnov test on a sample);
//! - the norms and sums of rows and columns vary as much as those of independent values (four dispersion tests over all values).
//!   Training moves whole rows and columns together, so they vary many times more in a trained matrix of a few thousand values;
//! - the mean is zero and the fourth moment that of the distribution, within their standard errors.
//!
//! The last two kinds give six approximately standard normal deviations, whose squares are summed.
//!
//! [`scales`] then lists the named initializers with the same distribution and scale.

pub(crate) mod family;
pub(crate) mod scales;

pub(crate) use family::Family;

use super::deviations::chi_square_tail_of_six;
use super::homogeneity;
use crate::measure::Statistics;
use scales::Known;

/// The result of the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoiseVerdict {
    /// Independent draws of one distribution.
    Noise,
    /// Orthogonal vectors of equal norm, which some initializers generate.
    Orthogonal,
    /// Anything else: trained, or initialized with structure.
    Structured,
    /// Too few values, or values that cannot be tested.
    Undecided,
}

/// The test results and the verdict.
#[derive(Clone, Debug)]
pub(crate) struct Noise {
    pub(crate) verdict: NoiseVerdict,
    /// The best-fitting distribution.
    pub(crate) family: Family,
    /// The standard deviation around zero, and its relative standard error under that distribution.
    pub(crate) std: f64,
    pub(crate) error: f64,
    /// The p-value of the Kolmogorov-Smirnov test.
    pub(crate) fit: f64,
    /// The probability that independent draws deviate as much from the family that fits them best, in shape, mean, fourth moment and
    /// dispersion together. Approximate below 1e-4 if there are a few hundred values.
    pub(crate) p: f64,
    /// The dispersion of row norms, row sums, column norms and column sums, in standard deviations.
    pub(crate) dispersion: [f64; 4],
    /// The named initializers with this distribution and scale, nearest first.
    pub(crate) known: Vec<Known>,
    /// The probability that the scale matches a known one by chance.
    pub(crate) chance: f64,
}

/// The smallest accepted p-value: one in a thousand untrained tensors is missed.
const FIT: f64 = 1e-3;

/// The largest accepted sum of the six squared deviations: for chi-square with six degrees of freedom, 24 has p = 0.0005.
const TOTAL: f64 = 24.0;

/// The minimum number of values that are tested.
const FEWEST: usize = 200;

impl Noise {
    pub(crate) fn unknown() -> Self {
        Self {
            verdict: NoiseVerdict::Undecided,
            family: Family::Normal,
            std: f64::NAN,
            error: f64::NAN,
            fit: f64::NAN,
            p: f64::NAN,
            dispersion: [f64::NAN; 4],
            known: Vec::new(),
            chance: 1.0,
        }
    }

    /// Tests a matrix.
    pub(crate) fn of(statistics: &Statistics, scales: &scales::Scales) -> Self {
        let std = statistics.root_mean_square();
        let has_lines = statistics.rows.is_some() && statistics.columns.is_some();
        if !has_lines || !statistics.is_sound() || statistics.len < FEWEST || std <= 0.0 || !std.is_normal() {
            return Self::unknown();
        }
        #[expect(clippy::cast_precision_loss, reason = "no tensor has 2^53 elements")]
        let len = statistics.len as f64;
        let center = statistics.mean() * len.sqrt() / std;
        let kurtosis = family::sample_kurtosis(&statistics.sample, std);
        #[expect(clippy::cast_precision_loss, reason = "a sample has few values")]
        let sampled = statistics.sample.len().max(1) as f64;
        // A few hundred values are near several families, so the nearest one must not decide alone.
        let tested = family::fits(&statistics.sample, std).map(|(family, fit)| {
            // A mean that hides the dispersion is far from zero.
            let dispersion = homogeneity::deviations(statistics, family.kurtosis()).unwrap_or_default();
            let tails = family.tails(kurtosis, sampled);
            let total: f64 = dispersion.iter().chain([&center, &tails]).map(|z| z * z).sum();
            let p = (2.0 * fit.min(chi_square_tail_of_six(total))).min(1.0);
            (family, fit, dispersion, fit >= FIT && total <= TOTAL, p)
        });
        let p = tested.iter().fold(0.0_f64, |most, (.., p)| most.max(*p));
        let (family, fit, dispersion, noise, _) =
            *tested.iter().find(|(_, _, _, noise, _)| *noise).unwrap_or(&tested[0]);
        let error = ((family.kurtosis() - 1.0) / (4.0 * len)).sqrt();
        let verdict = if noise { NoiseVerdict::Noise } else { NoiseVerdict::Structured };
        let known = if noise { scales.matching(family, statistics, std, error) } else { Vec::new() };
        let chance = scales.chance(family, error);
        Self { verdict, family, std, error, fit, p, dispersion, known, chance }
    }

    /// Withdraws the verdict that 8-bit values have structure if only their distribution says so: they lie on a coarse grid, which no
    /// continuous distribution fits. The dispersion of rows and columns does not depend on the grid.
    pub(crate) fn forgive_coarse_values(&mut self) {
        let dispersed = self.dispersion.iter().map(|z| z * z).sum::<f64>() > TOTAL;
        if self.verdict == NoiseVerdict::Structured && !dispersed {
            self.verdict = NoiseVerdict::Undecided;
        }
    }

    pub(crate) fn is_noise(&self) -> bool {
        self.verdict == NoiseVerdict::Noise
    }
}
