//! Rules of recipes.

use fanin_core::resolve::{Pattern, Rule};
use fanin_core::{Layout, Role};

use crate::expression::Expression;
use crate::template::Template;

/// A rule of a recipe: name patterns, a condition, and an initializer with `{expressions}`.
#[derive(Clone, Debug)]
pub struct RecipeRule {
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) when: Option<Expression>,
    /// `None` for a buffer whose values stay unchanged.
    pub(crate) init: Option<Template>,
    pub(crate) role: Role,
    pub(crate) layout: Option<Layout>,
    pub(crate) groups: Option<Expression>,
    pub(crate) fans: Option<[Expression; 2]>,
    pub(crate) learning_rate: Option<Expression>,
    pub(crate) reason: Option<String>,
}

impl Rule for RecipeRule {
    fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}

impl RecipeRule {
    /// Returns the patterns; a name needs to match only one of them.
    #[must_use]
    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    /// Returns the initializer with its `{expressions}`; `None` for a buffer whose values stay unchanged.
    #[must_use]
    pub fn initializer(&self) -> Option<&str> {
        self.init.as_ref().map(Template::text)
    }

    /// Returns the condition, if any.
    #[must_use]
    pub fn condition(&self) -> Option<&str> {
        self.when.as_ref().map(Expression::text)
    }

    /// Returns the role of the matching parameters.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// Returns the learning-rate factor, if it is not 1.
    #[must_use]
    pub fn learning_rate(&self) -> Option<&str> {
        self.learning_rate.as_ref().map(Expression::text)
    }

    /// Returns the reason, in one line.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}
