//! The parts of a parameter that have a law of their own each.

use fanin_core::{Distribution, param::StridedRange};

use super::Expectation;
use super::draw::Sample;

/// A part, with its law and its values under several seeds; a parameter of one law is its own only part.
#[derive(Debug)]
pub(super) struct Leaf {
    /// Where it lies: empty for the whole.
    pub(super) name: String,
    pub(super) expectation: Expectation,
    pub(super) sample: Sample,
}

/// The parts of a sample, however deep they lie. What states no moments is left out.
pub(super) fn leaves(expectation: &Expectation, sample: Sample) -> Vec<Leaf> {
    match &expectation.law {
        Distribution::Parts(parts) => {
            parts.iter().enumerate().flat_map(|(number, part)| of_part(number, part, &sample)).collect()
        }
        _ => vec![Leaf { name: String::new(), expectation: expectation.clone(), sample }],
    }
}

fn of_part(number: usize, (band, law): &(StridedRange, Distribution), sample: &Sample) -> Vec<Leaf> {
    let Some(expectation) = Expectation::of(law.clone()) else { return Vec::new() };
    let inside = |draw: &[f64]| -> Vec<f64> {
        (0..).zip(draw).filter(|(index, _)| band.contains(*index)).map(|(_, value)| *value).collect()
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
