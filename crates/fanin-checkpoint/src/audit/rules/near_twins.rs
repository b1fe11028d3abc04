//! Neurons that are almost the same.

use serde_json::json;

use super::{Rule, counted};
use crate::audit::pass::Grid;
use crate::audit::{AuditError, Finding, Kind, Lines, Model, Progress, Severity, Side, Subject};
use crate::reading::TensorData;

pub(super) static RULE: Rule = Rule {
    id: "near-twins",
    severity: Severity::Warning,
    finds: "neurons whose incoming weights differ by less than a hundredth",
    why: "Twins compute almost the same: the layer is narrower than it looks, often because it started with copies.",
    evidence: "Two neurons whose weights differ by at most 1 % of their norm. Two random directions of n inputs come so near with \
               a probability below 0.01^(n - 1) / 2 (the cap of a sphere); times the pairs it must be below 1e-6, so that \
               neurons with few inputs are never found. Note where there are eight neurons for each input, as in the last layer \
               over many classes: those that the data never had are twins. Layers of more than 32768 neurons and tables are left alone.",
    remedy: "Remove one of two and add up the outgoing weights; start the layer from independent values.",
    deep: false,
    decide,
};

/// The greatest distance, of the norm.
const NEAR: f64 = 0.01;

/// So many neurons for each input are classes.
const CLASSES: usize = 8;

/// The most neurons.
const MOST: usize = 1 << 15;

/// The most pairs that are compared value by value in a tensor.
const COMPARED: usize = 10_000;

fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let mut findings = Vec::new();
    for subject in model.of(Kind::Weight).filter(|subject| subject.statistics.is_sound()) {
        let (grid, side) = (subject.grid(), subject.neurons());
        let Some(lines) = subject.lines(side).filter(|lines| lines.len() <= MOST) else { continue };
        let width = if side == Side::Rows { grid.columns } else { grid.rows };
        let chance = chance(lines.len(), width);
        if chance > 1e-6 || subject.statistics.is_constant() {
            continue;
        }
        let twins = twins(subject, lines, width)?;
        let Some(((a, b), distance)) = twins.first().copied() else { continue };
        let message = format!(
            "{} of near twins: {}s {a} and {b} differ by {:.2} % of their norm",
            counted(twins.len(), "pair"),
            side.name(),
            100.0 * distance
        );
        let evidence = json!({
            "pairs": twins.len(), "neurons": lines.len(), "first": [a, b], "distance": distance, "side": side.name(),
            "chance": chance,
        });
        // Classes that the data never had share one vector.
        let classes = lines.len() >= CLASSES * width;
        let severity = if classes { Severity::Note } else { Severity::Warning };
        findings.push(RULE.finding(subject, severity, message, evidence));
    }
    Ok(findings)
}

#[expect(clippy::cast_precision_loss, reason = "counts of lines and values")]
fn chance(lines: usize, width: usize) -> f64 {
    let pairs = lines as f64 * (lines as f64 - 1.0) / 2.0;
    pairs * 0.5 * NEAR.powf(width as f64 - 1.0)
}

/// Two neurons, and their distance.
type Twins = ((usize, usize), f64);

/// Pairs that are near and not equal. A pair at this distance differs at most so much, in units of the norm, in its norms, its
/// sums over the root of the width, its least and its greatest values; the few pairs that pass are compared whole.
#[expect(clippy::cast_precision_loss, reason = "an axis is below 2^53")]
fn twins(subject: &Subject<'_>, lines: &Lines, width: usize) -> Result<Vec<Twins>, AuditError> {
    let root = (width as f64).sqrt();
    let mut order: Vec<usize> = (0..lines.len()).filter(|line| !lines.is_zero(*line)).collect();
    order.sort_by(|a, b| lines.sum[*a].total_cmp(&lines.sum[*b]));
    let typical = median(&lines.squares);
    let (data, grid, side) = (subject.data()?, subject.grid(), subject.neurons());
    let (mut twins, mut compared) = (Vec::new(), 0);
    for (at, a) in order.iter().enumerate() {
        let norm = lines.squares[*a].sqrt();
        // What has decayed to nothing has no direction.
        if lines.squares[*a] < 1e-6 * typical {
            continue;
        }
        let near = NEAR * norm;
        for b in &order[at + 1..] {
            if (lines.sum[*b] - lines.sum[*a]) / root > near {
                break;
            }
            let ends = |of: &[f32]| f64::from((of[*a] - of[*b]).abs()) <= near;
            let alike = (lines.squares[*b].sqrt() - norm).abs() <= near && ends(&lines.low) && ends(&lines.high);
            if !alike || lines.hash[*a] == lines.hash[*b] {
                continue;
            }
            compared += 1;
            if compared > COMPARED {
                return Ok(twins);
            }
            let distance = distance(&data, grid, side, *a, *b) / norm;
            if distance <= NEAR {
                twins.push((((*a).min(*b), (*a).max(*b)), distance));
            }
        }
    }
    twins.sort_by_key(|(pair, _)| *pair);
    Ok(twins)
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    let middle = values.len() / 2;
    if values.is_empty() {
        return 0.0;
    }
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}

fn distance(data: &TensorData<'_>, grid: Grid, side: Side, a: usize, b: usize) -> f64 {
    let (mut left, mut right) = ([0.0_f64; 512], [0.0_f64; 512]);
    let mut square = |a: usize, b: usize, size: usize| {
        let read = data.read_f64(a, &mut left[..size]).min(data.read_f64(b, &mut right[..size]));
        left[..read].iter().zip(&right[..read]).map(|(a, b)| (a - b) * (a - b)).sum::<f64>()
    };
    let total: f64 = match side {
        Side::Rows => (0..grid.columns)
            .step_by(512)
            .map(|at| square(a * grid.columns + at, b * grid.columns + at, 512.min(grid.columns - at)))
            .sum(),
        Side::Columns => (0..grid.rows).map(|row| square(row * grid.columns + a, row * grid.columns + b, 1)).sum(),
    };
    total.sqrt()
}
