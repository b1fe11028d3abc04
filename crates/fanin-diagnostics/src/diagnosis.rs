//! All diagnostics from one pass.

use fanin_core::{
    Activation,
    network::{Layer, Network, Observer, Trainable},
};

use crate::{
    Composite, Dead, DiagnosticsError, FirstNonFinite, LayerMoments, LayerSymmetry, NonFinite, Saturation, Share,
    SignalMoments, symmetry,
};

/// The diagnostics of a network, from its parameters and one pass.
///
/// Because NaN is not equal to NaN, two diagnoses that contain one are not equal.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    /// The first NaN or infinity in the parameters, then in the pass, then in the loss. Check it first: if it is
    /// `Some`, all other numbers are unreliable.
    pub non_finite: Option<NonFinite>,
    /// The loss of the batch; `None` after a forward pass only.
    pub loss: Option<f64>,
    /// One report per layer, first to last.
    pub layers: Vec<LayerReport>,
}

/// The diagnostics of one layer.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerReport {
    /// The layer's index, from 0.
    pub layer: usize,
    /// The name of its weight.
    pub weight: String,
    /// The number of neurons.
    pub neurons: usize,
    /// Its activation.
    pub activation: Activation,
    /// Groups of equal neurons; `None` for the output layer.
    pub symmetry: Option<LayerSymmetry>,
    /// The share of saturated activations; `None` if the activation does not saturate.
    pub saturated: Option<Share>,
    /// The share of dead neurons; `None` if the activation cannot die.
    pub dead: Option<Share>,
    /// Mean and standard deviation of signals and gradients.
    pub moments: LayerMoments,
}

impl Diagnosis {
    /// Reads the parameters and observes one forward and backward pass. The network is not modified.
    ///
    /// # Errors
    /// Returns the errors of the pass and of reading parameters, and [`DiagnosticsError::Shape`] as [`symmetry()`]
    /// does.
    pub fn of<N: Trainable + ?Sized>(network: &N, batch: &N::Batch) -> Result<Self, DiagnosticsError> {
        Self::watch(network, |observer| Ok(network.gradients(batch, observer)?))
    }

    /// Like [`Diagnosis::of`], but with a forward pass only: no loss and no gradients.
    ///
    /// # Errors
    /// Same as [`Diagnosis::of`].
    pub fn forward<N: Network + ?Sized>(network: &N, batch: &N::Batch) -> Result<Self, DiagnosticsError> {
        Self::watch(network, |observer| {
            network.forward(batch, observer)?;
            Ok(None)
        })
    }

    fn watch<N: Network + ?Sized>(
        network: &N,
        pass: impl FnOnce(&mut dyn Observer) -> Result<Option<f64>, DiagnosticsError>,
    ) -> Result<Self, DiagnosticsError> {
        let layers = network.layers();
        let in_parameters = NonFinite::in_parameters(network)?;
        let mut symmetry = symmetry(network, layers)?.into_iter().peekable();
        let mut non_finite = FirstNonFinite::default();
        let mut saturation = Saturation::of(layers);
        let mut dead = Dead::of(layers);
        let mut moments = SignalMoments::of(layers);
        let loss =
            pass(&mut Composite::new().with(&mut non_finite).with(&mut saturation).with(&mut dead).with(&mut moments))?;
        let report = |(index, layer): (usize, &Layer)| LayerReport {
            layer: index,
            weight: layer.weight.clone(),
            neurons: layer.neurons,
            activation: layer.activation,
            symmetry: symmetry.next_if(|found| found.layer == index),
            saturated: saturation.layer(index),
            dead: dead.layer(index),
            moments: moments.layer(index),
        };
        Ok(Self {
            layers: layers.iter().enumerate().map(report).collect(),
            non_finite: in_parameters
                .or_else(|| non_finite.found().cloned())
                .or_else(|| loss.and_then(NonFinite::in_loss)),
            loss,
        })
    }

    /// Returns the symmetry of every hidden layer, first to last.
    pub fn symmetries(&self) -> impl Iterator<Item = &LayerSymmetry> {
        self.layers.iter().filter_map(|report| report.symmetry.as_ref())
    }

    /// Returns the number of distinct neurons in each hidden layer.
    #[must_use]
    pub fn distinct_neurons(&self) -> Vec<usize> {
        self.symmetries().map(LayerSymmetry::distinct_neurons).collect()
    }

    /// Returns the width of each hidden layer.
    #[must_use]
    pub fn hidden_neurons(&self) -> Vec<usize> {
        self.symmetries().map(|symmetry| symmetry.neurons).collect()
    }

    /// Returns the saturated share of all activations that can saturate; `None` if none can.
    #[must_use]
    pub fn saturated(&self) -> Option<Share> {
        Share::sum(self.layers.iter().filter_map(|report| report.saturated))
    }

    /// Returns the dead share of all neurons that can die; `None` if none can.
    #[must_use]
    pub fn dead(&self) -> Option<Share> {
        Share::sum(self.layers.iter().filter_map(|report| report.dead))
    }
}
