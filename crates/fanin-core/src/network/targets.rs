//! Targets of a loss.

/// The targets of the outputs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Targets<'a> {
    /// One class per sample, counted from 0.
    Classes(&'a [usize]),
    /// One value per output, row-major `[samples, outputs]`: the target of a squared error, or a probability.
    Values(&'a [f64]),
}
