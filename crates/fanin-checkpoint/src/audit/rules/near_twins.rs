//! Neurons that are almost the same.

use rayon::prelude::*;
use serde_json::json;

use super::{Rule, counted, smooth};
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
               over many classes: those that the data never had are twins. Tables of smooth functions, as of positions by sines of many \
               frequencies, are left alone: the values along both of every two twins, or across nearly all lines, follow each other \
               closely (the squares of their steps sum to at most a fifth of those about the mean). Candidates are \
               neurons whose norms, sums and extremes agree. Layers of more than 32768 neurons and tables are left alone.",
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
const COMPARED: usize = 100_000;

fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let weights: Vec<&Subject<'_>> = model.of(Kind::Weight).filter(|subject| subject.statistics.is_sound()).collect();
    weights.into_par_iter().filter_map(|subject| judged(subject).transpose()).collect()
}

fn judged(subject: &Subject<'_>) -> Result<Option<Finding>, AuditError> {
    let (grid, side) = (subject.grid(), subject.neurons());
    let Some(lines) = subject.lines(side).filter(|lines| lines.len() <= MOST) else { return Ok(None) };
    let width = if side == Side::Rows { grid.columns } else { grid.rows };
    let chance = chance(lines.len(), width);
    if chance > 1e-6 || subject.statistics.is_constant() {
        return Ok(None);
    }
    let twins = twins(subject, lines, width)?;
    if !twins.is_empty() && smooth::is_a_table(subject, &twins)? {
        return Ok(None);
    }
    let Some(((a, b), distance)) = twins.first().copied() else { return Ok(None) };
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
    Ok(Some(RULE.finding(subject, severity, message, evidence)))
}

#[expect(clippy::cast_precision_loss, reason = "counts of lines and values")]
fn chance(lines: usize, width: usize) -> f64 {
    let pairs = lines as f64 * (lines as f64 - 1.0) / 2.0;
    pairs * 0.5 * NEAR.powf(width as f64 - 1.0)
}

/// Two neurons, and their distance.
pub(super) type Twins = ((usize, usize), f64);

/// Pairs that are near and not equal.
///
/// A difference of norm `near` changes a norm by as much at the most. It changes a sum by about `near`, and a single value by about
/// `near / sqrt(width)`, in whatever direction it lies but for few; five times as much is allowed to the sums and to the least and
/// the greatest values, so that some thousandths of all pairs are left and are compared value by value.
#[expect(clippy::cast_precision_loss, reason = "an axis is below 2^53")]
fn twins(subject: &Subject<'_>, lines: &Lines, width: usize) -> Result<Vec<Twins>, AuditError> {
    let root = (width as f64).sqrt();
    let mut order: Vec<usize> = (0..lines.len()).filter(|line| !lines.is_zero(*line)).collect();
    order.sort_by(|a, b| lines.sum[*a].total_cmp(&lines.sum[*b]));
    // What is looked at for every pair, in the order of the pairs.
    let numbers: Vec<[f64; 4]> = order
        .iter()
        .map(|line| {
            let ends = [lines.low[*line], lines.high[*line]].map(f64::from);
            [lines.sum[*line], lines.squares[*line].sqrt(), ends[0], ends[1]]
        })
        .collect();
    let typical = median(&lines.squares);
    let (data, grid, side) = (subject.data()?, subject.grid(), subject.neurons());
    let (mut twins, mut compared) = (Vec::new(), 0);
    for (at, [sum, norm, low, high]) in numbers.iter().enumerate() {
        // What has decayed to nothing has no direction.
        if norm * norm < 1e-6 * typical {
            continue;
        }
        let near = NEAR * norm;
        let (sums, ends) = (5.0 * near, 5.0 * near / root);
        for (next, other) in numbers.iter().enumerate().skip(at + 1) {
            if other[0] - sum > sums {
                break;
            }
            let alike =
                (other[1] - norm).abs() <= near && (other[2] - low).abs() <= ends && (other[3] - high).abs() <= ends;
            let (a, b) = (order[at], order[next]);
            if !alike || lines.hash[a] == lines.hash[b] {
                continue;
            }
            compared += 1;
            if compared > COMPARED {
                return Ok(twins);
            }
            if let Some(distance) = distance(&data, grid, side, a, b, near) {
                twins.push(((a.min(b), a.max(b)), distance / norm));
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

/// The distance of two lines, if it is at most `near`.
fn distance(data: &TensorData<'_>, grid: Grid, side: Side, a: usize, b: usize, near: f64) -> Option<f64> {
    let (mut left, mut right) = ([0.0_f64; 512], [0.0_f64; 512]);
    let mut square = |a: usize, b: usize, size: usize| {
        let read = data.read_f64(a, &mut left[..size]).min(data.read_f64(b, &mut right[..size]));
        left[..read].iter().zip(&right[..read]).map(|(a, b)| (a - b) * (a - b)).sum::<f64>()
    };
    let limit = near * near;
    let add = |total: f64, part: f64| Some(total + part).filter(|total| *total <= limit);
    let total = match side {
        Side::Rows => (0..grid.columns).step_by(512).try_fold(0.0, |total, at| {
            add(total, square(a * grid.columns + at, b * grid.columns + at, 512.min(grid.columns - at)))
        }),
        Side::Columns => (0..grid.rows)
            .try_fold(0.0, |total, row| add(total, square(row * grid.columns + a, row * grid.columns + b, 1))),
    };
    total.map(f64::sqrt)
}
