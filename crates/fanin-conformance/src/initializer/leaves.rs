//! The parts of a parameter that have their own distribution.

use fanin_core::{Distribution, param::StridedRange};

use super::Expectation;
use super::draw::Sample;

/// A part with its distribution and its values under several seeds. A parameter with a single distribution is one part.
#[derive(Debug)]
pub(super) struct Leaf {
    /// The part's position; empty for the whole.
    pub(super) name: String,
    pub(super) expectation: Expectation,
    pub(super) sample: Sample,
}

/// Returns the parts of a sample, however deeply nested. Parts without stated moments are left out.
pub(super) fn leaves(expectation: &Expectation, sample: Sample) -> Vec<Leaf> {
    match &expectation.law {
        Distribution::Parts(parts) => {
            parts.iter().enumerate().flat_map(|(number, part)| of_part(number, part, &sample)).collect()
        }
        _ => vec![Leaf { name: String::new(), expectation: expectation.clone(), sample }],
    }
}

fn of_part(number: usize, (range, law): &(StridedRange, Distribution), sample: &Sample) -> Vec<Leaf> {
    let Some(expectation) = Expectation::of(law.clone()) else { return Vec::new() };
    let inside = |draw: &[f64]| -> Vec<f64> {
        (0..).zip(draw).filter(|(index, _)| range.contains(*index)).map(|(_, value)| *value).collect()
    };
    let draws: Vec<Vec<f64>> = sample.draws().map(inside).collect();
    let length = draws.first().map_or(0, Vec::len);
    if length == 0 {
        return Vec::new();
    }
    let mut found = leaves(&expectation, Sample { values: draws.concat(), length });
    for leaf in &mut found {
        leaf.name = format!(", part {number}{}", leaf.name);
    }
    found
}
