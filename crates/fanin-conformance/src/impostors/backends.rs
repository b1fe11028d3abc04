//! Backends that are wrong in one way each: conducts of the reference perceptron.

use crate::reference::{Conduct, Fault, Perceptron};
use crate::{BackendCase, BackendLaw, Violation};

/// An impostor among the backends.
#[derive(Clone, Copy, Debug)]
pub struct BackendImpostor {
    /// Its name.
    pub name: &'static str,
    /// The law made for it.
    pub law: BackendLaw,
    check: fn(BackendLaw, &BackendCase) -> Result<(), Violation>,
}

impl BackendImpostor {
    /// What the law made for it says in one case.
    ///
    /// # Errors
    /// The [`Violation`], as there should be one in some case.
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

        /// Every impostor, with the law that must catch it.
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
    /// Lists its parameters in another order than the spec.
    ReordersSpecs: ReorderedSpecs, caught by Specs;
    /// Starts from ones where nobody filled it.
    StartsAtOnes: FreshOnes, caught by Fresh;
    /// Stores all of a parameter but its last element.
    LosesLastElement: LostElement, caught by Memory;
    /// Lends a parameter in two windows that both say they start at 0.
    MisplacesWindow: WrongWindowStart, caught by Memory;
    /// Reads and writes any name, and says nothing.
    TakesAnyName: AnyName, caught by Names;
    /// Drops the error of an initializer.
    SwallowsErrors: DroppedError, caught by FillErrors;
    /// Writes all parameters at once, but the last.
    LosesLastParameter: LostParameter, caught by WriteAll;
    /// Writes all parameters at once, wanted or not.
    WritesUnwanted: WroteUnwanted, caught by WriteAll;
    /// Reports the error of whichever parameter failed last.
    ReportsLastError: LastError, caught by WriteAll;
    /// Starts from values of the right law and other addresses.
    StartsElsewhere: ShiftedStart, caught by Start;
    /// Adds no bias.
    ForgetsBias: NoBias, caught by Forward;
    /// Sums the loss over the batch.
    SumsLoss: SummedLoss, caught by Loss;
    /// Sums the gradients over the batch.
    SumsInsteadOfMeans: SummedGradients, caught by Gradients;
    /// Takes relu'(0) = 1.
    ReluSlopeOneAtZero: RightSlopeAtZero, caught by Kinks;
    /// Computes a sigmoid or softmax first and its logarithm then.
    UnstableLoss: NaiveLoss, caught by ExtremeLogits;
    /// Shows the gradient of the bias before that of the weight.
    EventsOutOfOrder: ReorderedEvents, caught by Events;
    /// Shows what nobody asked for.
    ShowsUnwanted: UnwantedEvents, caught by Events;
    /// Shows activations where pre-activations are asked for.
    ShowsActivationsTwice: WrongSignal, caught by Signals;
    /// Goes on when the observer has seen enough.
    IgnoresBreak: NoBreak, caught by Break;
    /// Rounds otherwise when it is watched.
    ObservedDiffers: ObservedDiffers, caught by Observing;
    /// Steps twice as far.
    DoublesRate: DoubleRate, caught by Sgd;
    /// Steps without momentum.
    ForgetsMomentum: NoMomentum, caught by Momentum;
    /// Leaves Adam's moments as they are: the first steps are too short.
    UncorrectedAdam: UncorrectedMoments, caught by Adam;
    /// Returns the loss after the step.
    StepBeforeLoss: LossAfterStep, caught by LossBeforeStep;
    /// Sums the inputs of every other neuron from the last to the first: equal neurons drift apart by rounding.
    SumsInOtherOrder: ReversedSums, caught by Symmetry;
    /// Adds no input to a residual block.
    ForgetsSkip: NoSkip, caught by Blocks;
    /// Adds a branch without its factor.
    ForgetsScale: NoScale, caught by Blocks;
    /// Counts the biased variance of a batch.
    CountsBiasedVariance: BiasedRunningVariance, caught by RunningStatistics;
    /// Keeps of the running statistics what the batch's should replace.
    SwapsMomentum: SwappedMomentum, caught by RunningStatistics;
    /// Normalizes by the batch in eval mode too.
    NormalizesByBatchInEval: BatchStatisticsInEval, caught by Modes;
    /// Counts statistics in eval mode too.
    CountsInEval: CountsInEval, caught by Modes;
    /// Stays in train mode.
    StaysInTraining: FixedMode, caught by Modes;
    /// Sends no gradient through mean and variance.
    ForgetsStatistics: ConstantStatistics, caught by Gradients;
    /// Normalizes one sample over itself: every pre-activation is the norm's bias.
    NormalizesOneSample: OneSample, caught by OneSample;
    /// Loads whatever samples it gets.
    TakesAnySamples: AnySamples, caught by Samples;
    /// Trains with a learning rate of NaN.
    TakesAnyOptimizer: AnyOptimizer, caught by Optimizers;
}
