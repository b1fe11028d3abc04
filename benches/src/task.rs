//! The networks whose training steps are timed, and the batch that they learn from.

use fanin_core::initializers::{Zeros, glorot_normal};
use fanin_core::{
    Activation, Key, ParamViewMut, ParametersMut, Plan, PlanError, Seed,
    network::{Loss, MlpSpec, NetworkError},
};
use fanin_core::{
    InitError,
    network::{Samples, Targets},
};

/// The samples of a step.
pub const BATCH: usize = 256;

/// The learning rate: small enough that a network timed for a million steps does not saturate, which would change its speed.
pub const RATE: f64 = 0.001;

/// A network to train.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Task {
    /// How it is called in reports.
    pub name: &'static str,
    /// Inputs, hidden layers, outputs.
    pub widths: &'static [usize],
    /// Of the hidden layers.
    pub activation: Activation,
    /// Whether the cost of the `Network` trait is promised here: at most 10 %.
    pub promised: bool,
}

impl Task {
    /// Every network. The promise is on the small ones, where a step does least and what surrounds it costs most; with ReLU
    /// even less is done.
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

    /// The network as fanin's backends take it: one output is a binary cross-entropy, several are a softmax.
    ///
    /// # Errors
    /// None for the tasks of [`Task::ALL`].
    pub fn spec(&self) -> Result<MlpSpec, NetworkError> {
        MlpSpec::new(self.widths, self.activation, self.loss())
    }

    /// What the outputs are trained on.
    #[must_use]
    pub fn loss(&self) -> Loss {
        if self.outputs() == 1 { Loss::BinaryCrossEntropy } else { Loss::SoftmaxCrossEntropy }
    }

    /// The number of features of a sample.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.widths.first().copied().unwrap_or_default()
    }

    /// The number of outputs.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.widths.last().copied().unwrap_or_default()
    }

    /// Fills a network with the start that all of a task share: Glorot's weights, zero biases, seed 0.
    ///
    /// # Errors
    /// [`PlanError`] if the network is not of this task.
    pub fn start(&self, network: &mut impl ParametersMut) -> Result<(), PlanError> {
        Plan::new().rule("*.bias", Zeros).rule("*.weight", glorot_normal()).apply(network, Seed(0))
    }

    /// Inputs from a unit normal, classes in turn.
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
    /// The length of a row.
    pub features: usize,
    /// Row-major `[BATCH, features]`.
    pub inputs: Vec<f64>,
    /// One class a row.
    pub labels: Vec<usize>,
}

impl Data {
    /// The batch as fanin's backends take it.
    #[must_use]
    pub fn samples(&self) -> Samples<'_> {
        Samples { inputs: &self.inputs, features: self.features, targets: Targets::Classes(&self.labels) }
    }
}
