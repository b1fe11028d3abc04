//! The initialization convention that most weights of a fresh checkpoint follow.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::judge::noise::scales::{Known, Scales};
use crate::judge::noise::{Family, NoiseVerdict};
use crate::{Model, Subject, TensorKind};

/// The minimum number of values needed to judge a scale.
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
            && subject.contamination.is_none()
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

/// The convention that at least three weights and 60 % of all follow. Orthogonal weights follow another one. Ties go to the convention
/// nearest to its followers.
pub(crate) fn majority(model: &Model<'_>) -> Option<Majority> {
    let mut votes: BTreeMap<&str, Vote> = BTreeMap::new();
    let orthogonal = |subject: &&Subject<'_>| subject.noise.verdict == NoiseVerdict::Orthogonal;
    let mut count = model.of(TensorKind::Weight).filter(orthogonal).count();
    for subject in weights(model) {
        count += 1;
        for known in subject.scales().all() {
            if has(subject, known.std) {
                let off = (subject.statistics.root_mean_square() / known.std - 1.0) / error(subject);
                let vote = votes.entry(known.name).or_insert_with(|| Vote::none(known));
                vote.followers += 1;
                vote.distance += off * off;
                vote.family += usize::from(subject.noise.family == known.family);
            }
        }
    }
    let Vote { convention, followers, .. } = votes.into_values().max_by(Vote::order)?;
    (followers >= 3 && followers * 5 >= count * 3).then_some(Majority { convention, followers, weights: count })
}

/// The weights that have the scale of an initializer.
struct Vote {
    convention: Known,
    followers: usize,
    /// The sum of the squared deviations of their scales, in standard errors.
    distance: f64,
    /// The number of followers whose distribution is of the initializer's family.
    family: usize,
}

impl Vote {
    fn none(known: &Known) -> Self {
        Self { convention: known.clone(), followers: 0, distance: 0.0, family: 0 }
    }

    /// More followers first, then the nearer scale, then the family of most followers.
    fn order(&self, other: &Self) -> Ordering {
        // Equal scales of several families differ by rounding errors.
        let steps = |vote: &Self| (vote.distance * 1e6).round();
        let scales = self.followers.cmp(&other.followers).then(steps(other).total_cmp(&steps(self)));
        scales.then(self.family.cmp(&other.family))
    }
}

impl Majority {
    /// The standard deviation that the convention gives to a weight.
    pub(crate) fn expected(&self, subject: &Subject<'_>) -> Option<f64> {
        subject.scales().std_of(self.convention.name)
    }

    /// The number of groups that a fan-in ignores: a grouped convolution, `[out, in / groups, k...]`, has the scale of
    /// the convention for `groups` times as many inputs. A depthwise convolution has as many groups as outputs; for
    /// others, the weight stored before it must have as many outputs as all groups together have inputs.
    pub(crate) fn forgotten_groups(&self, subject: &Subject<'_>, weights: &[&Subject<'_>]) -> Option<usize> {
        let groups = groups(subject, weights)?;
        let (fan_in, fan_out) = subject.fans();
        let forgotten =
            Scales::of(subject.name(), fan_in.saturating_mul(groups), fan_out).std_of(self.convention.name)?;
        let differs = (forgotten / self.expected(subject)?).ln().abs() > 0.02;
        (differs && has(subject, forgotten)).then_some(groups)
    }

    /// Whether the scale follows the convention with the fan-out of one group of a grouped convolution, as many implementations count
    /// it.
    pub(crate) fn counts_groups(&self, subject: &Subject<'_>, weights: &[&Subject<'_>]) -> bool {
        let (fan_in, fan_out) = subject.fans();
        let of_group =
            |groups: usize| Scales::of(subject.name(), fan_in, fan_out / groups).std_of(self.convention.name);
        groups(subject, weights).and_then(of_group).is_some_and(|std| has(subject, std))
    }

    /// The expected standard deviation with fan-in and fan-out swapped; `None` if that changes it by less than 2 %.
    pub(crate) fn exchanged(&self, subject: &Subject<'_>) -> Option<f64> {
        let (fan_in, fan_out) = subject.fans();
        let exchanged = Scales::of(subject.name(), fan_out, fan_in).std_of(self.convention.name)?;
        let expected = self.expected(subject)?;
        ((exchanged / expected).ln().abs() > 0.02).then_some(exchanged)
    }
}

/// The number of groups that a convolution `[out, in / groups, k...]` may have.
fn groups(subject: &Subject<'_>, weights: &[&Subject<'_>]) -> Option<usize> {
    let (inputs, outputs) = subject.ends().filter(|_| subject.shape().len() > 2)?;
    let place = weights.iter().position(|other| std::ptr::eq(*other, subject))?;
    let before = || weights.get(place.checked_sub(1)?)?.ends();
    let groups = if inputs == 1 { outputs } else { before()?.1.checked_div(inputs)? };
    (groups > 1 && outputs.is_multiple_of(groups)).then_some(groups)
}
