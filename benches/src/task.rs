//! The networks whose training steps are timed, and their batch.

use fanin_core::initializers::{Zeros, glorot_normal};
use fanin_core::{
    Activation, Key, ParamViewMut, ParametersMut, Plan, ResolveError, Seed,
    network::{Loss, MlpSpec, NetworkError},
};
use fanin_core::{
    InitError,
    network::{Samples, Targets},
};

/// The number of samples per step.
pub const BATCH: usize = 256;

/// The learning rate: small enough that a network timed for a million steps does not saturate, which would change its
/// speed.
pub const RATE: f64 = 0.001;

/// A network to train.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Task {
    /// The name in reports.
    pub name: &'static str,
    /// Inputs, hidden layers, outputs.
    pub widths: &'static [usize],
    /// The activation of the hidden layers.
    pub activation: Activation,
    /// Whether the `Network` trait is promised to cost at most 10 % for this network.
    pub promised: bool,
}

impl Task {
    /// All networks. The promise covers small networks, where a step does the least work and the overhead weighs most;
    /// with ReLU it does even less.
    pub const ALL: [Self; 6] = [
        Self { name: "2-2-1 tanh", widths: &[2, 2, 1], activation: Activation::Tanh, promised: true },
        Self { name: "2-2-1 relu", widths: &[2, 2, 1], activation: Activation::Relu, promised: true },
        Self { name: "2-64-64-1 tanh", widths: &[2, 64, 64, 1], activation: Activation::Tanh, promised: true },
        Self { name: "2-64-64-1 relu", widths: &[2, 64, 64, 1], activation: Activation::Relu, promised: true },
        Self { name: "64-32-10 tanh", widths: &[64, 32, 10], activation: Activation::Tanh, promised: false },
        Self {
            name: "784-256-128-10 tanh",
            widths: &[784, 256, 128, 10],
            activation: Activation::Tanh,
            promised: false,
        },
    ];

    /// Returns the network's spec: binary cross-entropy for one output, softmax for several.
    ///
    /// # Errors
    /// None for the tasks of [`Task::ALL`].
    pub fn spec(&self) -> Result<MlpSpec, NetworkError> {
        MlpSpec::new(self.widths, self.activation, self.loss())
    }

    /// Returns the loss.
    #[must_use]
    pub fn loss(&self) -> Loss {
        if self.outputs() == 1 { Loss::BinaryCrossEntropy } else { Loss::SoftmaxCrossEntropy }
    }

    /// Returns the number of features per sample.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.widths.first().copied().unwrap_or_default()
    }

    /// Returns the number of outputs.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.widths.last().copied().unwrap_or_default()
    }

    /// Fills a network with the initial values shared by all networks of a task: Glorot weights, zero biases, seed 0.
    ///
    /// # Errors
    /// [`ResolveError`] if the network does not belong to this task.
    pub fn start(&self, network: &mut impl ParametersMut) -> Result<(), ResolveError> {
        Plan::new().rule("*.bias", Zeros).rule("*.weight", glorot_normal()).apply(network, Seed(0))
    }

    /// Creates inputs from a standard normal, and cycling classes.
    ///
    /// # Errors
    /// None in practice.
    pub fn data(&self) -> Result<Data, InitError> {
        let mut inputs = vec![0.0; BATCH * self.inputs()];
        ParamViewMut::whole(&mut inputs).fill_normal(Key::new(Seed(0), "benches.inputs"), 0.0, 1.0)?;
        let classes = self.outputs().max(2);
        Ok(Data { features: self.inputs(), inputs, labels: (0..BATCH).map(|row| row % classes).collect() })
    }
}

/// A batch in host memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Data {
    /// The number of features per row.
    pub features: usize,
    /// Row-major `[BATCH, features]`.
    pub inputs: Vec<f64>,
    /// One class per row.
    pub labels: Vec<usize>,
}

impl Data {
    /// Returns the batch in the form that fanin's backends load.
    #[must_use]
    pub fn samples(&self) -> Samples<'_> {
        Samples { inputs: &self.inputs, features: self.features, targets: Targets::Classes(&self.labels) }
    }
}
