//! The assignment of one parameter.

use std::fmt;
use std::sync::Arc;

use crate::initializer::{Distribution, Initializer};
use crate::param::ParamSpec;

/// The initializer of one parameter, and where it comes from.
#[derive(Clone, Debug)]
pub struct Assignment {
    param: ParamSpec,
    initializer: Option<Arc<dyn Initializer>>,
    origin: Origin,
    learning_rate: f64,
}

/// Where the values of a parameter come from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A rule.
    Rule {
        /// The index of the rule, from 0.
        rule: usize,
        /// Its pattern that matched.
        pattern: Arc<str>,
        /// Why, if the rule says.
        reason: Option<Arc<str>>,
    },
    /// The start of a running statistic that no rule names: 0 for means, 1 for variances.
    Statistic,
    /// The default for parameters without a rule.
    Default,
    /// The hint that the model gave its framework.
    Hint,
    /// Tensors from elsewhere; no initializer.
    Pretrained {
        /// Their source.
        from: String,
    },
    /// A buffer that is left as it is; no initializer.
    Left,
}

impl Assignment {
    /// An initializer for a parameter. `param` is what the initializer is told: with role and layout, which the model itself
    /// may not state.
    #[must_use]
    pub fn new(param: ParamSpec, initializer: Arc<dyn Initializer>, origin: Origin) -> Self {
        Self { param, initializer: Some(initializer), origin, learning_rate: 1.0 }
    }

    /// A parameter whose values come from elsewhere.
    #[must_use]
    pub fn pretrained(param: ParamSpec, from: impl Into<String>) -> Self {
        Self { param, initializer: None, origin: Origin::Pretrained { from: from.into() }, learning_rate: 1.0 }
    }

    /// A parameter that is left as it is.
    #[must_use]
    pub fn left(param: ParamSpec) -> Self {
        Self { param, initializer: None, origin: Origin::Left, learning_rate: 1.0 }
    }

    /// The same with another factor of the learning rate.
    #[must_use]
    pub fn with_learning_rate(mut self, factor: f64) -> Self {
        self.learning_rate = factor;
        self
    }

    /// The same with another description of the parameter.
    #[must_use]
    pub fn with_param(mut self, param: ParamSpec) -> Self {
        self.param = param;
        self
    }

    /// The full dotted name of the parameter.
    #[must_use]
    pub fn name(&self) -> &str {
        self.param.name()
    }

    /// The parameter as its initializer is told of it: shape, role, layout, fans.
    #[must_use]
    pub fn param(&self) -> &ParamSpec {
        &self.param
    }

    /// The initializer; `None` if the values come from elsewhere or are left.
    #[must_use]
    pub fn initializer(&self) -> Option<&Arc<dyn Initializer>> {
        self.initializer.as_ref()
    }

    /// Where the values come from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The index of the rule, from 0, if a rule filled the parameter.
    #[must_use]
    pub fn rule(&self) -> Option<usize> {
        match &self.origin {
            Origin::Rule { rule, .. } => Some(*rule),
            _ => None,
        }
    }

    /// The pattern of the rule that matched.
    #[must_use]
    pub fn pattern(&self) -> Option<&str> {
        match &self.origin {
            Origin::Rule { pattern, .. } => Some(pattern),
            _ => None,
        }
    }

    /// The rule's reason, if it states one.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match &self.origin {
            Origin::Rule { reason, .. } => reason.as_deref(),
            _ => None,
        }
    }

    /// The factor of the parameter's learning rate: 1 unless a rule states another.
    #[must_use]
    pub fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    /// The distribution of the values; [`Distribution::Unstated`] without an initializer.
    #[must_use]
    pub fn distribution(&self) -> Distribution {
        self.initializer.as_ref().map_or(Distribution::Unstated, |initializer| initializer.distribution(&self.param))
    }

    /// The text form of the initializer or, where it has none, its debug form; empty without an initializer.
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
            Self::Statistic => f.write_str("as a running statistic"),
            Self::Default => f.write_str("by default"),
            Self::Hint => f.write_str("by the model's hint"),
            Self::Pretrained { from } => write!(f, "given by {from}"),
            Self::Left => f.write_str("left as it is"),
        }
    }
}
