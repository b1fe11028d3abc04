//! Backends with one fault each, built from the reference perceptron.

use crate::reference::{Conduct, Fault, Perceptron};
use crate::{BackendCase, BackendLaw, Violation};

/// An impostor backend.
#[derive(Clone, Copy, Debug)]
pub struct BackendImpostor {
    /// Its name.
    pub name: &'static str,
    /// The law that must catch it.
    pub law: BackendLaw,
    check: fn(BackendLaw, &BackendCase) -> Result<(), Violation>,
}

impl BackendImpostor {
    /// Runs that law in one case.
    ///
    /// # Errors
    /// Returns the [`Violation`]; at least one case must produce one.
    pub fn judge(&self, case: &BackendCase) -> Result<(), Violation> {
        (self.check)(self.law, case)
    }
}

macro_rules! impostors {
    ($($(#[$doc:meta])* $name:ident: $fault:ident, caught by $law:ident;)*) => {
        $(
            $(#[$doc])*
            ///
            #[doc = concat!("Caught by [`", stringify!($law), "`](BackendLaw::", stringify!($law), ").")]
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
            pub struct $name;

            impl Conduct for $name {
                const FAULT: Option<Fault> = Some(Fault::$fault);
            }
        )*

        /// Returns every impostor with the law that must catch it.
        #[must_use]
        pub fn backend_impostors() -> Vec<BackendImpostor> {
            vec![$(BackendImpostor {
                name: stringify!($name),
                law: BackendLaw::$law,
                check: |law, case| law.check::<Perceptron<$name>>(case),
            }),*]
        }
    };
}

impostors! {
    /// Lists its parameters in a different order than the spec.
    ReordersSpecs: ReorderedSpecs, caught by Specs;
    /// Starts with ones instead of zeros.
    StartsAtOnes: FreshOnes, caught by Fresh;
    /// Stores all elements of a parameter but the last.
    LosesLastElement: LostElement, caught by Memory;
    /// Passes a parameter in two windows that both claim to start at 0.
    MisplacesWindow: WrongWindowStart, caught by Memory;
    /// Reads and writes any name without an error.
    TakesAnyName: AnyName, caught by Names;
    /// Drops errors of an initializer.
    SwallowsErrors: DroppedError, caught by FillErrors;
    /// Skips the last parameter when filling all at once.
    LosesLastParameter: LostParameter, caught by WriteAll;
    /// Fills parameters that are not wanted when filling all at once.
    WritesUnwanted: WroteUnwanted, caught by WriteAll;
    /// Returns the last error instead of the first.
    ReportsLastError: LastError, caught by WriteAll;
    /// Starts from values with the right distribution at the wrong addresses.
    StartsElsewhere: ShiftedStart, caught by Start;
    /// Does not add the bias.
    ForgetsBias: NoBias, caught by Forward;
    /// Sums the loss over the batch.
    SumsLoss: SummedLoss, caught by Loss;
    /// Sums the gradients over the batch.
    SumsInsteadOfMeans: SummedGradients, caught by Gradients;
    /// Takes relu'(0) = 1.
    ReluSlopeOneAtZero: RightSlopeAtZero, caught by Kinks;
    /// Computes a sigmoid or softmax first and then its logarithm.
    UnstableLoss: NaiveLoss, caught by ExtremeLogits;
    /// Shows the gradient of the bias before that of the weight.
    EventsOutOfOrder: ReorderedEvents, caught by Events;
    /// Sends events that were not requested.
    ShowsUnwanted: UnwantedEvents, caught by Events;
    /// Sends activations as pre-activations.
    ShowsActivationsTwice: WrongSignal, caught by Signals;
    /// Continues after the observer breaks.
    IgnoresBreak: NoBreak, caught by Break;
    /// Rounds differently when observed.
    ObservedDiffers: ObservedDiffers, caught by Observing;
    /// Doubles the learning rate.
    DoublesRate: DoubleRate, caught by Sgd;
    /// Ignores momentum.
    ForgetsMomentum: NoMomentum, caught by Momentum;
    /// Does not correct the bias of Adam's moments, so the first steps are too short.
    UncorrectedAdam: UncorrectedMoments, caught by Adam;
    /// Returns the loss from after the step.
    StepBeforeLoss: LossAfterStep, caught by LossBeforeStep;
    /// Sums the inputs of every other neuron in reverse, so equal neurons drift apart by rounding.
    SumsInOtherOrder: ReversedSums, caught by Symmetry;
    /// Does not add the input of a residual block.
    ForgetsSkip: NoSkip, caught by Blocks;
    /// Adds a branch without its factor.
    ForgetsScale: NoScale, caught by Blocks;
    /// Updates the running variance with the biased variance of a batch.
    CountsBiasedVariance: BiasedRunningVariance, caught by RunningStatistics;
    /// Swaps the weights of the old and the new running statistics.
    SwapsMomentum: SwappedMomentum, caught by RunningStatistics;
    /// Normalizes with the batch statistics in eval mode too.
    NormalizesByBatchInEval: BatchStatisticsInEval, caught by Modes;
    /// Updates running statistics in eval mode too.
    CountsInEval: CountsInEval, caught by Modes;
    /// Cannot leave train mode.
    StaysInTraining: FixedMode, caught by Modes;
    /// Propagates no gradient through mean and variance.
    ForgetsStatistics: ConstantStatistics, caught by Gradients;
    /// Normalizes a single sample with its own statistics, so every pre-activation is the norm's bias.
    NormalizesOneSample: OneSample, caught by OneSample;
    /// Loads any samples without checking them.
    TakesAnySamples: AnySamples, caught by Samples;
    /// Accepts a learning rate of NaN.
    TakesAnyOptimizer: AnyOptimizer, caught by Optimizers;
}
