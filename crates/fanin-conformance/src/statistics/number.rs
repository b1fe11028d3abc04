//! Counts in formulas.

/// Converts a count to `f64`.
#[expect(clippy::cast_precision_loss, reason = "no sample has 2^53 values")]
pub(crate) fn number(count: usize) -> f64 {
    count as f64
}
