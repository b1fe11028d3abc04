//! The evidence of a weight: whether it still looks freshly initialized.

use crate::Subject;
use crate::judge::noise::NoiseVerdict;

/// The look of a weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Look {
    /// Too few values, a constant, or a pattern that needs no training: no evidence.
    Silent,
    /// Orthogonal vectors.
    Orthogonal,
    /// Independent draws, with the p-value (1 if some values were set afterwards), the number of drawn values, and the
    /// probability that their scale matches a known one by chance.
    Drawn { p: f64, values: usize, chance: f64 },
    /// Structured, with the probability that independent draws are as structured.
    Structured { p: f64 },
}

/// The smallest p-value of draws.
const DRAWN: f64 = 1e-3;

/// The minimum number of values that are judged, without those that were set, such as the zeros of a sparse
/// initializer.
const FEWEST: usize = 200;

/// The minimum number of distinct values; weights with fewer hold a pattern.
const PATTERN: usize = 5;

impl Look {
    pub(super) fn of(subject: &Subject<'_>) -> Self {
        let statistics = &subject.statistics;
        if !statistics.is_sound() || statistics.is_constant() || is_pattern(subject) {
            return Self::Silent;
        }
        match subject.noise.verdict {
            NoiseVerdict::Undecided => return Self::Silent,
            NoiseVerdict::Orthogonal => return Self::Orthogonal,
            NoiseVerdict::Noise | NoiseVerdict::Structured => {}
        }
        let (p, set) = match &subject.contamination {
            Some(contamination) => (1.0, contamination.count),
            None => (subject.noise.p, zeros(subject)),
        };
        let values = statistics.len.saturating_sub(set);
        if values < FEWEST {
            return Self::Silent;
        }
        if p >= DRAWN || subject.noise.is_noise() {
            let chance = if subject.noise.known.is_empty() { 1.0 } else { subject.noise.chance };
            return Self::Drawn { p: p.max(DRAWN), values, chance };
        }
        Self::Structured { p }
    }
}

/// The number of zeros, estimated from the sample.
fn zeros(subject: &Subject<'_>) -> usize {
    let statistics = &subject.statistics;
    let sampled = statistics.sample.iter().filter(|value| **value == 0.0).count();
    sampled * (statistics.len / statistics.sample.len().max(1)).max(1)
}

/// Whether the weight consists of a few distinct values, equal rows or equal columns: signs, a filter, `A_log` of a
/// state-space layer.
fn is_pattern(subject: &Subject<'_>) -> bool {
    let statistics = &subject.statistics;
    let distinct = statistics.sample.chunk_by(|a, b| a == b).take(PATTERN).count();
    let equal = |lines: Option<&crate::Lines>| {
        lines.is_some_and(|lines| lines.len() > 2 && lines.hash.windows(2).all(|pair| pair[0] == pair[1]))
    };
    distinct < PATTERN || equal(statistics.rows.as_ref()) || equal(statistics.columns.as_ref())
}
