//! Outputs of a network in plain host memory, the same for every backend.

/// The outputs of a network: logits, exactly as `f64`.
#[derive(Clone, Debug, PartialEq)]
pub struct Outputs {
    /// Row-major `[samples, outputs]`.
    pub values: Vec<f64>,
    /// The number of outputs per row.
    pub columns: usize,
}

impl Outputs {
    /// Iterates over the rows, one per sample.
    pub fn rows(&self) -> std::slice::ChunksExact<'_, f64> {
        self.values.chunks_exact(self.columns.max(1))
    }
}
