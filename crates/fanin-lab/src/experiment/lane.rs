//! Lanes: one network with one start and one seed, trained and observed.

use std::collections::BTreeSet;

use fanin_core::{
    Seed,
    network::{FromMlpSpec, MlpSpec, NetworkExt, OptimizerSpec, Samples, Targets, Trainable},
};
use fanin_diagnostics::{Diagnosis, Evidence, NonFinite, Share, Snapshot, Verdict, constant_prediction_loss};

use super::activations::{Activations, histograms};
use super::observation::observation;
use super::paths::Trace;
use super::{ExperimentError, Start, schedule};
use crate::data::{Batches, DataSet, Part};
use crate::record::{LaneRecord, ObservationRecord};

/// The largest number of losses in a record, not counting the last step.
const LOSSES: usize = 1000;

/// The largest number of observations in a record.
const OBSERVATIONS: usize = 13;

/// The number of observed samples: the first ones of the training part.
const OBSERVED: usize = 256;

/// One network to be trained: the unit of work of an [`Experiment`](super::Experiment), which runs each lane in a thread
/// pool of one thread.
///
/// ```
/// use fanin_core::{Activation, network::{Loss, MlpSpec, OptimizerSpec}};
/// use fanin_lab::{Lane, Start, data::DataSource};
///
/// let moons = "moons".parse::<DataSource>()?.load()?;
/// let lane = Lane {
///     data: &moons,
///     optimizer: &OptimizerSpec::sgd(1.0),
///     batch: None,
///     steps: 50,
///     spec: &MlpSpec::new([2, 4, 1], Activation::Tanh, Loss::BinaryCrossEntropy)?,
///     start: &Start::parse("zeros")?,
///     seed: 0,
///     trajectories: false,
/// };
/// let record = lane.run::<fanin_ndarray::Mlp<f64>>()?;
/// assert_eq!(record.distinct_neurons, [1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Lane<'a> {
    /// The data.
    pub data: &'a DataSet,
    /// The optimizer.
    pub optimizer: &'a OptimizerSpec,
    /// Samples per step; `None` for all.
    pub batch: Option<usize>,
    /// The number of training steps, at least 1.
    pub steps: usize,
    /// The network.
    pub spec: &'a MlpSpec,
    /// The start of its weights.
    pub start: &'a Start,
    /// The seed of the weights and of the order of batches.
    pub seed: u64,
    /// Whether to record the trajectories of the first hidden layer's neurons.
    pub trajectories: bool,
}

/// The measurements taken during training.
#[derive(Debug, Default)]
struct Notes {
    steps: Vec<usize>,
    losses: Vec<Option<f64>>,
    observations: Vec<ObservationRecord>,
    non_finite: Option<String>,
}

