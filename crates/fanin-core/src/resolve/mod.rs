//! Which parameter gets which initializer, by which rule and why.
//!
//! A front end has rules and implements [`Rules`]: a [`Plan`](crate::Plan) pairs patterns with initializers, a recipe has
//! expressions. Everything else is here, once: matching names ([`Pattern`], [`RuleSet`]), the assignment of each parameter
//! ([`Assignment`], [`Origin`]), the refusals ([`ResolveError`]) and filling the model ([`Resolution::apply`]).
//!
//! | type | what it is |
//! |---|---|
//! | [`Rules`] | a front end: resolves the parameters of a model |
//! | [`RuleSet`], [`Rule`], [`Decision`] | an ordered list of rules, matched all at once |
//! | [`Draft`] | assignments that may still be overridden, before anything is refused |
//! | [`Resolution`], [`Assignment`], [`Origin`] | what each parameter gets and where it comes from; prints as a table |
//!
//! This module knows no front end and no backend.

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
/// Plans and recipes implement it, so that one function takes either:
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
    /// What messages call these rules: `the plan`, `the recipe 'gpt2'`.
    fn label(&self) -> String;

    /// Assigns an initializer to each parameter of a model and refuses nothing yet: the caller may override assignments
    /// before it calls [`Draft::finish`].
    ///
    /// # Errors
    /// [`ResolveError`] if the rules cannot be used at all, such as by a pattern that cannot be parsed. An error that concerns one
    /// parameter is kept in the draft.
    fn draft(&self, params: &[ParamSpec]) -> Result<Draft, ResolveError>;

    /// Assigns an initializer to one parameter of a model whose other parameters are unknown. A rule that needs them is an
    /// error of the draft; a rule that this parameter does not use is not.
    ///
    /// # Errors
    /// As [`Rules::draft`].
    fn draft_unlisted(&self, param: &ParamSpec) -> Result<Draft, ResolveError>;

    /// Assigns an initializer to each parameter of a model, in the parameters' order, without drawing anything.
    ///
    /// # Errors
    /// [`ResolveError`]: parameters without a rule, parameters that their initializer refuses, or whatever else the front end
    /// refuses. All parameters of a kind are named together.
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
