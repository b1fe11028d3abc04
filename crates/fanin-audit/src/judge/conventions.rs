//! The initialization convention that most weights of a fresh checkpoint follow.

use std::collections::BTreeMap;

use crate::judge::noise::scales::{Fan, Known};
use crate::judge::noise::{Family, NoiseVerdict};
use crate::{Model, Subject, TensorKind};

/// The fewest values needed to judge a scale.
const FEWEST: usize = 64;

/// A convention and the number of weights that follow it.
pub(crate) struct Majority {
    pub(crate) convention: Known,
    pub(crate) followers: usize,
    pub(crate) weights: usize,
}

/// Weights whose scale can be judged: large enough, and neither orthogonal nor otherwise structured.
pub(crate) fn weights<'m, 'a>(model: &'m Model<'a>) -> impl Iterator<Item = &'m Subject<'a>> {
    model.of(TensorKind::Weight).filter(|subject| {
        let statistics = &subject.statistics;
        statistics.is_sound()
            && !statistics.is_constant()
            && statistics.len >= FEWEST
            && !matches!(subject.noise.verdict, NoiseVerdict::Structured | NoiseVerdict::Orthogonal)
    })
}

/// The relative standard error of the standard deviation, computed for normal values, where it is largest.
#[expect(clippy::cast_precision_loss, reason = "no tensor has 2^53 elements")]
pub(crate) fn error(subject: &Subject<'_>) -> f64 {
    ((Family::Normal.kurtosis() - 1.0) / (4.0 * subject.statistics.len as f64)).sqrt()
}

/// Whether the scale matches `std` within four standard errors.
pub(crate) fn has(subject: &Subject<'_>, std: f64) -> bool {
    (subject.statistics.root_mean_square() / std - 1.0).abs() <= 4.0 * error(subject) + 1e-6
}

/// The convention that at least three weights and 60 % of all follow. Ties go to the convention nearest to its followers.
pub(crate) fn majority(model: &Model<'_>) -> Option<Majority> {
    let mut votes: BTreeMap<String, (usize, f64, Known)> = BTreeMap::new();
    let mut count = 0;
    for subject in weights(model) {
        count += 1;
        for known in subject.scales().all() {
            if has(subject, known.std) {
                let off = (subject.statistics.root_mean_square() / known.std - 1.0) / error(subject);
                let (followers, distance, _) =
                    votes.entry(known.name.clone()).or_insert_with(|| (0, 0.0, known.clone()));
                *followers += 1;
                *distance += off * off;
            }
        }
    }
    let order = |a: &(usize, f64, Known), b: &(usize, f64, Known)| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1));
    let (followers, _, convention) = votes.into_values().max_by(order)?;
    (followers >= 3 && followers * 5 >= count * 3).then_some(Majority { convention, followers, weights: count })
}

impl Majority {
    /// The standard deviation that the convention gives to a weight.
    pub(crate) fn expected(&self, subject: &Subject<'_>) -> Option<f64> {
        subject.scales().std_of(&self.convention.name)
    }

    /// The same with fan-in and fan-out swapped; `None` unless the convention uses exactly one fan and the fans differ.
    #[expect(clippy::cast_precision_loss, reason = "no fan is 2^53")]
    pub(crate) fn exchanged(&self, subject: &Subject<'_>) -> Option<f64> {
        let (fan_in, fan_out) = subject.fans();
        let factor = (fan_in as f64 / fan_out.max(1) as f64).sqrt();
        let expected = self.expected(subject).filter(|_| factor.ln().abs() > 0.02)?;
        match self.convention.by {
            Fan::In => Some(expected * factor),
            Fan::Out => Some(expected / factor),
            Fan::Both | Fan::Neither => None,
        }
    }
}