impl Lane<'_> {
    /// Trains the network and returns its record. Ends early once values are no longer finite.
    ///
    /// # Errors
    /// [`ExperimentError`] if the data, the start or the optimizer does not fit the network, if `steps` or `batch` is 0,
    /// and if the backend fails.
    pub fn run<N: Trainable + FromMlpSpec>(&self) -> Result<LaneRecord, ExperimentError> {
        if self.steps == 0 {
            return Err(ExperimentError::Arguments("steps = 0 trains nothing; use 1 or more".to_owned()));
        }
        let (train, held_out) = (self.data.train(), self.data.held_out());
        let mut network = self.network::<N>()?;
        let observed = network.load(&first_rows(train))?;

        let mut start_activations = Activations::default();
        network.forward(&observed, &mut start_activations)?;
        let (start, weights) = (Diagnosis::of(&network, &observed)?, Snapshot::of(&network)?);
        let (initial_loss, _) = self.evaluate(&network, train)?;
        let mut trace = if self.trajectories { Trace::new(self.spec.layers(), self.steps) } else { None };

        let notes = self.train(&mut network, &observed, &mut trace)?;

        let mut end_activations = Activations::default();
        network.forward(&observed, &mut end_activations)?;
        let (end, updates) = (Diagnosis::of(&network, &observed)?, weights.updates(&network)?);
        let (final_loss, train_accuracy) = self.evaluate(&network, train)?;
        let (_, accuracy) = self.evaluate(&network, held_out)?;
        let mut evidence = Evidence::between(&start, &end, &updates, initial_loss, final_loss).with_constant_loss(
            constant_prediction_loss(self.spec.loss(), self.spec.outputs(), &train.samples().targets),
        );
        evidence.non_finite |= notes.non_finite.is_some();

        Ok(LaneRecord {
            initializer: self.start.label().to_owned(),
            seed: self.seed,
            final_loss: finite(final_loss),
            accuracy,
            train_accuracy,
            distinct_neurons: end.distinct_neurons(),
            hidden_neurons: end.hidden_neurons(),
            saturated: end.saturated().and_then(Share::fraction),
            verdict: Verdict::of(&evidence).to_string(),
            non_finite: notes.non_finite.or_else(|| end.non_finite.as_ref().map(ToString::to_string)),
            steps: notes.steps,
            losses: notes.losses,
            observations: notes.observations,
            activations: histograms(self.spec.layers(), &start_activations, &end_activations),
            paths: trace.map(Trace::paths),
        })
    }

    fn network<N: Trainable + FromMlpSpec>(&self) -> Result<N, ExperimentError> {
        let mut network = N::from_spec(self.spec)?;
        let refuse = |source| ExperimentError::Start { start: self.start.label().to_owned(), source };
        self.start.plan().apply(&mut network, Seed(self.seed)).map_err(refuse)?;
        Ok(network)
    }

    /// Runs every step and takes measurements. Ends early once values are no longer finite.
    fn train<N: Trainable>(
        &self,
        network: &mut N,
        observed: &N::Batch,
        trace: &mut Option<Trace>,
    ) -> Result<Notes, ExperimentError> {
        let part = self.data.train();
        let mut batches = Batches::new(part, self.batch.unwrap_or(part.len()), Seed(self.seed))?;
        let whole = if batches.is_full() { Some(network.load(&part.samples())?) } else { None };
        let mut optimizer = network.optimizer(self.optimizer)?;
        let noted: BTreeSet<usize> = schedule::round(self.steps - 1, LOSSES);
        let looks = schedule::even(self.steps, OBSERVATIONS);
        let mut notes = Notes::default();
        for step in 0..self.steps {
            if let Some(trace) = trace {
                trace.note(step, network)?;
            }
            let before = match looks.contains(&step) {
                true => Some((Diagnosis::of(network, observed)?, Snapshot::of(network)?)),
                false => None,
            };
            let loss = match &whole {
                Some(whole) => network.step(whole, &mut optimizer)?,
                None => {
                    let batch = network.load(&batches.at(step as u64))?;
                    network.step(&batch, &mut optimizer)?
                }
            };
            if let Some((diagnosis, weights)) = before {
                notes.observations.push(observation(step, &diagnosis, Some(&weights.updates(network)?)));
                notes.find(step, diagnosis.non_finite.as_ref());
            }
            notes.find(step, NonFinite::in_loss(loss).as_ref());
            if noted.contains(&step) || !loss.is_finite() {
                notes.steps.push(step);
                notes.losses.push(finite(loss));
            }
            if !loss.is_finite() {
                return Ok(notes);
            }
        }
        if let Some(trace) = trace {
            trace.note(self.steps, network)?;
        }
        notes.observations.push(observation(self.steps, &Diagnosis::of(network, observed)?, None));
        Ok(notes)
    }

    /// Returns loss and accuracy over all samples of a part.
    fn evaluate<N: Trainable>(&self, network: &N, part: &Part) -> Result<(f64, Option<f64>), ExperimentError> {
        let samples = part.samples();
        let outputs = network.predict(&network.load(&samples)?)?;
        let loss = self.spec.loss();
        Ok((loss.mean(&outputs, &samples.targets), loss.accuracy(&outputs, &samples.targets)))
    }
}

impl Notes {
    /// Records only the first non-finite value.
    fn find(&mut self, step: usize, found: Option<&NonFinite>) {
        if let (None, Some(found)) = (&self.non_finite, found) {
            self.non_finite = Some(format!("step {step}: {found}"));
        }
    }
}

/// Returns the observed samples.
fn first_rows(part: &Part) -> Samples<'_> {
    let rows = part.len().min(OBSERVED);
    Samples {
        inputs: &part.inputs()[..rows * part.features()],
        features: part.features(),
        targets: Targets::Classes(&part.labels()[..rows]),
    }
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}
