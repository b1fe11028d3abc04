//! How a reference perceptron behaves: honestly, or with one fault.

use std::fmt::Debug;

/// What a [`Perceptron`](super::Perceptron) gets wrong.
///
/// It is a type, not a value, because a backend is a type: the laws build it from a spec alone.
pub trait Conduct: Copy + Debug + Default + Send + Sync + 'static {
    /// The fault, if there is one.
    const FAULT: Option<Fault>;

    /// Whether this is the fault.
    #[must_use]
    fn has(fault: Fault) -> bool {
        Self::FAULT == Some(fault)
    }
}

/// Gets nothing wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Honest;

impl Conduct for Honest {
    const FAULT: Option<Fault> = None;
}

/// One thing to get wrong. Each has an impostor in [`impostors::backends`](crate::impostors::backends).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// The biases come before the weights.
    ReorderedSpecs,
    /// A fresh network holds ones.
    FreshOnes,
    /// The last element written is lost.
    LostElement,
    /// The second window of a write says that it starts where the first did.
    WrongWindowStart,
    /// An unknown name reads as nothing and writes nowhere.
    AnyName,
    /// An error of the fill is dropped.
    DroppedError,
    /// Of all parameters written at once, the last is lost.
    LostParameter,
    /// Writing all parameters at once writes those too that are not wanted.
    WroteUnwanted,
    /// Writing all parameters at once gives the last error.
    LastError,
    /// Parameters start from other bits.
    ShiftedStart,
    /// The bias is not added.
    NoBias,
    /// The loss is summed over the batch.
    SummedLoss,
    /// The gradients are summed over the batch.
    SummedGradients,
    /// The derivative of the activation at 0 is that of its right side.
    RightSlopeAtZero,
    /// The losses are computed as they are defined: sigmoid or softmax, then the logarithm.
    NaiveLoss,
    /// The gradient of the bias is shown before that of the weight.
    ReorderedEvents,
    /// The observer is shown stages that it does not want.
    UnwantedEvents,
    /// Activations are shown as pre-activations.
    WrongSignal,
    /// The pass goes on after `Break`.
    NoBreak,
    /// A pass that somebody observes differs in the last bits.
    ObservedDiffers,
    /// The learning rate is doubled.
    DoubleRate,
    /// Momentum is ignored.
    NoMomentum,
    /// Adam's moments are not corrected for their start at zero.
    UncorrectedMoments,
    /// The loss is computed after the step.
    LossAfterStep,
    /// The sums of every other neuron run backwards.
    ReversedSums,
    /// The running variance follows the biased one.
    BiasedRunningVariance,
    /// The running statistics keep what they should take.
    SwappedMomentum,
    /// Batch normalization takes the statistics of the batch in eval mode too.
    BatchStatisticsInEval,
    /// A step in eval mode moves the running statistics.
    CountsInEval,
    /// The mode cannot be switched.
    FixedMode,
    /// The gradient takes mean and variance for constants.
    ConstantStatistics,
    /// A batch of one is normalized over itself.
    OneSample,
    /// The input of a residual block is not added.
    NoSkip,
    /// The factor of a residual branch is not applied.
    NoScale,
    /// Samples are not checked.
    AnySamples,
    /// The numbers of an optimizer are not checked.
    AnyOptimizer,
}
