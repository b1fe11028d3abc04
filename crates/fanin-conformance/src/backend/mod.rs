//! Laws for backends.

mod blocks;
mod case;
mod events;
mod modes;
mod parameters;
mod pass;
mod recorder;
mod refusals;
mod subject;
mod suite;
mod tolerance;
mod training;

use std::fmt;

use fanin_core::{
    ParametersMut,
    network::{FromMlpSpec, Trainable},
};

pub use case::BackendCase;
pub use suite::BackendSuite;
pub use tolerance::Tolerance;

use crate::SuiteError;
use crate::violation::{Verdict, Violation, judge};

/// Everything that the contracts of `Parameters`, `ParametersMut`, `Network` and `Trainable` promise, one law a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BackendLaw {
    /// Parameters, layers and loss are those of the spec; names are unique; the list is stable.
    Specs,
    /// A fresh network holds zeros, and ones as running variances.
    Fresh,
    /// What is written is read, to the bit; windows add up.
    Memory,
    /// An unknown name is `InitError::UnknownParameter`.
    Names,
    /// The error of a fill comes back unchanged.
    FillErrors,
    /// All at once is one by one: each parameter that is wanted, in its place, and the first error in order.
    WriteAll,
    /// A plan gives the bits of fanin-core for the same seed and name.
    Start,
    /// The outputs are the reference's.
    Forward,
    /// The loss is the reference's.
    Loss,
    /// The gradients of the parameters are the reference's.
    Gradients,
    /// What observers are shown of the layers is the reference's.
    Signals,
    /// The derivative at a kink is core's: relu'(0) = 0.
    Kinks,
    /// Loss and gradients are finite and right at logits of ±10,000.
    ExtremeLogits,
    /// Events come in the order of the contract, and only those that are wanted.
    Events,
    /// `Break` at any event ends the pass with `None`.
    Break,
    /// Observing changes no bit.
    Observing,
    /// Gradient descent is the reference's.
    Sgd,
    /// Momentum is the reference's.
    Momentum,
    /// Adam is the reference's.
    Adam,
    /// A step returns the loss before it.
    LossBeforeStep,
    /// Neurons that start equal stay equal, to the bit.
    Symmetry,
    /// A residual block gives `x + scale f(z)`, and is the identity where its branch gives zeros.
    Blocks,
    /// A step in train mode moves the running statistics by their formula.
    RunningStatistics,
    /// Train and eval mode are switched, and differ where batch normalization tells them apart; buffers move in a step alone.
    Modes,
    /// A batch of one is refused in train mode where it has no variance, and served elsewhere.
    OneSample,
    /// Samples that do not fit are typed errors.
    Samples,
    /// Optimizers that have no meaning are typed errors.
    Optimizers,
}

impl BackendLaw {
    /// Every law, in the order of the enumeration.
    pub const ALL: [Self; 27] = [
        Self::Specs,
        Self::Fresh,
        Self::Memory,
        Self::Names,
        Self::FillErrors,
        Self::WriteAll,
        Self::Start,
        Self::Forward,
        Self::Loss,
        Self::Gradients,
        Self::Signals,
        Self::Kinks,
        Self::ExtremeLogits,
        Self::Events,
        Self::Break,
        Self::Observing,
        Self::Sgd,
        Self::Momentum,
        Self::Adam,
        Self::LossBeforeStep,
        Self::Symmetry,
        Self::Blocks,
        Self::RunningStatistics,
        Self::Modes,
        Self::OneSample,
        Self::Samples,
        Self::Optimizers,
    ];

