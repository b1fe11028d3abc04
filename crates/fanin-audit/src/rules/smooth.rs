//! Tables of smooth functions.

use crate::{AuditError, Channels, Subject};

/// The maximum number of pairs, and of crossing lines, that are checked.
const LOOKS: usize = 64;

/// The largest sum of squared steps, relative to the sum of squared deviations from the mean. For unordered values the ratio is 2.
const STEPS: f64 = 0.2;

/// Whether a matrix is a table of smooth functions, whose lines are legitimately similar: adjacent values change slowly
/// along both lines of every pair, or along nine in ten crossing lines. The neurons and inputs of a layer have no
/// order, so adjacent values of a layer differ.
pub(super) fn is_a_table(subject: &Subject<'_>, twins: &[(usize, usize)]) -> Result<bool, AuditError> {
    let grid = subject.grid();
    // The positions of a kernel are ordered, and smooth kernels are healthy.
    if subject.shape().iter().filter(|axis| **axis != 1).count() != 2 {
        return Ok(false);
    }
    let data = subject.data()?;
    let smooth = |channels: Channels, channel: usize| is_smooth(&channels.values(&data, grid, channel));
    let (neurons, inputs) = (subject.neurons(), subject.inputs());
    if twins.iter().take(LOOKS).all(|(a, b)| smooth(neurons, *a) && smooth(neurons, *b)) {
        return Ok(true);
    }
    let looked_at = inputs.count.min(LOOKS);
    let found = (0..looked_at).filter(|look| smooth(inputs, look * inputs.count / looked_at)).count();
    Ok(looked_at > 0 && found * 10 >= looked_at * 9)
}

#[expect(clippy::cast_precision_loss, reason = "an axis is below 2^53")]
fn is_smooth(values: &[f64]) -> bool {
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    let about: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    let steps: f64 = values.windows(2).map(|pair| (pair[1] - pair[0]) * (pair[1] - pair[0])).sum();
    values.len() >= 8 && steps <= STEPS * about
}
