//! Dead neurons and dead inputs, for `dead-rows` and `dead-columns`.

use serde_json::{Value, json};

use super::rule::AuditRule;
use super::wording::{few, is};
use crate::judge::sparsity;
use crate::measure::number;
use crate::{AuditError, Channels, Finding, Model, Severity, Subject, TensorKind};

/// Reports the dead neurons or inputs of every weight.
pub(super) fn findings<'a>(
    rule: &AuditRule,
    model: &Model<'a>,
    channels: impl Fn(&Subject<'a>) -> Channels,
) -> Result<Vec<Finding>, AuditError> {
    let weights =
        model.of(TensorKind::Weight).filter(|subject| !subject.statistics.is_zero() && subject.statistics.is_sound());
    let finding = |subject: &Subject<'a>| {
        let dead = Dead::of(subject, channels(subject))?;
        beyond_chance(rule, subject, channels(subject), dead).transpose()
    };
    weights.filter_map(finding).collect()
}

/// Reports dead lines unless pruning explains them.
fn beyond_chance(
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
struct Dead {
    message: String,
    severity: Severity,
    evidence: Value,
    /// The number of lines that are all zero.
    zeros: usize,
}

impl Dead {
    /// Finds dead neurons or inputs; `None` if there are none.
    fn of(subject: &Subject<'_>, channels: Channels) -> Option<Self> {
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