    /// The name, as in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Specs => "specs",
            Self::Fresh => "fresh",
            Self::Memory => "memory",
            Self::Names => "names",
            Self::FillErrors => "fill_errors",
            Self::WriteAll => "fill_all",
            Self::Start => "start",
            Self::Forward => "forward",
            Self::Loss => "loss",
            Self::Gradients => "gradients",
            Self::Signals => "signals",
            Self::Kinks => "kinks",
            Self::ExtremeLogits => "extreme_logits",
            Self::Events => "events",
            Self::Break => "break",
            Self::Observing => "observing",
            Self::Sgd => "sgd",
            Self::Momentum => "momentum",
            Self::Adam => "adam",
            Self::LossBeforeStep => "loss_before_step",
            Self::Symmetry => "symmetry",
            Self::Blocks => "blocks",
            Self::RunningStatistics => "running_statistics",
            Self::Modes => "modes",
            Self::OneSample => "one_sample",
            Self::Samples => "samples",
            Self::Optimizers => "optimizers",
        }
    }

    /// Holds a backend to this law in one case.
    ///
    /// # Errors
    /// The [`Violation`]. A panic of the backend is one, and so is an error where none should be.
    pub fn check<N: Trainable + FromMlpSpec>(self, case: &BackendCase) -> Result<(), Violation> {
        judge(self.name(), subject::<N>, &case.name, || self.verdict::<N>(case))
    }

    fn verdict<N: Trainable + FromMlpSpec>(self, case: &BackendCase) -> Verdict {
        let network = || N::from_spec(&case.spec);
        match self {
            Self::Specs => parameters::specs::<N>(case),
            Self::Fresh => parameters::fresh::<N>(case),
            Self::Memory => parameters::memory(&mut network()?),
            Self::Names => parameters::names(&mut network()?),
            Self::FillErrors => parameters::fill_errors(&mut network()?),
            Self::WriteAll => parameters::fill_all(&mut network()?),
            Self::Start => parameters::start::<N>(case),
            Self::Forward => pass::forward::<N>(case),
            Self::Loss => pass::loss::<N>(case),
            Self::Gradients => pass::gradients::<N>(case),
            Self::Signals => pass::signals::<N>(case),
            Self::Kinks => pass::kinks::<N>(case),
            Self::ExtremeLogits => pass::extreme_logits::<N>(case),
            Self::Events => events::events::<N>(case),
            Self::Break => events::breaks::<N>(case),
            Self::Observing => events::observing::<N>(case),
            Self::Sgd => training::sgd::<N>(case),
            Self::Momentum => training::momentum::<N>(case),
            Self::Adam => training::adam::<N>(case),
            Self::LossBeforeStep => training::loss_before_step::<N>(case),
            Self::Symmetry => training::symmetry::<N>(case),
            Self::Blocks => blocks::blocks::<N>(case),
            Self::RunningStatistics => modes::running_statistics::<N>(case),
            Self::Modes => modes::modes::<N>(case),
            Self::OneSample => modes::one_sample::<N>(case),
            Self::Samples => refusals::samples::<N>(case),
            Self::Optimizers => refusals::optimizers::<N>(case),
        }
    }

    /// Holds a backend to this law in every case.
    #[must_use]
    pub fn check_all<N: Trainable + FromMlpSpec>(self, cases: &[BackendCase]) -> Vec<Violation> {
        cases.iter().filter_map(|case| self.check::<N>(case).err()).collect()
    }
}

impl fmt::Display for BackendLaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

fn subject<N: ?Sized>() -> String {
    std::any::type_name::<N>().to_owned()
}

/// Holds a backend to every law in every case of `laws/backends.toml`, and reports all violations together.
///
/// ```
/// use fanin_conformance::{check_backend, reference::Perceptron, report};
///
/// let violations = check_backend::<Perceptron>()?;
/// assert!(violations.is_empty(), "{}", report(&violations));
/// # Ok::<(), fanin_conformance::SuiteError>(())
/// ```
///
/// # Errors
/// None in practice: [`SuiteError`] if the embedded cases could not be read.
pub fn check_backend<N: Trainable + FromMlpSpec>() -> Result<Vec<Violation>, SuiteError> {
    let suite = BackendSuite::embedded()?;
    Ok(BackendLaw::ALL.into_iter().flat_map(|law| law.check_all::<N>(suite.cases())).collect())
}

/// Holds any model with named parameters, such as a file of weights, to the laws of reading and writing: unique names, memory,
/// unknown names, errors of a fill, all at once. Its values are overwritten.
#[must_use]
pub fn check_parameters<P: ParametersMut + ?Sized>(model: &mut P) -> Vec<Violation> {
    let mut verdict = |law: BackendLaw, check: fn(&mut P) -> Verdict| {
        judge(law.name(), subject::<P>, "the model as it is", || check(model))
    };
    let judged = [
        verdict(BackendLaw::Specs, parameters::unique),
        verdict(BackendLaw::Memory, parameters::memory),
        verdict(BackendLaw::Names, parameters::names),
        verdict(BackendLaw::FillErrors, parameters::fill_errors),
        verdict(BackendLaw::WriteAll, parameters::fill_all),
    ];
    judged.into_iter().filter_map(Result::err).collect()
}
