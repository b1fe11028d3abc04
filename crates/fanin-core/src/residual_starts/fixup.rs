//! Fixup.

use super::{Needs, ResidualStartError, zero_biases};
use crate::initializers::{Ones, Zeros, he_normal};
use crate::network::MlpSpec;
use crate::plan::Plan;
use crate::values::exact;

/// Creates a Fixup plan (Zhang, Dauphin & Ma 2019, "Fixup initialization: residual learning without normalization",
/// section 3). For a network with `L` branches of `m` layers each:
///
/// 1. The output layer and the last layer of each branch start at 0.
/// 2. Every other layer uses He initialization, inside a branch multiplied by `L^(-1/(2m - 2))`.
/// 3. Every branch has a factor, which starts at 1, and a scalar bias before each layer, which starts at 0.
///
/// Every block therefore starts as the identity, and a step of gradient descent changes the network's function by an
/// amount that does not grow with depth. Rule 3 applies to the parameters in the spec: add them with
/// [`Residual::with_scale`](crate::network::Residual::with_scale) and
/// [`Residual::with_input_biases`](crate::network::Residual::with_input_biases). A bias before an activation is part of
/// the layer's own bias here.
///
/// ```
/// use fanin_core::residual_starts::fixup;
/// use fanin_core::{Activation, network::{Loss, MlpSpec, Residual}};
///
/// let widths = [64, 32, 32, 32, 32, 32, 10];
/// let spec = MlpSpec::new(widths, Activation::Relu, Loss::SoftmaxCrossEntropy)?
///     .residual(Residual::of(2).with_scale().with_input_biases().ending_linear())?;
/// let resolution = fixup(&spec)?.resolve(spec.params())?;
/// let inner = resolution.by_name().get("layers.1.weight").copied();
/// // Two branches: sqrt(2 / 32) / sqrt(2).
/// assert!(inner.and_then(|one| one.distribution().std()).is_some_and(|std| (std - 0.176_776_7).abs() < 1e-6));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ResidualStartError`] if there are no blocks, or if there are norms.
pub fn fixup(spec: &MlpSpec) -> Result<Plan, ResidualStartError> {
    Needs { start: "fixup", scale: false, norms_are_allowed: false }.check(spec)?;
    let (mut zero, mut inner, mut other) = (Vec::new(), Vec::new(), Vec::new());
    let (mut branches, mut depth) = (0_u32, 1);
    let first = spec.layers().iter().filter_map(|layer| layer.skip.as_ref()).map(|skip| skip.from).min();
    for (index, layer) in spec.layers().iter().enumerate() {
        if let Some(skip) = &layer.skip {
            (branches, depth) = (branches + 1, index + 1 - skip.from);
            zero.push(index);
        } else if !layer.is_hidden() {
            zero.push(index);
        } else if first.is_some_and(|first| index >= first) {
            inner.push(index);
        } else {
            other.push(index);
        }
    }
    let mut plan = Plan::new().rule(weights_of(&zero), Zeros);
    if !inner.is_empty() {
        plan = plan.rule(weights_of(&inner), he_normal().with_gain(shrink(branches, depth))?);
    }
    plan = zero_biases(plan.rule(weights_of(&other), he_normal()), spec);
    let has_scale = spec.layers().iter().any(|layer| layer.skip.as_ref().is_some_and(|skip| skip.scale.is_some()));
    Ok(if has_scale { plan.rule("*.scale", Ones) } else { plan })
}

/// Computes `L^(-1/(2m - 2))` with correctly rounded operations only, because it enters values.
fn shrink(branches: u32, depth: usize) -> f64 {
    let branches = f64::from(branches);
    match u32::try_from(depth) {
        Ok(2) => 1.0 / branches.sqrt(),
        Ok(depth) => exact::exp(-exact::ln(branches) / (2.0 * f64::from(depth) - 2.0)),
        Err(_) => 1.0,
    }
}

/// Returns one pattern for the weights of all these layers.
fn weights_of(layers: &[usize]) -> String {
    let layers: Vec<String> = layers.iter().map(ToString::to_string).collect();
    format!("layers.{{{}}}.weight", layers.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Activation, Loss, Norm, Residual};

    fn spec(depth: usize, blocks: usize) -> MlpSpec {
        let widths = [&[3][..], &vec![8; depth * blocks + 1], &[2]].concat();
        MlpSpec::new(widths, Activation::Relu, Loss::MeanSquaredError).unwrap().residual(Residual::of(depth)).unwrap()
    }

    #[test]
    fn inner_layers_shrink_with_depth() {
        // L^(-1/(2m - 2)) by hand: 9^(-1/2), 16^(-1/4), 27^(-1/6).
        for (depth, blocks, factor) in [(2, 9, 1.0 / 3.0), (3, 16, 0.5), (4, 27, 0.577_350_269_189_625_8)] {
            let spec = spec(depth, blocks);
            let resolution = fixup(&spec).unwrap().resolve(spec.params()).unwrap();
            for (layer, wanted) in [(0, (2.0_f64 / 3.0).sqrt()), (1, 0.5 * factor), (depth - 1, 0.5 * factor)] {
                let name = format!("layers.{layer}.weight");
                let found = resolution.by_name()[name.as_str()];
                let std = found.distribution().std().unwrap();
                assert!((std - wanted).abs() < 1e-14, "{name} of {blocks} branches of {depth}: {std}, not {wanted}");
            }
            for layer in [depth, depth * blocks, depth * blocks + 1] {
                let name = format!("layers.{layer}.weight");
                let found = resolution.by_name()[name.as_str()];
                assert_eq!(found.distribution().std(), Some(0.0), "{name}");
            }
        }
    }

    #[test]
    fn branches_of_one_layer_start_at_zero() {
        let spec = spec(1, 3);
        let resolution = fixup(&spec).unwrap().resolve(spec.params()).unwrap();
        let zero = resolution.filled().filter(|one| one.distribution().std() == Some(0.0));
        assert_eq!(zero.count(), spec.params().len() - 1, "all but layers.0.weight");
    }

    #[test]
    fn networks_without_such_a_start_are_refused() {
        let plain = MlpSpec::new([3, 8, 2], Activation::Relu, Loss::MeanSquaredError).unwrap();
        assert_eq!(fixup(&plain).unwrap_err(), ResidualStartError::NoBlocks { start: "fixup" });
        let normalized = spec(2, 2).norm(Norm::layer()).unwrap();
        assert!(matches!(fixup(&normalized), Err(ResidualStartError::Normalized { .. })));
        let unscaled = super::super::skip_init(&spec(2, 2)).unwrap_err();
        assert!(unscaled.to_string().contains("layers.2.weight"), "{unscaled}");
    }
}
