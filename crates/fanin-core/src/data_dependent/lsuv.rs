//! Layer-sequential unit variance.

use super::moments::look;
use super::{DataDependent, DataDependentError, LayerStart, Report};
use crate::network::{Layer, Network};
use crate::param::{ParametersExt, ParametersMut};

/// Layer-sequential unit-variance initialization (Mishkin & Matas 2016, "All you need is a good init", algorithm 1).
///
/// It processes the layers from first to last, including the output layer. With `Var(z)` the variance of the layer's
/// pre-activations over all neurons and samples of the batch:
///
/// ```text
/// while |Var(z) - 1| > tolerance, at most `iterations` times:  W <- W / sqrt(Var(z))
/// ```
///
/// The paper starts from orthonormal weights ([`Orthogonal`](crate::initializers::Orthogonal)) and zero biases, which a
/// plan must fill first. With zero biases, `z` is linear in `W`, so one scaling is enough up to rounding. With other
/// biases it takes several, and may not converge.
///
/// Use it for depths or activations without a suitable gain. Do not use it with norms, which undo any factor: a layer
/// whose norm does not give variance 1 is [`DataDependentError::NotConverged`].
///
/// ```
/// use fanin_core::data_dependent::{DataDependent, Lsuv};
/// use fanin_core::initializers::{Orthogonal, Zeros};
/// use fanin_core::{Plan, Seed, network::{Network, Samples}};
///
/// fn start<N: Network>(network: &mut N, samples: &Samples<'_>) -> Result<(), Box<dyn std::error::Error>> {
///     Plan::new().rule("*.bias", Zeros).rule("*.weight", Orthogonal::default()).apply(network, Seed(42))?;
///     let batch = network.load(samples)?;
///     let report = Lsuv::default().start(network, &batch)?;
///     assert!(report.layers.iter().all(|layer| (layer.after.variance - 1.0).abs() <= 0.1));
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lsuv {
    tolerance: f64,
    iterations: usize,
}

impl Default for Lsuv {
    /// Tolerance 0.1 and 10 iterations, as in the paper.
    fn default() -> Self {
        Self { tolerance: 0.1, iterations: 10 }
    }
}

impl Lsuv {
    /// Creates the method with a target of `1 ± tolerance` and at most `iterations` scalings per layer.
    ///
    /// # Errors
    /// [`DataDependentError::Argument`] if the tolerance is not a number above 0 and below 1.
    pub fn new(tolerance: f64, iterations: usize) -> Result<Self, DataDependentError> {
        if tolerance > 0.0 && tolerance < 1.0 {
            return Ok(Self { tolerance, iterations });
        }
        let (value, need) = (tolerance.to_string(), "a number above 0 and below 1");
        Err(DataDependentError::Argument { method: "lsuv", argument: "tolerance", value, need })
    }

    fn layer<N: Network>(
        &self,
        network: &mut N,
        batch: &N::Batch,
        index: usize,
        layer: &Layer,
    ) -> Result<LayerStart, DataDependentError> {
        let (weight, tolerance) = (layer.weight.clone(), self.tolerance);
        let mut seen = look(network, batch, index)?;
        let (before, mut iterations, mut factor) = (seen.all, 0, 1.0);
        while (seen.all.variance - 1.0).abs() > tolerance {
            if !seen.varies(seen.all) {
                return Err(DataDependentError::Dead { layer: index, weight, neuron: None, value: seen.all.mean });
            }
            if iterations == self.iterations {
                let variance = seen.all.variance;
                return Err(DataDependentError::NotConverged { layer: index, weight, variance, tolerance, iterations });
            }
            let step = 1.0 / seen.all.variance.sqrt();
            scale_rows(network, &weight, layer.inputs, &[step])?;
            (iterations, factor) = (iterations + 1, factor * step);
            seen = look(network, batch, index)?;
        }
        Ok(LayerStart { layer: index, weight, before, after: seen.all, iterations, factors: vec![factor] })
    }
}

impl DataDependent for Lsuv {
    fn start<N: Network>(&self, network: &mut N, batch: &N::Batch) -> Result<Report, DataDependentError> {
        let layers = network.layers().to_vec();
        let one = |(index, layer)| self.layer(network, batch, index, layer);
        Ok(Report { layers: layers.iter().enumerate().map(one).collect::<Result<_, _>>()? })
    }
}

/// Multiplies each row of a weight by its factor; a single factor applies to every row.
pub(super) fn scale_rows<P: ParametersMut>(
    network: &mut P,
    weight: &str,
    inputs: usize,
    factors: &[f64],
) -> Result<(), DataDependentError> {
    let mut values = network.values(weight)?;
    let factors = factors.iter().cycle();
    for (row, factor) in values.chunks_mut(inputs.max(1)).zip(factors) {
        for value in row.iter_mut() {
            *value *= factor;
        }
    }
    write(network, weight, &values)
}

/// Writes all values of a parameter, rounded to its element type.
pub(super) fn write<P: ParametersMut>(network: &mut P, name: &str, values: &[f64]) -> Result<(), DataDependentError> {
    network.write(name, &mut |_, mut view| {
        view.fill_each(|index| usize::try_from(index).ok().and_then(|at| values.get(at).copied()).unwrap_or(f64::NAN));
        Ok(())
    })?;
    Ok(())
}
