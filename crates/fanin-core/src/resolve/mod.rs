//! The resolver: which parameter gets which initializer, by which rule and why.
//!
//! A front end has rules and implements [`Rules`]: a [`Plan`](crate::Plan) pairs patterns with initializers, a recipe
//! has expressions. Everything else is shared: matching names ([`Pattern`], [`RuleSet`]), the assignment of each
//! parameter ([`Assignment`], [`Origin`]), the errors ([`ResolveError`]) and filling the model ([`Resolution::apply`]).
//!
//! | type | purpose |
//! |---|---|
//! | [`Rules`] | a front end: resolves the parameters of a model |
//! | [`RuleSet`], [`Rule`], [`Decision`] | an ordered list of rules, matched all at once |
//! | [`Draft`] | assignments that can still be overridden, before they are checked |
//! | [`Resolution`], [`Assignment`], [`Origin`] | the initializer of each parameter and its origin; prints as a table |
//!
//! This module depends on no front end and no backend.

mod assignment;
mod draft;
mod error;
mod filling;
mod pattern;
mod resolution;
mod rule_set;

use std::fmt;
use std::sync::Arc;

pub use assignment::{Assignment, Origin};
pub use draft::Draft;
pub use error::ResolveError;
pub(crate) use filling::{Filling, Fillings, State, refuse};
pub use pattern::{Pattern, PatternError};
pub use resolution::Resolution;
pub use rule_set::{Decision, Rule, RuleSet};

use crate::param::ParamSpec;

/// A front end: rules that assign an initializer to each parameter of a model.
///
/// Plans and recipes implement it, so a function can accept either:
///
/// ```
/// use fanin_core::initializers::{Zeros, he_normal};
/// use fanin_core::resolve::{ResolveError, Rules};
/// use fanin_core::{Layout, ParamSpec, Plan, Role};
///
/// fn print_assignments(rules: &dyn Rules, params: &[ParamSpec]) -> Result<(), ResolveError> {
///     println!("{}", rules.resolve(params)?);
///     Ok(())
/// }
///
/// let weight = ParamSpec::new("head.weight", [10, 64])?.with_layout(Layout::OutIn);
/// let bias = ParamSpec::new("head.bias", [10])?.with_role(Role::Bias);
/// print_assignments(&Plan::new().rule("*.bias", Zeros).rule("*.weight", he_normal()), &[weight, bias])?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Rules: fmt::Debug + Send + Sync {
    /// Returns the name of these rules in messages: `the plan`, `the recipe 'gpt2'`.
    fn label(&self) -> String;

    /// Assigns an initializer to each parameter of a model without refusing anything yet: the caller may override
    /// assignments before it calls [`Draft::finish`].
    ///
    /// # Errors
    /// [`ResolveError`] if the rules cannot be used at all, for example because a pattern cannot be parsed. Errors of a
    /// single parameter are kept in the draft.
    fn draft(&self, params: &[ParamSpec]) -> Result<Draft, ResolveError>;

    /// Assigns an initializer to one parameter of a model whose other parameters are unknown. A rule that needs them is
    /// an error in the draft, but only if this parameter uses it.
    ///
    /// # Errors
    /// Same as [`Rules::draft`].
    fn draft_unlisted(&self, param: &ParamSpec) -> Result<Draft, ResolveError>;

    /// Assigns an initializer to each parameter of a model, in order, without drawing anything.
    ///
    /// # Errors
    /// [`ResolveError`] if parameters have no rule, an initializer refuses a parameter, or the front end refuses the
    /// model. All problems of a kind are reported together.
    fn resolve(&self, params: &[ParamSpec]) -> Result<Resolution, ResolveError> {
        self.draft(params)?.finish()
    }
}

impl<R: Rules + ?Sized> Rules for Arc<R> {
    fn label(&self) -> String {
        (**self).label()
    }

    fn draft(&self, params: &[ParamSpec]) -> Result<Draft, ResolveError> {
        (**self).draft(params)
    }

    fn draft_unlisted(&self, param: &ParamSpec) -> Result<Draft, ResolveError> {
        (**self).draft_unlisted(param)
    }
}
