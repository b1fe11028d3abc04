//! Tables of smooth functions.

use super::near_twins::Twins;
use crate::audit::{AuditError, Side, Subject};
use crate::reading::TensorData;

/// The most pairs, and the most lines across them, that are looked at.
const LOOKS: usize = 64;

/// The greatest sum of squared steps, of the sum of squares about the mean. That of values in no order is 2.
const STEPS: f64 = 0.2;

/// Whether a matrix is a table of smooth functions, whose lines are alike without a fault: along both lines of every pair of twins, or
/// across nine in ten of all lines, neighboring values follow each other. Neurons and inputs are in no order, so that a
/// layer's values do not.
pub(super) fn is_a_table(subject: &Subject<'_>, twins: &[Twins]) -> Result<bool, AuditError> {
    let grid = subject.grid();
    // Positions of a kernel are in order, and smooth kernels are healthy layers.
    if subject.shape().iter().filter(|axis| **axis != 1).count() != 2 {
        return Ok(false);
    }
    let (data, side) = (subject.data()?, subject.neurons());
    let lengths = |side: Side| if side == Side::Rows { (grid.rows, grid.columns) } else { (grid.columns, grid.rows) };
    let smooth = |side: Side, line: usize| is_smooth(&line_of(&data, side, line, grid.columns, lengths(side).1));
    if twins.iter().take(LOOKS).all(|((a, b), _)| smooth(side, *a) && smooth(side, *b)) {
        return Ok(true);
    }
    let across = side.other();
    let (count, _) = lengths(across);
    let looked_at = count.min(LOOKS);
    let found = (0..looked_at).filter(|look| smooth(across, look * count / looked_at)).count();
    Ok(looked_at > 0 && found * 10 >= looked_at * 9)
}

fn line_of(data: &TensorData<'_>, side: Side, line: usize, columns: usize, length: usize) -> Vec<f64> {
    let mut values = vec![0.0; length];
    match side {
        Side::Rows => {
            data.read_f64(line * columns, &mut values);
        }
        Side::Columns => {
            for (row, value) in values.iter_mut().enumerate() {
                data.read_f64(row * columns + line, std::slice::from_mut(value));
            }
        }
    }
    values
}

#[expect(clippy::cast_precision_loss, reason = "an axis is below 2^53")]
fn is_smooth(values: &[f64]) -> bool {
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    let about: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    let steps: f64 = values.windows(2).map(|pair| (pair[1] - pair[0]) * (pair[1] - pair[0])).sum();
    values.len() >= 8 && steps <= STEPS * about
}
