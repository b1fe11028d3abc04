//! Neurons that are almost identical.

use rayon::prelude::*;
use serde_json::json;

use super::rule::AuditRule;
use super::smooth;
use super::wording::counted;
use crate::judge::median::median;
use crate::measure::Grid;
use crate::{AuditError, Channels, Finding, Lines, Model, Progress, Severity, Subject, TensorKind};
use fanin_checkpoint::reading::TensorData;

pub(super) static RULE: AuditRule = AuditRule {
    id: "near-twins",
    severity: Severity::Warning,
    finds: "neurons whose incoming weights differ by less than 1 %",
    why: "Near twins compute almost the same function, so the layer is narrower than it looks. Often it started from copies.",
    evidence: "Reports two neurons whose weights differ by at most 1 % of their norm. Two random directions in n dimensions \
               come that close with a probability below 0.01^(n - 1) / 2 (the area of a spherical cap); times the number of \
               pairs it must be below 1e-6, so layers with few inputs are skipped, and so are pairs of neurons with few \
               weights that are large or not pruned. Note if there are at least eight neurons \
               for each input, as in the last layer over many classes: classes that never occur in the data share one vector. \
               Tables of smooth functions, such as sinusoidal positions, are skipped: the values along both lines of every \
               pair, or along nearly all crossing lines, change slowly (their squared steps sum to at most a fifth of their \
               squared deviations from the mean). Candidates are neurons whose norms, sums and extremes agree; where the axes are unknown, rows and columns. Embedding \
               tables and layers of more than 32768 neurons are skipped.",
    remedy: "Remove one of the two and add up the outgoing weights, or initialize the layer with independent values.",
    deep: false,
    decide,
};

/// The largest distance, relative to the norm.
const NEAR: f64 = 0.01;

/// The largest probability of any pair by chance.
const CHANCE: f64 = 1e-6;

/// The number of neurons per input from which they are assumed to be classes.
const CLASSES: usize = 8;

/// The maximum number of neurons of a layer that is checked.
const MOST: usize = 1 << 15;

/// The maximum number of pairs that are compared value by value in one tensor.
const COMPARED: usize = 100_000;

fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let weights: Vec<&Subject<'_>> =
        model.of(TensorKind::Weight).filter(|subject| subject.statistics.is_sound()).collect();
    weights.into_par_iter().filter_map(|subject| judged(subject).transpose()).collect()
}

fn judged(subject: &Subject<'_>) -> Result<Option<Finding>, AuditError> {
    match along(subject, subject.neurons())? {
        // Either side may be that of the neurons.
        None if !subject.knows_axes() => along(subject, subject.inputs()),
        found => Ok(found),
    }
}

fn along(subject: &Subject<'_>, neurons: Channels) -> Result<Option<Finding>, AuditError> {
    let side = neurons.side;
    let Some(lines) = subject.lines(side).filter(|_| neurons.count <= MOST) else { return Ok(None) };
    let lines = &*neurons.gathered(lines);
    let width = neurons.width(subject.grid());
    let chance = chance(lines.len(), width);
    if chance > CHANCE || subject.statistics.is_constant() {
        return Ok(None);
    }
    let twins = twins(subject, neurons, lines, width)?;
    let pairs: Vec<(usize, usize)> = twins.iter().map(|(pair, _)| *pair).collect();
    if !pairs.is_empty() && smooth::is_a_table(subject, &pairs)? {
        return Ok(None);
    }
    let Some(((a, b), distance)) = twins.first().copied() else { return Ok(None) };
    let message = format!(
        "{} of near twins; {}s {a} and {b} differ by {:.2} % of their norm",
        counted(twins.len(), "pair"),
        if neurons.lines > 1 { neurons.noun } else { side.name() },
        100.0 * distance
    );
    let evidence = json!({
        "pairs": twins.len(), "neurons": lines.len(), "first": [a, b], "distance": distance, "side": side.name(),
        "chance": chance,
    });
    // Classes that never occur in the data share one vector.
    let classes = lines.len() >= CLASSES * width;
    let severity = if classes { Severity::Note } else { Severity::Warning };
    Ok(Some(RULE.finding(subject, severity, message, evidence)))
}

