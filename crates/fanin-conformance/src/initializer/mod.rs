//! Laws for initializers.

mod address;
mod case;
mod distribution;
pub(crate) mod draw;
mod dtypes;
mod independence;
mod keys;
mod leaves;
mod orthonormal;
mod places;
mod refusal;
mod suite;
mod text_form;
mod windows;
mod wrapper;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fanin_core::Initializer;

pub use case::{Expectation, Expected, InitializerCase};
pub use suite::{InitializerSuite, SuiteError};
pub use wrapper::check_wrapper;

use crate::violation::{Verdict, Violation, judge};

/// Everything that the contract of [`Initializer`] promises, one law a variant.
///
/// Every law holds a subject to what a case expects; a law that has nothing to say about a case holds. Statistical laws draw
/// 2^17 elements (a scalar 2^12) or as many as the case says, under fixed seeds, each test with alpha 1e-6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InitializerLaw {
    /// A second fill gives the same bits.
    Address,
    /// Every element of the view is written.
    Coverage,
    /// What the memory held before does not matter.
    Memory,
    /// A window equals that part of the whole.
    Windows,
    /// `check` and `fill` refuse the same, and name the parameter.
    Refusal,
    /// `&I`, `Box<dyn Initializer>` and `Arc<dyn Initializer>` behave as `I`.
    Wrappers,
    /// Another seed and another name give other values, not correlated ones.
    Keys,
    /// 16-bit values are 32-bit values, rounded.
    Dtypes,
    /// The text parses to an equal initializer.
    Text,
    /// The stated law is the expected one.
    Statement,
    /// The mean of the values is the law's.
    Mean,
    /// The standard deviation of the values is the law's.
    Std,
    /// No value lies beyond the law's bounds.
    Bounds,
    /// The values follow the law's distribution function.
    Distribution,
    /// Each tail holds its part of the values.
    Tails,
    /// Elements of one parameter are not correlated.
    Independence,
    /// The values are those that the case gives; what is said to be fixed is.
    Values,
    /// Parts with laws of their own are not correlated with each other.
    Parts,
    /// Every line has its count of zeros, at places drawn evenly.
    Sparsity,
    /// Rows or columns are orthonormal, where the case expects it.
    Orthonormal,
    /// Square matrices are uniform among the orthogonal ones, where the case expects it.
    Haar,
}

impl InitializerLaw {
    /// Every law, in the order of the enumeration.
    pub const ALL: [Self; 21] = [
        Self::Address,
        Self::Coverage,
        Self::Memory,
        Self::Windows,
        Self::Refusal,
        Self::Wrappers,
        Self::Keys,
        Self::Dtypes,
        Self::Text,
        Self::Statement,
        Self::Mean,
        Self::Std,
        Self::Bounds,
        Self::Distribution,
        Self::Tails,
        Self::Independence,
        Self::Values,
        Self::Parts,
        Self::Sparsity,
        Self::Orthonormal,
        Self::Haar,
    ];

    /// The name, as in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Coverage => "coverage",
            Self::Memory => "memory",
            Self::Windows => "windows",
            Self::Refusal => "refusal",
            Self::Wrappers => "wrappers",
            Self::Keys => "keys",
            Self::Dtypes => "dtypes",
            Self::Text => "text",
            Self::Statement => "statement",
            Self::Mean => "mean",
            Self::Std => "std",
            Self::Bounds => "bounds",
            Self::Distribution => "distribution",
            Self::Tails => "tails",
            Self::Independence => "independence",
            Self::Values => "values",
            Self::Parts => "parts",
            Self::Sparsity => "sparsity",
            Self::Orthonormal => "orthonormal",
            Self::Haar => "haar",
        }
    }

    /// Holds one initializer to this law in one case.
    ///
    /// # Errors
    /// The [`Violation`]. A panic of the initializer is one.
    pub fn check(self, initializer: &dyn Initializer, case: &InitializerCase) -> Result<(), Violation> {
        judge(self.name(), || subject(initializer), &case.name, || self.verdict(initializer, case))
    }

    fn verdict(self, initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
        if self != Self::Refusal && !case.has_values(initializer) {
            return Ok(());
        }
        let law = match self {
            Self::Address => address::address,
            Self::Coverage => address::coverage,
            Self::Memory => address::memory,
            Self::Windows => windows::windows,
            Self::Refusal => refusal::refusal,
            Self::Wrappers => wrapper::wrappers,
            Self::Keys => keys::keys,
            Self::Dtypes => dtypes::dtypes,
            Self::Text => text_form::text_form,
            Self::Statement => distribution::statement,
            Self::Mean => distribution::mean,
            Self::Std => distribution::std,
            Self::Bounds => distribution::bounds,
            Self::Distribution => distribution::distribution,
            Self::Tails => distribution::tails,
            Self::Independence => independence::independence,
            Self::Values => places::values,
            Self::Parts => places::parts,
            Self::Sparsity => places::sparsity,
            Self::Orthonormal => orthonormal::orthonormal,
            Self::Haar => orthonormal::haar,
        };
        law(initializer, case)
    }

    /// Holds one initializer to this law in every case. One that refuses every case violates the law: nothing was tested.
    #[must_use]
    pub fn check_all(self, initializer: &dyn Initializer, cases: &[InitializerCase]) -> Vec<Violation> {
        let tested = |case: &InitializerCase| match case.expected {
            Expected::Refusal(_) => true,
            // A panic is reported by the laws themselves.
            _ => catch_unwind(AssertUnwindSafe(|| case.has_values(initializer))).unwrap_or(true),
        };
        let tested = self == Self::Refusal || cases.iter().any(tested);
        let nothing = (!tested).then(|| Violation {
            law: self.name(),
            subject: subject(initializer),
            case: "all".to_owned(),
            reason: "every case is refused, so nothing was tested; give a case that is accepted".to_owned(),
        });
        cases.iter().filter_map(|case| self.check(initializer, case).err()).chain(nothing).collect()
    }
}

impl fmt::Display for InitializerLaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What an initializer is called in a report: its text, or what it looks like.
fn subject(initializer: &dyn Initializer) -> String {
    initializer.text().unwrap_or_else(|| format!("{initializer:?}"))
}

/// Holds one initializer to every law in every case, and reports all violations together.
///
/// ```
/// use fanin_conformance::{InitializerCase, check_initializer};
/// use fanin_core::{Layout, ParamSpec, initializers::he_normal};
///
/// let weight = ParamSpec::new("w", [40, 50])?.with_layout(Layout::OutIn);
/// let violations = check_initializer(&he_normal(), &[InitializerCase::new(weight)]);
/// assert!(violations.is_empty(), "{}", fanin_conformance::report(&violations));
/// # Ok::<(), fanin_core::param::ShapeError>(())
/// ```
#[must_use]
pub fn check_initializer(initializer: &dyn Initializer, cases: &[InitializerCase]) -> Vec<Violation> {
    InitializerLaw::ALL.into_iter().flat_map(|law| law.check_all(initializer, cases)).collect()
}
