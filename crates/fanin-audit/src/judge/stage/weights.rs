//! Whether a weight still looks as an initializer made it.

use crate::Subject;
use crate::judge::noise::NoiseVerdict;

/// The look of a weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Look {
    /// Too few values, a constant, or a pattern that needs no training: says nothing.
    Silent,
    /// Orthogonal vectors.
    Orthogonal,
    /// Independent draws; the probability of draws at least as unlike them, which is 1 for those that are partly set, and the number of
    /// values that are not.
    Drawn { p: f64, values: usize, chance: f64 },
    /// Structured; the probability that independent draws are as structured.
    Structured { p: f64 },
}

/// Draws with a smaller probability are not counted as draws.
const DRAWN: f64 = 1e-3;

/// Fewer values that were not set, such as the zeros of a sparse start, are not judged.
const FEWEST: usize = 200;

/// Weights with fewer distinct values hold a pattern.
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

/// Whether a few distinct values, equal rows or equal columns make up the weight: signs, a filter, `A_log` of a state-space layer.
fn is_pattern(subject: &Subject<'_>) -> bool {
    let statistics = &subject.statistics;
    let distinct = statistics.sample.chunk_by(|a, b| a == b).take(PATTERN).count();
    let equal = |lines: Option<&crate::Lines>| {
        lines.is_some_and(|lines| lines.len() > 2 && lines.hash.windows(2).all(|pair| pair[0] == pair[1]))
    };
    distinct < PATTERN || equal(statistics.rows.as_ref()) || equal(statistics.columns.as_ref())
}
