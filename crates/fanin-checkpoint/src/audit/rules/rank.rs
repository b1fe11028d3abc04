//! Matrices of low rank.

use serde_json::json;

use super::Rule;
use crate::audit::spectrum::{self, LONGEST};
use crate::audit::{AuditError, Finding, Kind, Lines, Model, Progress, Severity, Subject, precision};

pub(super) static RULE: Rule = Rule {
    id: "rank",
    severity: Severity::Warning,
    finds: "matrices of low numerical or stable rank",
    why: "A layer of low rank passes on fewer directions than its width; one whose stable rank is near 1 answers to a single \
          direction, and its neurons are multiples of each other.",
    evidence: "Asked under --deep. Singular values by the eigenvalues of the smaller of A A^T and A^T A. The numerical rank \
               counts those above max(rows, columns) times the rounding of the type times the greatest (1e-7 of it at the \
               least); the stable rank is the sum of their squares over the greatest square. Zero rows and columns are not \
               counted: they are dead-rows and dead-columns. Warning where the numerical rank is at most half of the shorter \
               side, or, in a fresh checkpoint, below it, which chance never does; note for what else is missing, and for a \
               stable rank below 2 from 16 rows and columns on. Kernels are read as [out, in k...]. Shorter sides below 8 or \
               above 4096 are left alone. It takes 1/2 m n^2 + 4/3 n^3 multiplications for n the shorter side and m the longer: \
               a second or so for 1000 by 1000.",
    remedy: "Look for neurons that were copied or collapsed; a smaller layer would do the same.",
    deep: true,
    decide,
};

fn decide(model: &Model<'_>, progress: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let suits = |subject: &&Subject<'_>| {
        let (grid, statistics) = (subject.grid(), &subject.statistics);
        let short = grid.rows.min(grid.columns);
        let whole = statistics.is_sound() && !statistics.is_constant();
        grid.lines && (8..=LONGEST).contains(&short) && whole
    };
    let weights: Vec<&Subject<'_>> = model.of(Kind::Weight).filter(suits).collect();
    progress.deep(weights.iter().map(|subject| spectrum::operations(subject.grid())).sum());
    let mut findings = Vec::new();
    // One after another, each with all threads: one square is held at a time.
    for subject in weights {
        let values = spectrum::singular_values(&subject.data()?, subject.grid());
        progress.solved(spectrum::operations(subject.grid()));
        findings.extend(judged(model, subject, &values));
    }
    Ok(findings)
}

#[expect(clippy::cast_precision_loss, reason = "an axis is below 2^53")]
fn judged(model: &Model<'_>, subject: &Subject<'_>, values: &[f64]) -> Option<Finding> {
    let grid = subject.grid();
    let greatest = values.first().copied().filter(|greatest| *greatest > 0.0)?;
    let rounding = precision(subject.element().dtype()?);
    let limit = greatest * (rounding * grid.rows.max(grid.columns) as f64).max(1e-7);
    let rank = values.iter().filter(|value| **value > limit).count();
    let stable = values.iter().map(|value| value * value).sum::<f64>() / (greatest * greatest);
    let alive = |lines: Option<&Lines>, all: usize| {
        lines.map_or(all, |lines| (0..lines.len()).filter(|line| !lines.is_zero(*line)).count())
    };
    let rows = alive(subject.statistics.rows.as_ref(), grid.rows);
    let full = rows.min(alive(subject.statistics.columns.as_ref(), grid.columns));
    let (severity, message) = if rank * 2 <= full || rank < full && !model.is_trained() {
        (Severity::Warning, format!("the numerical rank is {rank} of {full}"))
    } else if rank < full {
        (Severity::Note, format!("the numerical rank is {rank} of {full}"))
    } else if stable < 2.0 && full >= 16 {
        (Severity::Note, format!("the stable rank is {stable:.2}, of at most {full}"))
    } else {
        return None;
    };
    let evidence = json!({
        "rank": rank, "stable_rank": stable, "full": full, "limit": limit, "greatest": greatest,
        "least": values.last(),
    });
    Some(RULE.finding(subject, severity, message, evidence))
}
