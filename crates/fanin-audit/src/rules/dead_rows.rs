//! Neurons without incoming weights.

use serde_json::{Value, json};

use super::rule::AuditRule;
use super::wording::{few, is};
use crate::judge::sparsity;
use crate::measure::number;
use crate::{AuditError, Channels, Finding, Model, Progress, Severity, Subject, TensorKind};

pub(super) static RULE: AuditRule = AuditRule {
    id: "dead-rows",
    severity: Severity::Warning,
    finds: "neurons whose incoming weights are all zero or have decayed to almost nothing",
    why: "Such a neuron outputs its bias whatever the input is. Under ReLU it often gets no gradient and stays dead.",
    evidence: "Checks the rows of [out, in] matrices and kernels and the columns of [in, out] matrices. Warning if \
               more than half of the neurons are dead, otherwise note: weight decay leaves some in many healthy \
               networks. Decayed means a norm below a millionth of the median. Embedding tables are skipped, because \
               their padding row is zero. In pruned weights, whose other rows contain zeros too, dead rows are \
               reported only if chance does not explain them: they must exceed, by three standard deviations, both \
               five times Chao's estimate from the rows with one or two nonzero values and the number that independent \
               zeros leave in rows of a fifth of the length. Note if less than 5 % of the values are nonzero.",
    remedy: "Remove the neurons, or find out why they died: a learning rate too high, a bias too negative, weight decay.",
    deep: false,
    decide,
};

fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let weights =
        model.of(TensorKind::Weight).filter(|subject| !subject.statistics.is_zero() && subject.statistics.is_sound());
    let finding = |subject: &Subject<'_>| {
        let dead = Dead::of(subject, subject.neurons())?;
        beyond_chance(&RULE, subject, subject.neurons(), dead).transpose()
    };
    weights.filter_map(finding).collect()
}

/// Reports dead lines unless pruning explains them.
pub(super) fn beyond_chance(
    rule: &AuditRule,
    subject: &Subject<'_>,
    channels: Channels,
    dead: Dead,
) -> Result<Option<Finding>, AuditError> {
    let Dead { message, mut severity, mut evidence, zeros } = dead;
    if let Some(pruning) = sparsity::of(subject, channels, zeros)? {
        if number(zeros as u64) <= pruning.dead {
            return Ok(None);
        }
        if pruning.zeros > sparsity::HARDLY_ANY {
            severity = Severity::Note;
        }
        evidence["pruned"] = json!({ "zeros": pruning.zeros, "dead_by_chance": pruning.dead });
    }
    Ok(Some(rule.finding(subject, severity, message, evidence)))
}

/// The parts of a finding about dead lines.
pub(super) struct Dead {
    pub(super) message: String,
    pub(super) severity: Severity,
    pub(super) evidence: Value,
    /// The number of lines that are all zero.
    pub(super) zeros: usize,
}

impl Dead {
    /// Finds dead neurons or inputs; `None` if there are none.
    pub(super) fn of(subject: &Subject<'_>, channels: Channels) -> Option<Self> {
        let lines = channels.gathered(subject.lines(channels.side)?);
        let (squares, thing) = (&lines.squares, channels.noun);
        let zeros: Vec<usize> = (0..squares.len()).filter(|line| lines.is_zero(*line)).collect();
        let mut alive: Vec<f64> = squares.iter().copied().filter(|square| *square > 0.0).collect();
        alive.sort_by(f64::total_cmp);
        // In squares: a millionth of the norm.
        let limit = 1e-12 * alive.get(alive.len() / 2).copied().unwrap_or(0.0);
        let decayed: Vec<usize> =
            (0..squares.len()).filter(|line| squares[*line] <= limit && !lines.is_zero(*line)).collect();
        let dead = zeros.len() + decayed.len();
        if dead == 0 || squares.len() < 2 {
            return None;
        }
        let severity = if dead * 2 > squares.len() { Severity::Warning } else { Severity::Note };
        let (how, first) = if zeros.is_empty() { ("almost zero", &decayed) } else { ("zero", &zeros) };
        let message = format!("{dead} of {} {thing}s {} dead ({how}: {})", squares.len(), is(dead), few(first));
        let evidence = json!({
            "zero": zeros.len(), "decayed": decayed.len(), "of": squares.len(),
            "first": first.iter().take(16).collect::<Vec<_>>(),
        });
        Some(Self { message, severity, evidence, zeros: zeros.len() })
    }
}
