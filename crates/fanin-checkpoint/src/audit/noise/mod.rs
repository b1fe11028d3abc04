//! Whether a matrix is independent noise, as an initializer leaves it, or has the structure that training writes.
//!
//! Three kinds of evidence, all of which noise must pass:
//!
//! - the distribution of single values is one that initializers draw: normal, uniform, or normal cut at two standard
//!   deviations (a Kolmogorov-Smirnov test over the sample);
//! - the norms and the sums of rows and of columns scatter as sums of independent values do, no more and no less (four tests of
//!   dispersion over all values). Training moves whole rows and columns together, so that a trained matrix of a few thousand
//!   values scatters many times more;
//! - the mean is zero within its standard error, and the fourth moment that of the distribution.
//!
//! The last two kinds are six deviations, near a unit normal distribution each, whose squares are added up.
//!
//! [`scales`] then says which known initializers have this very scale.

mod dispersion;
mod family;
pub(super) mod scales;

pub(super) use family::{Family, distance, kolmogorov};

use fanin_core::values::exact::normal_tail;

use super::pass::Statistics;
use scales::Known;

/// What the evidence says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Independent draws of one distribution.
    Noise,
    /// Orthogonal vectors of one length, as some initializers make them.
    Orthogonal,
    /// Something else: trained, or drawn with structure.
    Structured,
    /// Too few values, or values that no test takes.
    Undecided,
}

/// The evidence and the verdict.
#[derive(Clone, Debug)]
pub(super) struct Noise {
    pub(super) verdict: Verdict,
    /// The distribution that fits best.
    pub(super) family: Family,
    /// The standard deviation about zero, and its relative standard error under that distribution.
    pub(super) std: f64,
    pub(super) error: f64,
    /// The probability of a Kolmogorov-Smirnov distance as large.
    pub(super) fit: f64,
    /// The dispersion of row norms, row sums, column norms and column sums, in standard deviations.
    pub(super) dispersion: [f64; 4],
    /// The known initializers whose scale this is.
    pub(super) known: Vec<Known>,
    /// The probability that a scale is a known one by chance.
    pub(super) chance: f64,
}

/// The least probability of the distance: one in a thousand drawn tensors is missed.
const FIT: f64 = 1e-3;

/// The greatest sum of the six squared deviations, of a chi-square distribution with six degrees of freedom: 24 has p = 0.0005.
const TOTAL: f64 = 24.0;

/// The fewest values that are judged.
const FEWEST: usize = 200;

impl Noise {
    pub(super) fn unknown() -> Self {
        Self {
            verdict: Verdict::Undecided,
            family: Family::Normal,
            std: f64::NAN,
            error: f64::NAN,
            fit: f64::NAN,
            dispersion: [f64::NAN; 4],
            known: Vec::new(),
            chance: 1.0,
        }
    }

    /// Judges a matrix.
    pub(super) fn of(statistics: &Statistics, scales: &scales::Scales) -> Self {
        let (Some(rows), Some(columns)) = (&statistics.rows, &statistics.columns) else { return Self::unknown() };
        let std = statistics.root_mean_square();
        if !statistics.is_sound() || statistics.len < FEWEST || std <= 0.0 || !std.is_normal() {
            return Self::unknown();
        }
        let (family, fit) = family::best(&statistics.sample, std);
        #[expect(clippy::cast_precision_loss, reason = "no tensor has 2^53 elements")]
        let len = statistics.len as f64;
        let error = ((family.kurtosis() - 1.0) / (4.0 * len)).sqrt();
        let [row_norms, row_sums] = dispersion::of(rows, columns.len(), std, family.kurtosis());
        let [column_norms, column_sums] = dispersion::of(columns, rows.len(), std, family.kurtosis());
        let dispersion = [row_norms, row_sums, column_norms, column_sums];
        let center = statistics.mean() * len.sqrt() / std;
        let tails = family.tails(&statistics.sample, std);
        let total: f64 = dispersion.iter().chain([&center, &tails]).map(|z| z * z).sum();
        let noise = fit >= FIT && total <= TOTAL;
        let verdict = if noise { Verdict::Noise } else { Verdict::Structured };
        let known = if noise { scales.matching(family, statistics, std, error) } else { Vec::new() };
        let chance = scales.chance(family, error);
        Self { verdict, family, std, error, fit, dispersion, known, chance }
    }

    pub(super) fn is_noise(&self) -> bool {
        self.verdict == Verdict::Noise
    }
}

/// The probability that a unit normal value is as far from 0 as `z`, on either side.
pub(super) fn two_sided(z: f64) -> f64 {
    (2.0 * normal_tail(z.abs())).min(1.0)
}