#[expect(clippy::cast_precision_loss, reason = "counts of lines and values")]
fn chance(lines: usize, width: usize) -> f64 {
    let pairs = lines as f64 * (lines as f64 - 1.0) / 2.0;
    pairs * 0.5 * NEAR.powf(width as f64 - 1.0)
}

/// Two neurons and their distance.
type Twins = ((usize, usize), f64);

/// Finds the pairs that are near but not equal.
///
/// A difference of norm `near` changes a norm by at most `near`, a sum by about `near`, and a single value by about
/// `near / sqrt(width)` in most directions, or by 1 % if it is in proportion to the values. Pairs whose sums and extremes differ by up to
/// five times that, a few thousandths of all pairs, are compared value by value.
#[expect(clippy::cast_precision_loss, reason = "an axis is below 2^53")]
fn twins(subject: &Subject<'_>, neurons: Channels, lines: &Lines, width: usize) -> Result<Vec<Twins>, AuditError> {
    let root = (width as f64).sqrt();
    let mut order: Vec<usize> = (0..lines.len()).filter(|line| !lines.is_zero(*line)).collect();
    order.sort_by(|a, b| lines.sum[*a].total_cmp(&lines.sum[*b]));
    // The quantities compared for every pair, in the order of the pairs.
    let numbers: Vec<[f64; 4]> = order
        .iter()
        .map(|line| {
            let ends = [lines.low[*line], lines.high[*line]].map(f64::from);
            [lines.sum[*line], lines.squares[*line].sqrt(), ends[0], ends[1]]
        })
        .collect();
    let typical = median(lines.squares.iter().copied());
    let (data, grid) = (subject.data()?, subject.grid());
    let (mut twins, mut compared) = (Vec::new(), 0);
    for (at, [sum, norm, low, high]) in numbers.iter().enumerate() {
        // A line that has decayed to almost nothing has no direction.
        if norm * norm < 1e-6 * typical {
            continue;
        }
        let near = NEAR * norm;
        let (sums, ends) = (5.0 * near, 5.0 * near / root);
        for (next, other) in numbers.iter().enumerate().skip(at + 1) {
            if other[0] - sum > sums {
                break;
            }
            let close = |end: f64, other: f64| (other - end).abs() <= ends + NEAR * end.abs();
            let alike = (other[1] - norm).abs() <= near && close(*low, other[2]) && close(*high, other[3]);
            let (a, b) = (order[at], order[next]);
            if !alike || lines.hash[a] == lines.hash[b] {
                continue;
            }
            compared += 1;
            if compared > COMPARED {
                return Ok(twins);
            }
            if let Some((distance, inputs)) = distance(&data, grid, neurons, (a, b), near)
                && chance(lines.len(), inputs) <= CHANCE
            {
                twins.push(((a.min(b), a.max(b)), distance / norm));
            }
        }
    }
    twins.sort_by_key(|(pair, _)| *pair);
    Ok(twins)
}

/// The distance between two neurons, and the number of inputs that decide it; `None` if the distance exceeds `near`.
///
/// A few large weights decide the direction of a neuron. Their number is that of normal values with the same ratio of the square of the
/// second moment to the fourth.
fn distance(
    data: &TensorData<'_>,
    grid: Grid,
    neurons: Channels,
    pair: (usize, usize),
    near: f64,
) -> Option<(f64, usize)> {
    let (mut total, mut inputs, mut squares, mut fourths, limit) = (0.0, 0, 0.0, 0.0, near * near);
    let is_near = neurons.pairwise(data, grid, pair, |a, b| {
        total += a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
        inputs += a.iter().zip(b).filter(|(a, b)| **a != 0.0 || **b != 0.0).count();
        squares += a.iter().map(|a| a * a).sum::<f64>();
        fourths += a.iter().map(|a| a.powi(4)).sum::<f64>();
        total <= limit
    });
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most three times the number of inputs"
    )]
    let large = (3.0 * squares * squares / fourths).round() as usize;
    is_near.then(|| (total.sqrt(), inputs.min(large)))
}
