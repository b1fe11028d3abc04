//! What a network's weights start from.

use std::collections::BTreeMap;
use std::sync::Arc;

use fanin_core::initializers::Zeros;
use fanin_core::text::TextError;
use fanin_core::{InitError, Initializer, Key, ParamSpec, ParamViewMut, Plan, network::MlpSpec, text};

use super::ExperimentError;
use crate::data::PublishedStart;

/// A start: a plan for a network's parameters, under a label.
#[derive(Clone, Debug)]
pub struct Start {
    label: String,
    plan: Plan,
}

impl Start {
    /// Weights from an initializer, biases zero. The label is the initializer's canonical text.
    #[must_use]
    pub fn weights(initializer: impl Initializer + 'static) -> Self {
        let label = initializer.text().unwrap_or_else(|| format!("{initializer:?}"));
        Self { label, plan: Plan::new().rule("*.bias", Zeros).rule("*.weight", initializer) }
    }

    /// Weights from an initializer's text, biases zero.
    ///
    /// # Errors
    /// [`TextError`].
    pub fn parse(initializer: &str) -> Result<Self, TextError> {
        Ok(Self::weights(text::parse(initializer)?))
    }

    /// Every parameter from given values, by name; whatever the seed.
    #[must_use]
    pub fn given(label: impl Into<String>, values: BTreeMap<String, Vec<f64>>) -> Self {
        Self { label: label.into(), plan: Plan::new().rule("*", Given { values: Arc::new(values) }) }
    }

    /// How the start is called in tables and pictures.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What each parameter gets.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Whether the plan fits a network.
    pub(super) fn check(&self, network: &MlpSpec) -> Result<(), ExperimentError> {
        let refuse = |source| ExperimentError::Start { start: self.label.clone(), source };
        self.plan.explain(network.params()).map(drop).map_err(refuse)
    }
}

impl From<PublishedStart> for Start {
    fn from(start: PublishedStart) -> Self {
        let values = start.parameters.into_iter().map(|parameter| (parameter.name, parameter.values));
        Self::given(start.name, values.collect())
    }
}

/// Values that are known already.
#[derive(Clone, Debug)]
struct Given {
    values: Arc<BTreeMap<String, Vec<f64>>>,
}

impl Given {
    fn of(&self, param: &ParamSpec) -> Result<&[f64], InitError> {
        let refuse = |reason: String| InitError::Custom { name: param.name().to_owned(), reason };
        match self.values.get(param.name()) {
            None => Err(refuse("no values are given for it".to_owned())),
            Some(values) if values.len() != param.len() => {
                Err(refuse(format!("{} values are given for its {}", values.len(), param.len())))
            }
            Some(values) => Ok(values),
        }
    }
}

impl Initializer for Given {
    fn fill(&self, param: &ParamSpec, _: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let values = self.of(param)?;
        // The plan fills whole parameters and windows inside them: an index beyond is not asked for.
        out.fill_each(|index| usize::try_from(index).ok().and_then(|at| values.get(at)).copied().unwrap_or(f64::NAN));
        Ok(())
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        self.of(param).map(|_| ())
    }
}
