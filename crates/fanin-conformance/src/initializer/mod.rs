//! Laws for initializers.

mod address;
mod blocks;
mod case;
mod distribution;
pub(crate) mod draw;
mod dtypes;
mod finite;
mod independence;
mod keys;
mod leaves;
mod orthonormal;
mod places;
mod refusal;
mod scope;
mod suite;
mod text_form;
mod windows;
mod wrapper;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fanin_core::Initializer;

pub use case::{Expectation, Expected, InitializerCase};
pub use suite::{InitializerSuite, SuiteError};

use crate::violation::{Verdict, Violation, judge};

/// The laws for initializers, one per promise of the [`Initializer`] contract.
///
/// Each law checks an initializer against the expectation of a case; a law that does not apply to a case passes, and
/// [`ConformanceReport`](crate::ConformanceReport) lists it as not tested. Without a stated distribution, the laws up to [`Keys`](Self::Keys)
/// still apply.
/// Statistical laws draw 2^17 elements (2^12 for a scalar), or as many as the case asks for, with fixed seeds and alpha
/// 1e-6 per test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InitializerLaw {
    /// Filling twice produces the same bits.
    Address,
    /// Every value is finite.
    Finite,
    /// Every element of the view is written.
    Coverage,
    /// The previous contents of the memory have no influence.
    Memory,
    /// A window equals the same part of the whole.
    Windows,
    /// A block in memory of any layout equals the same part of the whole.
    Blocks,
    /// `check` and `fill` refuse the same parameters, and name them; neither panics for any shape.
    Refusal,
    /// `&I`, `Box<dyn Initializer>` and `Arc<dyn Initializer>` behave like `I`.
    Wrappers,
    /// Other seeds and names produce other, uncorrelated values, unless nothing is random and the initializer states
    /// that.
    Keys,
    /// 16-bit values are rounded 32-bit values.
    Dtypes,
    /// The text parses to an equal initializer.
    Text,
    /// The stated distribution is the expected one.
    Statement,
    /// The mean of the values matches the distribution.
    Mean,
    /// The standard deviation of the values matches the distribution.
    Std,
    /// No value is outside the distribution's bounds.
    Bounds,
    /// The values follow the distribution function.
    Distribution,
    /// Each tail contains its share of the values.
    Tails,
    /// The elements of a parameter are uncorrelated.
    Independence,
    /// The values match the case, and fixed values do not change.
    Values,
    /// Parts with their own distributions are uncorrelated with each other.
    Parts,
    /// Every line has the stated number of zeros, at uniformly drawn positions.
    Sparsity,
    /// Rows or columns are orthonormal if the case expects it.
    Orthonormal,
    /// Square matrices are uniform over the orthogonal matrices if the case expects it.
    Haar,
}

impl InitializerLaw {
    /// All laws, in the order of the enumeration.
    pub const ALL: [Self; 23] = [
        Self::Address,
        Self::Finite,
        Self::Coverage,
        Self::Memory,
        Self::Windows,
        Self::Blocks,
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

    /// Returns the name used in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Finite => "finite",
            Self::Coverage => "coverage",
            Self::Memory => "memory",
            Self::Windows => "windows",
            Self::Blocks => "blocks",
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

    /// Checks this law for an initializer in one case.
    ///
    /// # Errors
    /// Returns the [`Violation`]. A panic of the initializer counts as one.
    pub fn check(self, initializer: &dyn Initializer, case: &InitializerCase) -> Result<(), Violation> {
        judge(self.name(), || subject(initializer), &case.name, || self.verdict(initializer, case))
    }

    fn verdict(self, initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
        if self != Self::Refusal && !case.has_values(initializer) {
            return Ok(());
        }
        let law = match self {
            Self::Address => address::address,
            Self::Finite => finite::finite,
            Self::Coverage => address::coverage,
            Self::Memory => address::memory,
            Self::Windows => windows::windows,
            Self::Blocks => blocks::blocks,
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

    /// Returns why this law tests nothing in a case, such as the standard deviation of an initializer that states no
    /// distribution; `None` if it does test something.
    #[must_use]
    pub fn not_tested(self, initializer: &dyn Initializer, case: &InitializerCase) -> Option<&'static str> {
        // The laws themselves report a panic.
        catch_unwind(AssertUnwindSafe(|| scope::not_tested(self, initializer, case))).unwrap_or(None)
    }

    /// Checks this law for an initializer in every case. If every case is refused, that is a violation: nothing was
    /// tested.
    #[must_use]
    pub fn check_all(self, initializer: &dyn Initializer, cases: &[InitializerCase]) -> Vec<Violation> {
        let tested = |case: &InitializerCase| match case.expected {
            Expected::Refusal(_) => true,
            // The laws themselves report a panic.
            _ => catch_unwind(AssertUnwindSafe(|| case.has_values(initializer))).unwrap_or(true),
        };
        let tested = self == Self::Refusal || cases.iter().any(tested);
        let nothing = (!tested).then(|| Violation {
            law: self.name(),
            subject: subject(initializer),
            case: "all".to_owned(),
            reason: "every case is refused, so nothing was tested; add a case that is accepted".to_owned(),
        });
        cases.iter().filter_map(|case| self.check(initializer, case).err()).chain(nothing).collect()
    }
}

impl fmt::Display for InitializerLaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Returns the name of an initializer in reports: its text, or its debug output.
pub(crate) fn subject(initializer: &dyn Initializer) -> String {
    initializer.text().unwrap_or_else(|| format!("{initializer:?}"))
}

/// Checks every law for an initializer in every case and returns all violations.
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

/// Checks the law for initializers that wrap another one: same bits, same refusals, same distribution, same text.
///
/// ```
/// use fanin_conformance::{InitializerCase, check_wrapper};
/// use fanin_core::{Initializer, ParamSpec, initializers::Ones};
///
/// let case = InitializerCase::new(ParamSpec::new("gain", [8])?);
/// let boxed: Box<dyn Initializer> = Box::new(Ones);
/// assert!(check_wrapper(&Ones, &boxed, &case).is_ok());
/// # Ok::<(), fanin_core::param::ShapeError>(())
/// ```
///
/// # Errors
/// Returns the [`Violation`] of the law `wrappers`.
pub fn check_wrapper(
    inner: &dyn Initializer,
    wrapped: &dyn Initializer,
    case: &InitializerCase,
) -> Result<(), Violation> {
    let named = || format!("{} around {}", subject(wrapped), subject(inner));
    judge(InitializerLaw::Wrappers.name(), named, &case.name, || wrapper::same(inner, wrapped, "the wrapper", case))
}
