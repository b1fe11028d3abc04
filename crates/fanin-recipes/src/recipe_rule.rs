//! A rule of a recipe.

use fanin_core::resolve::{Pattern, Rule};
use fanin_core::{Layout, Role};

use crate::expression::Expression;
use crate::template::Template;

/// A rule of a recipe: name patterns, a condition, and an initializer with `{expressions}`.
#[derive(Clone, Debug)]
pub struct RecipeRule {
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) when: Option<Expression>,
    /// Nothing for a buffer that is left as it is.
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
    /// The patterns, any of which may match.
    #[must_use]
    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    /// The initializer, with `{expressions}`; nothing for a buffer that is left as it is.
    #[must_use]
    pub fn initializer(&self) -> Option<&str> {
        self.init.as_ref().map(Template::text)
    }

    /// The condition, if there is one.
    #[must_use]
    pub fn condition(&self) -> Option<&str> {
        self.when.as_ref().map(Expression::text)
    }

    /// The role of the parameters that it fills.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// The factor of the learning rate, if it is not 1.
    #[must_use]
    pub fn learning_rate(&self) -> Option<&str> {
        self.learning_rate.as_ref().map(Expression::text)
    }

    /// Why, in a line.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}
