//! The assignment of one parameter.

use std::fmt;
use std::sync::Arc;

use crate::initializer::{Distribution, Initializer};
use crate::param::ParamSpec;

/// The initializer of one parameter, and its origin.
#[derive(Clone, Debug)]
pub struct Assignment {
    param: ParamSpec,
    initializer: Option<Arc<dyn Initializer>>,
    origin: Origin,
    learning_rate: f64,
}

/// The origin of a parameter's values.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A rule.
    Rule {
        /// The index of the rule, from 0.
        rule: usize,
        /// The pattern that matched.
        pattern: Arc<str>,
        /// The rule's reason, if any.
        reason: Option<Arc<str>>,
    },
    /// The initial value of a running statistic that no rule names: 0 for means, 1 for variances.
    Statistic,
    /// The default for parameters without a rule.
    Default,
    /// The hint that the model passed to its framework.
    Hint,
    /// Tensors from another source; no initializer.
    Pretrained {
        /// Their source.
        from: String,
    },
    /// A buffer that is left unchanged; no initializer.
    Left,
}

impl Assignment {
    /// Assigns an initializer to a parameter. `param` is the description passed to the initializer, including role and
    /// layout, which the model itself may not state.
    #[must_use]
    pub fn new(param: ParamSpec, initializer: Arc<dyn Initializer>, origin: Origin) -> Self {
        Self { param, initializer: Some(initializer), origin, learning_rate: 1.0 }
    }

    /// Creates the assignment of a parameter whose values come from another source.
    #[must_use]
    pub fn pretrained(param: ParamSpec, from: impl Into<String>) -> Self {
        Self { param, initializer: None, origin: Origin::Pretrained { from: from.into() }, learning_rate: 1.0 }
    }

    /// Creates the assignment of a parameter that is left unchanged.
    #[must_use]
    pub fn left(param: ParamSpec) -> Self {
        Self { param, initializer: None, origin: Origin::Left, learning_rate: 1.0 }
    }

    /// Sets the learning-rate factor.
    #[must_use]
    pub fn with_learning_rate(mut self, factor: f64) -> Self {
        self.learning_rate = factor;
        self
    }

    /// Sets the description of the parameter.
    #[must_use]
    pub fn with_param(mut self, param: ParamSpec) -> Self {
        self.param = param;
        self
    }

    /// Returns the full dotted name of the parameter.
    #[must_use]
    pub fn name(&self) -> &str {
        self.param.name()
    }

    /// Returns the parameter as passed to its initializer: shape, role, layout, fans.
    #[must_use]
    pub fn param(&self) -> &ParamSpec {
        &self.param
    }

    /// Returns the initializer; `None` if the values come from elsewhere or are left unchanged.
    #[must_use]
    pub fn initializer(&self) -> Option<&Arc<dyn Initializer>> {
        self.initializer.as_ref()
    }

    /// Returns the origin of the values.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Returns the index of the rule, from 0, if a rule fills the parameter.
    #[must_use]
    pub fn rule(&self) -> Option<usize> {
        match &self.origin {
            Origin::Rule { rule, .. } => Some(*rule),
            _ => None,
        }
    }

    /// Returns the pattern that matched.
    #[must_use]
    pub fn pattern(&self) -> Option<&str> {
        match &self.origin {
            Origin::Rule { pattern, .. } => Some(pattern),
            _ => None,
        }
    }

    /// Returns the rule's reason, if any.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match &self.origin {
            Origin::Rule { reason, .. } => reason.as_deref(),
            _ => None,
        }
    }

    /// Returns the parameter's learning-rate factor: 1 unless a rule sets another.
    #[must_use]
    pub fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    /// Returns the distribution of the values; [`Distribution::Unstated`] without an initializer.
    #[must_use]
    pub fn distribution(&self) -> Distribution {
        self.initializer.as_ref().map_or(Distribution::Unstated, |initializer| initializer.distribution(&self.param))
    }

    /// Returns the initializer's text form, or its debug form if it has none; empty without an initializer.
    #[must_use]
    pub fn text(&self) -> String {
        let written =
            |initializer: &Arc<dyn Initializer>| initializer.text().unwrap_or_else(|| format!("{initializer:?}"));
        self.initializer.as_ref().map(written).unwrap_or_default()
    }
}

/// `he_normal by rule 2 '*.weight'`.
impl fmt::Display for Assignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())?;
        f.write_str(if self.initializer.is_some() { " " } else { "" })?;
        self.origin.fmt(f)
    }
}

/// `by rule 2 '*.weight'`.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule { rule, pattern, .. } => write!(f, "by rule {} '{pattern}'", rule + 1),
            Self::Statistic => f.write_str("initial value of a running statistic"),
            Self::Default => f.write_str("by default"),
            Self::Hint => f.write_str("from the model's hint"),
            Self::Pretrained { from } => write!(f, "from {from}"),
            Self::Left => f.write_str("left unchanged"),
        }
    }
}
