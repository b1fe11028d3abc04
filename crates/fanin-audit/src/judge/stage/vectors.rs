//! The evidence of gains and biases: whether they moved away from initial values.

use std::collections::HashMap;

use super::start::{Role, Start};
use crate::judge::deviations::combined;
use crate::judge::{Subject, TensorKind, adapter, kind};
use crate::wording::digits;

/// The combined evidence of gains and biases.
#[derive(Clone, Debug, Default)]
pub(super) struct Vectors {
    /// The number of constant vectors.
    pub(super) constant: usize,
    /// The number of uniform biases with the bound that their weight's fan-in implies.
    pub(super) scaled: usize,
    /// The number of judged vectors that are not constant, and of those among them that no initializer explains.
    pub(super) drawn: usize,
    pub(super) moved: usize,
    /// The probability that chance explains all of them.
    pub(super) p: f64,
    /// The one that moved furthest.
    example: Option<String>,
}

/// The largest probability of falsely reporting any fresh vector of the checkpoint as moved.
const FAMILY: f64 = 1e-4;

/// The maximum number of values read of a vector.
const LONGEST: usize = 1 << 16;

impl Vectors {
    pub(super) fn of(subjects: &[Subject<'_>]) -> Self {
        let by_name: HashMap<&str, &Subject<'_>> = subjects.iter().map(|subject| (subject.name(), subject)).collect();
        let mut vectors = Self { p: 1.0, ..Self::default() };
        let mut judged: Vec<(f64, &Subject<'_>)> = Vec::new();
        for subject in subjects.iter().filter(|subject| matches!(subject.kind(), TensorKind::Bias | TensorKind::Vector))
        {
            // Factors of adapters start at zero or at norms of the frozen weight; those of IA3 are gains.
            let factor = adapter::factor_of(subject.name()).is_some_and(|(factor, _)| factor.method != "IA3");
            if kind::is_derived(subject.name()) || subject.is_layer() || factor {
                continue;
            }
            let Some(values) = values(subject) else { continue };
            let role = if subject.kind() == TensorKind::Bias { Role::Term } else { Role::Gain };
            match Start::of(&values, role) {
                Start::Constant => vectors.constant += 1,
                Start::Unclear => {}
                Start::Drawn(p) => {
                    vectors.scaled += usize::from(is_scaled_by_fan(subject, &by_name));
                    judged.push((p, subject));
                }
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a count of tensors")]
        let limit = FAMILY / judged.len().max(1) as f64;
        vectors.drawn = judged.len();
        vectors.moved = judged.iter().filter(|(p, _)| *p < limit).count();
        vectors.p = combined(&judged.iter().map(|(p, _)| *p).collect::<Vec<_>>());
        let furthest = judged.iter().min_by(|a, b| a.0.total_cmp(&b.0));
        vectors.example = furthest.map(|(_, subject)| {
            let (mean, std) = (subject.statistics.mean(), subject.statistics.std());
            format!("{} has mean {} and standard deviation {}", subject.name(), digits(mean, 3), digits(std, 3))
        });
        vectors
    }

    /// Whether they were trained. A single vector may have an unusual initial value, such as the logarithms of class
    /// frequencies.
    pub(super) fn are_trained(&self) -> bool {
        self.moved >= 3
            || self.moved > 0 && self.moved * 4 >= self.drawn + self.constant
            || self.drawn >= 3 && self.p < FAMILY / 100.0
    }

    /// Whether some moved, but too few to decide.
    pub(super) fn are_doubtful(&self) -> bool {
        self.moved > 0
    }

    /// Whether some have the usual initial values, and none moved.
    pub(super) fn are_initial(&self) -> bool {
        self.moved == 0 && self.constant + self.scaled > 0 && self.p >= 0.01
    }

    /// Whether all hold constants.
    pub(super) fn are_constant(&self) -> bool {
        self.constant > 0 && self.drawn == 0
    }

    /// `6 of 12 gains and biases moved (l0.bn.weight has mean 0.83)`
    pub(super) fn told(&self) -> String {
        let all = self.drawn + self.constant;
        let example = self.example.as_ref().map_or_else(String::new, |example| format!(" ({example})"));
        match self.moved {
            0 => format!("gains and biases moved{example}"),
            moved => format!("{moved} of {all} gains and biases moved{example}"),
        }
    }
}

/// The first values of a vector; `None` if it cannot be read.
fn values(subject: &Subject<'_>) -> Option<Vec<f64>> {
    let data = subject.data().ok()?;
    let mut values = vec![0.0; data.len().min(LONGEST)];
    (data.read_f64(0, &mut values) == values.len()).then_some(values)
}

/// Whether a bias reaches, but does not exceed, the bound 1 / sqrt(fan-in) of its weight, as PyTorch's default does.
fn is_scaled_by_fan(subject: &Subject<'_>, by_name: &HashMap<&str, &Subject<'_>>) -> bool {
    let weight =
        ["weight", "kernel"].iter().find_map(|leaf| by_name.get(subject.name().replace("bias", leaf).as_str()));
    let Some(weight) = weight.filter(|weight| weight.kind() == TensorKind::Weight) else { return false };
    #[expect(clippy::cast_precision_loss, reason = "no fan is 2^53")]
    let (bound, len) = (1.0 / (weight.fans().0.max(1) as f64).sqrt(), subject.statistics.len as f64);
    let reached = f64::from(subject.statistics.greatest()) / bound;
    len >= 64.0 && reached <= 1.004 && reached >= 1.0 - 8.0 / len - 4e-3
}
