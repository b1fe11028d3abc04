//! Trajectories of the first hidden layer's neurons in the space of their incoming weights.

use std::collections::{BTreeMap, BTreeSet};

use fanin_core::{InitError, Parameters, ParametersExt, network::Layer};

use super::principal::Plane;
use super::schedule;
use crate::record::{NeuronPath, NeuronPaths};

/// The largest number of points in a trajectory.
const POINTS: usize = 60;

/// The largest number of weights kept per lane, regardless of the width.
const KEPT: usize = 4_000_000;

/// Records the weights of the neurons.
#[derive(Debug)]
pub(super) struct Trace {
    layer: Layer,
    outgoing: String,
    due: BTreeSet<usize>,
    steps: Vec<usize>,
    /// One entry per recorded step, row-major `[neurons, inputs]`.
    weights: Vec<Vec<f64>>,
    /// Group numbers: neurons that were equal at every recorded step share one.
    groups: Vec<usize>,
}

impl Trace {
    /// Creates a trace of the first hidden layer over `steps` steps; `None` without a hidden layer.
    pub(super) fn new(layers: &[Layer], steps: usize) -> Option<Self> {
        let layer = layers.first()?.clone();
        let outgoing = layer.outgoing.clone()?;
        let points = (KEPT / (layer.neurons * layer.inputs).max(1)).clamp(2, POINTS);
        let groups = vec![0; layer.neurons];
        let due = schedule::even(steps, points);
        Some(Self { layer, outgoing, due, steps: Vec::new(), weights: Vec::new(), groups })
    }

    /// Records the neurons after `step` steps, if that step is due.
    pub(super) fn note(&mut self, step: usize, network: &dyn Parameters) -> Result<(), InitError> {
        if !self.due.contains(&step) {
            return Ok(());
        }
        let incoming = network.values(&self.layer.weight)?;
        if incoming.iter().any(|weight| !weight.is_finite()) {
            return Ok(());
        }
        let (bias, outgoing) = (network.values(&self.layer.bias)?, network.values(&self.outgoing)?);
        let mut groups = BTreeMap::new();
        for neuron in 0..self.layer.neurons {
            let row = incoming.chunks(self.layer.inputs).nth(neuron).unwrap_or(&[]);
            let column = outgoing.iter().skip(neuron).step_by(self.layer.neurons);
            // `+ 0.0` makes -0.0 equal to 0.
            let bits = row.iter().chain(bias.get(neuron)).chain(column).map(|value| (value + 0.0).to_bits());
            let key = (self.groups[neuron], bits.collect::<Vec<_>>());
            let next = groups.len();
            self.groups[neuron] = *groups.entry(key).or_insert(next);
        }
        self.steps.push(step);
        self.weights.push(incoming);
        Ok(())
    }

    /// Returns the trajectories, projected to two dimensions.
    pub(super) fn paths(self) -> NeuronPaths {
        let width = self.layer.inputs;
        let points: Vec<&[f64]> = self.weights.iter().flat_map(|weights| weights.chunks(width)).collect();
        let plane = (width > 2).then(|| Plane::through(&points, width));
        let place = |point: &[f64]| match &plane {
            Some(plane) => plane.project(point),
            None => [point.first().copied().unwrap_or(0.0), point.get(1).copied().unwrap_or(0.0)],
        };
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (neuron, group) in self.groups.iter().enumerate() {
            members.entry(*group).or_default().push(neuron);
        }
        let way = |neurons: &Vec<usize>| {
            let rows = self.weights.iter().filter_map(|weights| weights.chunks(width).nth(neurons[0]));
            NeuronPath { count: neurons.len(), points: rows.map(place).collect() }
        };
        let axes = match width {
            1 => ["weight from the input", ""],
            2 => ["weight from input 1", "weight from input 2"],
            _ => ["first principal direction", "second principal direction"],
        };
        NeuronPaths {
            layer: 0,
            axes: axes.map(str::to_owned),
            neurons: members.values().map(way).collect(),
            steps: self.steps,
        }
    }
}
