//! Starts: the initial weights of a network.

use std::collections::BTreeMap;
use std::sync::Arc;

use fanin_core::initializers::Zeros;
use fanin_core::text::TextError;
use fanin_core::{InitError, Initializer, Key, ParamSpec, ParamViewMut, Plan, network::MlpSpec, text};

use super::ExperimentError;
use crate::data::PublishedStart;

/// A labeled plan for a network's parameters.
#[derive(Clone, Debug)]
pub struct Start {
    label: String,
    plan: Plan,
}

impl Start {
    /// Creates a start with weights from an initializer and zero biases. The label is the initializer's canonical text.
    #[must_use]
    pub fn weights(initializer: impl Initializer + 'static) -> Self {
        let label = initializer.text().unwrap_or_else(|| format!("{initializer:?}"));
        Self { label, plan: Plan::new().rule("*.bias", Zeros).rule("*.weight", initializer) }
    }

    /// Creates a start with weights from an initializer's text and zero biases.
    ///
    /// # Errors
    /// [`TextError`] if the text is invalid.
    pub fn parse(initializer: &str) -> Result<Self, TextError> {
        Ok(Self::weights(text::parse(initializer)?))
    }

    /// Creates a start with fixed values for every parameter, by name, regardless of the seed.
    #[must_use]
    pub fn given(label: impl Into<String>, values: BTreeMap<String, Vec<f64>>) -> Self {
        Self { label: label.into(), plan: Plan::new().rule("*", FixedValues { values: Arc::new(values) }) }
    }

    /// Returns the label for tables and plots.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Returns the plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Checks that the plan fits a network.
    pub(super) fn check(&self, network: &MlpSpec) -> Result<(), ExperimentError> {
        let refuse = |source| ExperimentError::Start { start: self.label.clone(), source };
        self.plan.resolve(network.params()).map(drop).map_err(refuse)
    }
}

impl From<PublishedStart> for Start {
    fn from(start: PublishedStart) -> Self {
        let values = start.parameters.into_iter().map(|parameter| (parameter.name, parameter.values));
        Self::given(start.name, values.collect())
    }
}

/// Fixed values by parameter name.
#[derive(Clone, Debug)]
struct FixedValues {
    values: Arc<BTreeMap<String, Vec<f64>>>,
}

impl FixedValues {
    fn of(&self, param: &ParamSpec) -> Result<&[f64], InitError> {
        let refuse = |reason: String| InitError::Custom { name: param.name().to_owned(), reason };
        match self.values.get(param.name()) {
            None => Err(refuse("no values for this parameter".to_owned())),
            Some(values) if values.len() != param.len() => {
                Err(refuse(format!("{} values for {} elements", values.len(), param.len())))
            }
            Some(values) => Ok(values),
        }
    }
}

impl Initializer for FixedValues {
    fn fill(&self, param: &ParamSpec, _: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let values = self.of(param)?;
        // The plan fills whole parameters and windows within them, so an index beyond the values is never requested.
        out.fill_each(|index| usize::try_from(index).ok().and_then(|at| values.get(at)).copied().unwrap_or(f64::NAN));
        Ok(())
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        self.of(param).map(|_| ())
    }
}
