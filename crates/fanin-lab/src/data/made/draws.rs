//! Uniform draws by row.

/// The uniform values of a data set's rows.
pub(super) struct Draws(pub(super) Vec<f64>);

impl Draws {
    /// Returns a value between 0 and 1.
    pub(super) fn uniform(&self, row: usize) -> f64 {
        self.0.get(row).copied().unwrap_or(0.5)
    }
}
