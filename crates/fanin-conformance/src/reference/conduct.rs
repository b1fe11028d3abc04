//! The behavior of a reference perceptron: honest, or with one fault.

use std::cell::Cell;
use std::fmt::Debug;

use fanin_core::network::Capabilities;

thread_local! {
    /// The fault of every [`Faulty`] perceptron on this thread.
    static FAULT: Cell<Option<Fault>> = const { Cell::new(None) };
}

/// The behavior of a [`Perceptron`](super::Perceptron).
///
/// It is a type because a backend is a type: the laws build it from a spec only. The fault of a [`Faulty`] perceptron
/// is a value, so that the laws are compiled for two perceptrons instead of one per fault.
pub trait Conduct: Copy + Debug + Default + Send + Sync + 'static {
    /// The capabilities that the perceptron declares.
    const CAPABILITIES: Capabilities = Capabilities::ALL;

    /// Returns whether the perceptron has this fault.
    #[must_use]
    fn has(fault: Fault) -> bool;
}

/// No fault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Honest;

impl Conduct for Honest {
    fn has(_: Fault) -> bool {
        false
    }
}

/// Declares that it has neither norms nor residual blocks, and builds them nevertheless.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overbuilding;

impl Conduct for Overbuilding {
    const CAPABILITIES: Capabilities = Capabilities::PLAIN;

    fn has(_: Fault) -> bool {
        false
    }
}

/// The fault that [`Faulty::with`] sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faulty;

impl Faulty {
    /// Gives every faulty perceptron on this thread a fault while `run` runs.
    pub fn with<R>(fault: Fault, run: impl FnOnce() -> R) -> R {
        /// Restores the previous fault, even after a panic.
        struct Restore(Option<Fault>);
        impl Drop for Restore {
            fn drop(&mut self) {
                FAULT.set(self.0);
            }
        }
        let _restore = Restore(FAULT.replace(Some(fault)));
        run()
    }
}

impl Conduct for Faulty {
    fn has(fault: Fault) -> bool {
        FAULT.get() == Some(fault)
    }
}

/// A single fault. [`backend_impostors`](crate::impostors::backend_impostors) lists one impostor per fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// Norms and residual blocks are built although the capabilities lack them: [`Overbuilding`].
    UndeclaredParts,
    /// Biases come before weights.
    ReorderedSpecs,
    /// A fresh network holds ones.
    FreshOnes,
    /// The last element written is lost.
    LostElement,
    /// The second window of a write reports the start of the first.
    WrongWindowStart,
    /// An unknown name reads as empty and ignores writes.
    AnyName,
    /// An error of a fill is dropped.
    DroppedError,
    /// The last parameter is lost when filling all at once.
    LostParameter,
    /// Filling all at once also fills parameters that are not wanted.
    WroteUnwanted,
    /// Filling all at once returns the last error instead of the first.
    LastError,
    /// Parameters start from other bits.
    ShiftedStart,
    /// The bias is not added.
    NoBias,
    /// The loss is summed over the batch.
    SummedLoss,
    /// The gradients are summed over the batch.
    SummedGradients,
    /// The derivative of the activation at 0 is the right-hand one.
    RightSlopeAtZero,
    /// The losses are computed as defined: sigmoid or softmax first, then the logarithm.
    NaiveLoss,
    /// The gradient of the bias comes before that of the weight.
    ReorderedEvents,
    /// The observer receives stages that it does not want.
    UnwantedEvents,
    /// Activations are sent as pre-activations.
    WrongSignal,
    /// The pass continues after `Break`.
    NoBreak,
    /// An observed pass differs in the last bits.
    ObservedDiffers,
    /// The learning rate is doubled.
    DoubleRate,
    /// Momentum is ignored.
    NoMomentum,
    /// Adam's moments are not bias-corrected.
    UncorrectedMoments,
    /// The loss is computed after the step.
    LossAfterStep,
    /// Every other neuron's sums run in reverse order.
    ReversedSums,
    /// The running variance is updated with the biased variance.
    BiasedRunningVariance,
    /// The weights of old and new running statistics are swapped.
    SwappedMomentum,
    /// Batch normalization uses the batch statistics in eval mode too.
    BatchStatisticsInEval,
    /// A step in eval mode updates the running statistics.
    CountsInEval,
    /// The mode cannot be switched.
    FixedMode,
    /// The gradient treats mean and variance as constants.
    ConstantStatistics,
    /// A batch of one sample is normalized with its own statistics.
    OneSample,
    /// The input of a residual block is not added.
    NoSkip,
    /// The factor of a residual branch is not applied.
    NoScale,
    /// Samples are not checked.
    AnySamples,
    /// Optimizer hyperparameters are not checked.
    AnyOptimizer,
}
