//! Laws for backends.

mod blocks;
mod capabilities;
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

/// The laws for backends, one per promise of `Parameters`, `ParametersMut`, `Network` and `Trainable`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BackendLaw {
    /// A spec with a part that [`CAPABILITIES`](FromMlpSpec::CAPABILITIES) lack is refused with a typed error. The other
    /// laws do not apply to such a case.
    Capabilities,
    /// Parameters, layers and loss match the spec; names are unique; the list is stable.
    Specs,
    /// A fresh network holds zeros, and ones in its running variances.
    Fresh,
    /// Values read equal the values written, bitwise, and windows cover the parameter.
    Memory,
    /// An unknown name returns `InitError::UnknownParameter`.
    Names,
    /// An error from a fill is returned unchanged.
    FillErrors,
    /// Filling all parameters at once equals filling them one by one: only the wanted ones, each with its index, and
    /// the first error in order.
    WriteAll,
    /// A plan produces the bits of fanin-core for the same seed and name.
    Start,
    /// The outputs match the reference.
    Forward,
    /// The loss matches the reference.
    Loss,
    /// The parameter gradients match the reference.
    Gradients,
    /// The layer values shown to observers match the reference.
    Signals,
    /// The derivative at a kink is the one of fanin-core: relu'(0) = 0.
    Kinks,
    /// Loss and gradients are finite and correct at logits of ±10,000.
    ExtremeLogits,
    /// Events come in the order of the contract, and only wanted ones.
    Events,
    /// `Break` at any event ends the pass with `None`.
    Break,
    /// Observing changes no bit.
    Observing,
    /// Gradient descent matches the reference.
    Sgd,
    /// Momentum matches the reference.
    Momentum,
    /// Adam matches the reference.
    Adam,
    /// A step returns the loss from before the step.
    LossBeforeStep,
    /// Neurons that start equal stay bitwise equal.
    Symmetry,
    /// A residual block outputs `x + scale f(z)`, and is the identity if its branch outputs zeros.
    Blocks,
    /// A step in train mode updates the running statistics by their formula.
    RunningStatistics,
    /// The mode can be switched and affects batch normalization; only a step changes buffers.
    Modes,
    /// A batch of one sample is refused in train mode if its variance is needed, and accepted otherwise.
    OneSample,
    /// Samples that do not fit the network are rejected with a typed error.
    Samples,
    /// Invalid optimizers are refused with a typed error.
    Optimizers,
}

impl BackendLaw {
    /// All laws, in the order of the enumeration.
    pub const ALL: [Self; 28] = [
        Self::Capabilities,
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

    /// Returns the name used in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Capabilities => "capabilities",
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

    /// Checks this law for a backend in one case.
    ///
    /// # Errors
    /// Returns the [`Violation`]. A panic of the backend and an unexpected error count as violations.
    pub fn check<N: Trainable + FromMlpSpec>(self, case: &BackendCase) -> Result<(), Violation> {
        judge(self.name(), subject::<N>, &case.name, || self.verdict::<N>(case))
    }

    fn verdict<N: Trainable + FromMlpSpec>(self, case: &BackendCase) -> Verdict {
        if self.not_applicable::<N>(case).is_some() {
            return Ok(());
        }
        let network = || N::from_spec(&case.spec);
        match self {
            Self::Capabilities => capabilities::capabilities::<N>(case),
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

    /// Returns why this law does not apply to a backend in a case: the backend lacks a part of the case's spec. `None` if
    /// it applies.
    #[must_use]
    pub fn not_applicable<N: FromMlpSpec>(self, case: &BackendCase) -> Option<String> {
        let lacks = N::CAPABILITIES.lacks(&case.spec);
        match (self, lacks) {
            (Self::Capabilities, None) => Some("the backend lacks nothing of the spec".to_owned()),
            (Self::Capabilities, Some(_)) | (_, None) => None,
            (_, Some(part)) => Some(format!("the backend has no {part}")),
        }
    }

    /// Checks this law for a backend in every case.
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

/// Checks every law for a backend in every case of `laws/backends.toml` and returns all violations.
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
/// [`SuiteError`] if the embedded cases cannot be read, which does not happen in practice.
pub fn check_backend<N: Trainable + FromMlpSpec>() -> Result<Vec<Violation>, SuiteError> {
    let suite = BackendSuite::embedded()?;
    Ok(BackendLaw::ALL.into_iter().flat_map(|law| law.check_all::<N>(suite.cases())).collect())
}

/// Checks any model with named parameters, such as a weight file, against the laws for reading and writing: unique
/// names, memory, unknown names, fill errors, filling all at once. The model's values are overwritten.
#[must_use]
pub fn check_parameters<P: ParametersMut + ?Sized>(model: &mut P) -> Vec<Violation> {
    let mut verdict =
        |law: BackendLaw, check: fn(&mut P) -> Verdict| judge(law.name(), subject::<P>, "the model", || check(model));
    let judged = [
        verdict(BackendLaw::Specs, parameters::unique),
        verdict(BackendLaw::Memory, parameters::memory),
        verdict(BackendLaw::Names, parameters::names),
        verdict(BackendLaw::FillErrors, parameters::fill_errors),
        verdict(BackendLaw::WriteAll, parameters::fill_all),
    ];
    judged.into_iter().filter_map(Result::err).collect()
}
