//! The distribution and layout that a declared recipe assigns to each tensor.

use std::collections::HashMap;

use fanin_core::{Distribution, Layout, ParamSpec, Role};

use super::kind::TensorKind;
use super::subject::Declared;
use crate::AuditError;
use fanin_checkpoint::reading::Checkpoint;
use fanin_recipes::Recipe;

/// The distribution and layout of one tensor.
pub(crate) struct Assigned {
    pub(crate) distribution: Option<Declared>,
    pub(crate) layout: Option<Layout>,
}

/// Returns the assignments by tensor name; empty if no recipe is declared.
pub(crate) fn distributions(
    checkpoint: &Checkpoint,
    recipe: Option<&Recipe>,
) -> Result<HashMap<String, Assigned>, AuditError> {
    let Some(recipe) = recipe else { return Ok(HashMap::new()) };
    let floating = checkpoint.tensors().iter().filter(|tensor| tensor.element().dtype().is_some());
    let params: Vec<ParamSpec> = floating
        .map(|tensor| {
            let param = ParamSpec::new(tensor.name(), tensor.shape())?;
            let kind = TensorKind::of(tensor.name(), tensor.shape());
            // A buffer without a rule is not an error.
            let buffer = matches!(
                kind,
                TensorKind::RunningMean | TensorKind::RunningVariance | TensorKind::BatchCount | TensorKind::Buffer
            );
            Ok(if buffer { param.with_role(Role::Buffer) } else { param })
        })
        .collect::<Result<_, AuditError>>()?;
    let resolution = recipe.resolve(&params)?;
    let assigned = resolution.filled().map(|assignment| {
        let distribution = assignment.distribution();
        let distribution =
            (distribution != Distribution::Unstated).then(|| Declared { initializer: assignment.text(), distribution });
        let assigned = Assigned { distribution, layout: assignment.param().layout() };
        (assignment.name().to_owned(), assigned)
    });
    Ok(assigned.collect())
}
