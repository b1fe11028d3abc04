//! Reports of data-dependent initialization.

use std::fmt;

/// Mean and variance of pre-activations over a batch, in `f64`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// The mean.
    pub mean: f64,
    /// The mean of the squared deviations, divided by `n` and not `n - 1`.
    pub variance: f64,
}

/// The changes to one layer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LayerStart {
    /// The layer's index, from 0.
    pub layer: usize,
    /// The name of its weight.
    pub weight: String,
    /// The moments of the layer's pre-activations before initialization.
    pub before: Moments,
    /// The moments after.
    pub after: Moments,
    /// The number of scalings.
    pub iterations: usize,
    /// The factors of the weight: one for the layer, or one per row.
    pub factors: Vec<f64>,
}

/// The changes to each layer, first to last. Prints as a table with one line per layer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// One entry per layer.
    pub layers: Vec<LayerStart>,
}

impl Moments {
    /// Computed in two passes, without cancellation.
    #[expect(clippy::cast_precision_loss, reason = "a batch has fewer than 2^53 values")]
    pub(super) fn of<I: Iterator<Item = f64>>(values: impl Fn() -> I) -> Self {
        let count = values().count() as f64;
        let mean = values().sum::<f64>() / count;
        let square = |value: f64| (value - mean) * (value - mean);
        Self { mean, variance: values().map(square).sum::<f64>() / count }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.layers.iter().map(|layer| layer.weight.chars().count()).max().unwrap_or(0).max(5);
        writeln!(
            f,
            "{:<width$}  {:>21}  {:>21}  {:>5}  factor",
            "layer", "mean, std before", "mean, std after", "times"
        )?;
        for layer in &self.layers {
            let moments = |moments: Moments| format!("{:>10.3e} {:>10.3e}", moments.mean, moments.variance.sqrt());
            let (before, after) = (moments(layer.before), moments(layer.after));
            write!(f, "{:<width$}  {before:>21}  {after:>21}  {:>5}  ", layer.weight, layer.iterations)?;
            let least = layer.factors.iter().copied().fold(f64::INFINITY, f64::min);
            let greatest = layer.factors.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            match layer.factors.len() {
                0 => writeln!(f, "-")?,
                1 => writeln!(f, "{least:.4}")?,
                _ => writeln!(f, "{least:.4} to {greatest:.4}")?,
            }
        }
        Ok(())
    }
}
