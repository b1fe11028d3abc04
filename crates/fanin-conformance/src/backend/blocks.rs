//! Residual blocks: the input reaches the output, and the branch is added to it.

use fanin_core::network::Skip;
use fanin_core::{
    ParametersExt,
    network::{FromMlpSpec, Layer, Network, Stage, Trainable},
};

use super::BackendCase;
use super::recorder::Recorder;
use super::subject::{Subject, finished, set};
use super::tolerance::near;
use crate::violation::{Reason, Verdict, same_bits};

/// A block outputs `x + scale f(z)`. If the scale is 0 or the branch ends in zeros, it is the identity, bitwise.
pub(super) fn blocks<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    let ends =
        || case.spec.layers().iter().enumerate().filter_map(|(at, layer)| Some((at, layer, layer.skip.as_ref()?)));
    if ends().next().is_none() {
        return Ok(());
    }
    let mut subject = Subject::<N>::started(case)?;
    for (end, layer, skip) in ends() {
        let (x, sum, pre) = seen(&subject, end, skip)?;
        let scale = skip.scale.as_ref().map(|name| subject.network.values(name));
        let scale = scale.transpose()?.and_then(|scale| scale.first().copied()).unwrap_or(1.0);
        let wanted = x.iter().zip(pre).map(|(x, z)| x + scale * layer.activation.value(z));
        near(&format!("the sum at the end of layer {end}"), &sum, &wanted.collect::<Vec<_>>(), subject.tolerance.pass)?;
    }
    for (end, layer, skip) in ends() {
        if !silence(&mut subject.network, layer, skip)? {
            continue;
        }
        let (x, sum, _) = seen(&subject, end, skip)?;
        // -0.0 is 0.
        let [x, sum] = [x, sum].map(|values| values.into_iter().map(|value| value + 0.0).collect::<Vec<_>>());
        same_bits(&format!("the output of layer {end} with a zero branch"), &sum, &x)?;
    }
    Ok(())
}

/// The block's input, its output, and the output of the last activation.
type Seen = (Vec<f64>, Vec<f64>, Vec<f64>);

/// Returns the input and output of the block that ends at a layer, and the output of its last activation.
fn seen<N: Network>(subject: &Subject<N>, end: usize, skip: &Skip) -> Result<Seen, Reason> {
    let mut recorder = Recorder::default();
    finished(subject.network.forward(&subject.batch, &mut recorder))?;
    let values = |stage, layer| {
        let shown = recorder.signal(stage, layer).map(|shown| shown.values.clone());
        shown.ok_or_else(|| Reason::from(format!("the observer received no {stage:?} of layer {layer}")))
    };
    let before = skip.from.checked_sub(1).ok_or_else(|| "a block starts at layer 0".to_owned())?;
    Ok((values(Stage::Activation, before)?, values(Stage::Activation, end)?, values(Stage::PreActivation, end)?))
}

/// Makes the branch output zeros; returns whether that is possible.
fn silence<N: Network>(network: &mut N, layer: &Layer, skip: &Skip) -> Result<bool, Reason> {
    if let Some(scale) = &skip.scale {
        set(network, scale, &[0.0])?;
        return Ok(true);
    }
    let neurons = vec![0.0; layer.neurons];
    set(network, &layer.weight, &vec![0.0; layer.neurons * layer.inputs])?;
    set(network, &layer.bias, &neurons)?;
    if let Some(norm) = &layer.norm {
        set(network, &norm.weight, &neurons)?;
        set(network, &norm.bias, &neurons)?;
    }
    Ok(layer.activation.value(0.0_f64) == 0.0)
}
