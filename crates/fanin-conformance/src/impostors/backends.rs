//! Backends with one fault each, built from the reference perceptron.

use crate::reference::{Fault, Faulty, Overbuilding, Perceptron};
use crate::{BackendCase, BackendLaw, Violation};

/// An impostor backend: the reference perceptron with one fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackendImpostor {
    /// Its name.
    pub name: &'static str,
    /// Its fault.
    pub fault: Fault,
    /// The law that must catch it.
    pub law: BackendLaw,
}

impl BackendImpostor {
    const fn new(name: &'static str, fault: Fault, law: BackendLaw) -> Self {
        Self { name, fault, law }
    }

    /// Runs the law that must catch it in one case.
    ///
    /// # Errors
    /// Returns the [`Violation`]; at least one case must produce one.
    pub fn judge(&self, case: &BackendCase) -> Result<(), Violation> {
        match self.fault {
            Fault::UndeclaredParts => self.law.check::<Perceptron<Overbuilding>>(case),
            fault => Faulty::with(fault, || self.law.check::<Perceptron<Faulty>>(case)),
        }
    }
}

/// Returns every impostor with the law that must catch it.
#[must_use]
pub const fn backend_impostors() -> [BackendImpostor; 37] {
    [
        // Builds what it declares to lack.
        BackendImpostor::new("BuildsWhatItLacks", Fault::UndeclaredParts, BackendLaw::Capabilities),
        // Lists its parameters in a different order than the spec.
        BackendImpostor::new("ReordersSpecs", Fault::ReorderedSpecs, BackendLaw::Specs),
        // Starts with ones instead of zeros.
        BackendImpostor::new("StartsAtOnes", Fault::FreshOnes, BackendLaw::Fresh),
        // Stores all elements of a parameter but the last.
        BackendImpostor::new("LosesLastElement", Fault::LostElement, BackendLaw::Memory),
        // Passes a parameter in two windows that both claim to start at 0.
        BackendImpostor::new("MisplacesWindow", Fault::WrongWindowStart, BackendLaw::Memory),
        // Reads and writes any name without an error.
        BackendImpostor::new("TakesAnyName", Fault::AnyName, BackendLaw::Names),
        // Drops errors of an initializer.
        BackendImpostor::new("SwallowsErrors", Fault::DroppedError, BackendLaw::FillErrors),
        // Skips the last parameter when filling all at once.
        BackendImpostor::new("LosesLastParameter", Fault::LostParameter, BackendLaw::WriteAll),
        // Fills parameters that are not wanted when filling all at once.
        BackendImpostor::new("WritesUnwanted", Fault::WroteUnwanted, BackendLaw::WriteAll),
        // Returns the last error instead of the first.
        BackendImpostor::new("ReportsLastError", Fault::LastError, BackendLaw::WriteAll),
        // Starts from values with the right distribution at the wrong addresses.
        BackendImpostor::new("StartsElsewhere", Fault::ShiftedStart, BackendLaw::Start),
        // Does not add the bias.
        BackendImpostor::new("ForgetsBias", Fault::NoBias, BackendLaw::Forward),
        // Sums the loss over the batch.
        BackendImpostor::new("SumsLoss", Fault::SummedLoss, BackendLaw::Loss),
        // Sums the gradients over the batch.
        BackendImpostor::new("SumsInsteadOfMeans", Fault::SummedGradients, BackendLaw::Gradients),
        // Takes relu'(0) = 1.
        BackendImpostor::new("ReluSlopeOneAtZero", Fault::RightSlopeAtZero, BackendLaw::Kinks),
        // Computes a sigmoid or softmax first and then its logarithm.
        BackendImpostor::new("UnstableLoss", Fault::NaiveLoss, BackendLaw::ExtremeLogits),
        // Shows the gradient of the bias before that of the weight.
        BackendImpostor::new("EventsOutOfOrder", Fault::ReorderedEvents, BackendLaw::Events),
        // Sends events that were not requested.
        BackendImpostor::new("ShowsUnwanted", Fault::UnwantedEvents, BackendLaw::Events),
        // Sends activations as pre-activations.
        BackendImpostor::new("ShowsActivationsTwice", Fault::WrongSignal, BackendLaw::Signals),
        // Continues after the observer breaks.
        BackendImpostor::new("IgnoresBreak", Fault::NoBreak, BackendLaw::Break),
        // Rounds differently when observed.
        BackendImpostor::new("ObservedDiffers", Fault::ObservedDiffers, BackendLaw::Observing),
        // Doubles the learning rate.
        BackendImpostor::new("DoublesRate", Fault::DoubleRate, BackendLaw::Sgd),
        // Ignores momentum.
        BackendImpostor::new("ForgetsMomentum", Fault::NoMomentum, BackendLaw::Momentum),
        // Does not correct the bias of Adam's moments, so the first steps are too short.
        BackendImpostor::new("UncorrectedAdam", Fault::UncorrectedMoments, BackendLaw::Adam),
        // Returns the loss from after the step.
        BackendImpostor::new("StepBeforeLoss", Fault::LossAfterStep, BackendLaw::LossBeforeStep),
        // Sums the inputs of every other neuron in reverse, so equal neurons drift apart by rounding.
        BackendImpostor::new("SumsInOtherOrder", Fault::ReversedSums, BackendLaw::Symmetry),
        // Does not add the input of a residual block.
        BackendImpostor::new("ForgetsSkip", Fault::NoSkip, BackendLaw::Blocks),
        // Adds a branch without its factor.
        BackendImpostor::new("ForgetsScale", Fault::NoScale, BackendLaw::Blocks),
        // Updates the running variance with the biased variance of a batch.
        BackendImpostor::new("CountsBiasedVariance", Fault::BiasedRunningVariance, BackendLaw::RunningStatistics),
        // Swaps the weights of the old and the new running statistics.
        BackendImpostor::new("SwapsMomentum", Fault::SwappedMomentum, BackendLaw::RunningStatistics),
        // Normalizes with the batch statistics in eval mode too.
        BackendImpostor::new("NormalizesByBatchInEval", Fault::BatchStatisticsInEval, BackendLaw::Modes),
        // Updates running statistics in eval mode too.
        BackendImpostor::new("CountsInEval", Fault::CountsInEval, BackendLaw::Modes),
        // Cannot leave train mode.
        BackendImpostor::new("StaysInTraining", Fault::FixedMode, BackendLaw::Modes),
        // Propagates no gradient through mean and variance.
        BackendImpostor::new("ForgetsStatistics", Fault::ConstantStatistics, BackendLaw::Gradients),
        // Normalizes a single sample with its own statistics, so every pre-activation is the norm's bias.
        BackendImpostor::new("NormalizesOneSample", Fault::OneSample, BackendLaw::OneSample),
        // Loads any samples without checking them.
        BackendImpostor::new("TakesAnySamples", Fault::AnySamples, BackendLaw::Samples),
        // Accepts a learning rate of NaN.
        BackendImpostor::new("TakesAnyOptimizer", Fault::AnyOptimizer, BackendLaw::Optimizers),
    ]
}
