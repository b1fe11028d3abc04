//! Neurons without incoming weights.

use serde_json::{Value, json};

use super::{Rule, few, is};
use crate::audit::{AuditError, Finding, Kind, Lines, Model, Progress, Severity, Subject};

pub(super) static RULE: Rule = Rule {
    id: "dead-rows",
    severity: Severity::Warning,
    finds: "neurons whose incoming weights are all zero, or have decayed to nothing",
    why: "Such a neuron gives its bias whatever the input is. Under a ReLU it often gets no gradient and stays dead.",
    evidence: "Rows of [out, in] matrices and kernels, columns of [in, out] ones. Warning where more than half of the neurons \
               are dead, else note: weight decay leaves some in many healthy networks. Decayed means a norm below a \
               millionth of the median. Tables are left alone: the row of padding is zero.",
    remedy: "Remove the neurons, or look at why they died: a learning rate too large, a bias too negative, weight decay.",
    deep: false,
    decide,
};

#[expect(clippy::unnecessary_wraps, reason = "the signature of every rule")]
fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let weights =
        model.of(Kind::Weight).filter(|subject| !subject.statistics.is_zero() && subject.statistics.is_sound());
    let finding = |subject: &Subject<'_>| {
        let lines = subject.lines(subject.neurons())?;
        let Dead { message, severity, evidence } = Dead::of(lines, 1, "neuron")?;
        Some(RULE.finding(subject, severity, message, evidence))
    };
    Ok(weights.filter_map(finding).collect())
}

/// Dead lines, in words.
pub(super) struct Dead {
    pub(super) message: String,
    pub(super) severity: Severity,
    pub(super) evidence: Value,
}

impl Dead {
    /// Lines of `width` neighbors each; nothing if none is dead.
    pub(super) fn of(lines: &Lines, width: usize, thing: &str) -> Option<Self> {
        let width = width.max(1);
        let squares: Vec<f64> = lines.squares.chunks(width).map(|line| line.iter().sum()).collect();
        let zero = |line: usize| (line * width..(line + 1) * width).all(|part| lines.is_zero(part));
        let zeros: Vec<usize> = (0..squares.len()).filter(|line| zero(*line)).collect();
        let mut alive: Vec<f64> = squares.iter().copied().filter(|square| *square > 0.0).collect();
        alive.sort_by(f64::total_cmp);
        // Squares: a millionth of the norm is 1e-12.
        let limit = 1e-12 * alive.get(alive.len() / 2).copied().unwrap_or(0.0);
        let decayed: Vec<usize> = (0..squares.len()).filter(|line| squares[*line] <= limit && !zero(*line)).collect();
        let dead = zeros.len() + decayed.len();
        if dead == 0 || squares.len() < 2 {
            return None;
        }
        let severity = if dead * 2 > squares.len() { Severity::Warning } else { Severity::Note };
        let (how, first) = if zeros.is_empty() { ("decayed to nothing", &decayed) } else { ("zero", &zeros) };
        let message = format!("{dead} of {} {thing}s {} dead ({how}: {})", squares.len(), is(dead), few(first));
        let evidence = json!({
            "zero": zeros.len(), "decayed": decayed.len(), "of": squares.len(),
            "first": first.iter().take(16).collect::<Vec<_>>(),
        });
        Some(Self { message, severity, evidence })
    }
}
