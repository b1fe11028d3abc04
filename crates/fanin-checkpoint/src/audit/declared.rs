//! What a declared recipe says of each tensor.

use std::collections::HashMap;

use fanin_core::{Distribution, Layout, ParamSpec, Role};

use super::subject::Declared;
use super::{AuditError, Kind, Options};
use crate::reading::Checkpoint;

/// The distribution and the layout of one tensor.
pub(super) struct Assigned {
    pub(super) distribution: Option<Declared>,
    pub(super) layout: Option<Layout>,
}

/// By name; empty where no recipe is declared.
pub(super) fn distributions(
    checkpoint: &Checkpoint,
    options: &Options,
) -> Result<HashMap<String, Assigned>, AuditError> {
    let Some(recipe) = &options.recipe else { return Ok(HashMap::new()) };
    let floating = checkpoint.tensors().iter().filter(|tensor| tensor.element().dtype().is_some());
    let params: Vec<ParamSpec> = floating
        .map(|tensor| {
            let param = ParamSpec::new(tensor.name(), tensor.shape())?;
            let kind = Kind::of(tensor.name(), tensor.shape());
            // A buffer that no rule names is left alone and not missed.
            let buffer = matches!(kind, Kind::RunningMean | Kind::RunningVariance | Kind::BatchCount | Kind::Buffer);
            Ok(if buffer { param.with_role(Role::Buffer) } else { param })
        })
        .collect::<Result<_, AuditError>>()?;
    let resolution = recipe.resolve(&params, &options.settings)?;
    let assigned = resolution.assignments().iter().map(|assignment| {
        let distribution = assignment.initializer.distribution(&assignment.param);
        let distribution =
            (distribution != Distribution::Unstated).then(|| Declared { initializer: assignment.text(), distribution });
        let assigned = Assigned { distribution, layout: assignment.param.layout() };
        (assignment.param.name().to_owned(), assigned)
    });
    Ok(assigned.collect())
}
