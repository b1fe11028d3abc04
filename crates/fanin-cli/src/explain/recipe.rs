//! The page of a recipe, and its assignments to the parameters of a model.

use std::fmt::Write;

use fanin_checkpoint::listing::Entry;
use fanin_core::resolve::{Assignment, Resolution};
use fanin_core::{ParamSpec, Plan};
use fanin_recipes::{Recipe, RecipeRule};
use serde_json::{Value, json};

use crate::arguments::{ExplainArguments, ListOfShapes};
use crate::failure::Failure;
use crate::{input, model, plain, settings};

use super::Page;

pub(super) fn page(arguments: &ExplainArguments) -> Result<Page, Failure> {
    let by_shapes = arguments.shapes.as_ref().is_some_and(ListOfShapes::is_standard);
    input::refuse_two(&[("NAME", arguments.name == input::STANDARD), ("--shapes", by_shapes)])?;
    let recipe = match &arguments.recipe {
        Some(source) => crate::recipe::of(source)?,
        None => crate::recipe::read(&arguments.name)?,
    };
    let entries = model::entries(arguments.like.as_deref(), arguments.shapes.as_ref())?;
    let settings = settings::read(&arguments.set)?;
    match entries {
        Some(entries) => {
            let params = own(&entries);
            let recipe = recipe.set_all(settings).map_err(Failure::usage)?;
            let (resolution, variables) = (recipe.resolve(&params).map_err(Failure::usage)?, recipe.values(&params));
            let json = resolved_json(Some(recipe.name()), &variables, &resolution, &entries);
            Ok(Page { text: resolved(&variables, &resolution, &entries), json })
        }
        None if !settings.is_empty() => {
            Err(Failure::usage("--set has no effect without a model; use --like or --shapes"))
        }
        None => Ok(Page { text: described(&recipe), json: recipe_json(&recipe) }),
    }
}

/// Explains the assignments of a plan to a list of shapes.
pub(crate) fn of_plan(plan: &Plan, shapes: &str) -> Result<Page, Failure> {
    let shapes = ListOfShapes::Given(shapes.to_owned());
    let entries = model::entries(None, Some(&shapes))?.unwrap_or_default();
    let resolution = plan.resolve(&own(&entries)).map_err(Failure::usage)?;
    let json = resolved_json(None, &[], &resolution, &entries);
    Ok(Page { text: resolved(&[], &resolution, &entries), json })
}

/// Returns the parameters that have values of their own.
fn own(entries: &[Entry]) -> Vec<ParamSpec> {
    entries.iter().filter(|entry| entry.tied_to.is_none()).map(|entry| entry.param.clone()).collect()
}

/// Formats the recipe as defined in its file.
fn described(recipe: &Recipe) -> String {
    let mut page = format!("{}: {}\nSource: {}\n", recipe.name(), recipe.title(), recipe.source());
    if !recipe.notes().is_empty() {
        let _ = write!(page, "\n{}\n", recipe.notes().trim());
    }
    if !recipe.variables().is_empty() {
        page.push_str("\nVariables\n");
        for variable in recipe.variables() {
            let origin = variable.origin();
            let origin = if origin.is_empty() { "must be set".to_owned() } else { format!("defaults to {origin}") };
            let _ = write!(page, "  {}: {}\n    {origin}\n", variable.name(), variable.about());
        }
    }
    page.push_str("\nRules (the first match wins)\n");
    for (number, rule) in recipe.rules().iter().enumerate() {
        let patterns: Vec<String> = rule.patterns().iter().map(ToString::to_string).collect();
        let when = rule.condition().map_or_else(String::new, |condition| format!(" where {condition}"));
        let _ = write!(page, "  {}. {}{when}\n    {}\n", number + 1, patterns.join(", "), given(rule));
    }
    page
}

/// Formats the initializer of a rule and the rule's reason.
fn given(rule: &RecipeRule) -> String {
    let rate = rule.learning_rate().map_or_else(String::new, |rate| format!("; learning rate x {rate}"));
    let reason = rule.reason().map_or_else(String::new, |reason| format!("; {reason}"));
    format!("{}{rate}{reason}", rule.initializer().unwrap_or("not initialized"))
}

fn recipe_json(recipe: &Recipe) -> Value {
    let variables: Vec<Value> = recipe
        .variables()
        .iter()
        .map(|variable| json!({ "name": variable.name(), "about": variable.about(), "default": variable.origin() }))
        .collect();
    let rules: Vec<Value> = recipe
        .rules()
        .iter()
        .map(|rule| {
            let patterns: Vec<String> = rule.patterns().iter().map(ToString::to_string).collect();
            json!({
                "match": patterns, "when": rule.condition(), "role": rule.role().to_string(), "init": rule.initializer(),
                "learning_rate": rule.learning_rate(), "reason": rule.reason(),
            })
        })
        .collect();
    json!({
        "recipe": recipe.name(), "title": recipe.title(), "source": recipe.source(), "notes": recipe.notes().trim(),
        "variables": variables, "rules": rules,
    })
}

/// Formats the assignment of each parameter of a model on two lines, in the model's order.
fn resolved(variables: &[(String, f64)], resolution: &Resolution, entries: &[Entry]) -> String {
    let mut page = String::new();
    let assignments = resolution.by_name();
    if !variables.is_empty() {
        let values: Vec<String> = variables.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let _ = writeln!(page, "{}\n", values.join(", "));
    }
    for Entry { param, tied_to, .. } in entries {
        let _ = writeln!(page, "{} {:?}", plain::name(param.name()), param.shape());
        if let Some(target) = tied_to {
            let _ = writeln!(page, "    tied to {}, with the same values", plain::name(target));
            continue;
        }
        let filled = assignments.get(param.name()).filter(|assignment| assignment.initializer().is_some());
        let _ =
            writeln!(page, "    {}", filled.map_or_else(|| "not initialized".to_owned(), |filled| assigned(filled)));
    }
    page
}

fn assigned(assignment: &Assignment) -> String {
    let distribution = assignment.distribution();
    let distribution = match (distribution.mean(), distribution.std()) {
        (Some(mean), Some(std)) => format!("mean {mean}, std {std:.6}"),
        _ => "unknown distribution".to_owned(),
    };
    let rate = match assignment.learning_rate() {
        1.0 => String::new(),
        factor => format!("; learning rate x {factor}"),
    };
    let rule = assignment.rule().zip(assignment.pattern());
    let rule = rule.map_or_else(String::new, |(rule, pattern)| format!("; rule {}, {pattern}", rule + 1));
    let reason = assignment.reason().map_or_else(String::new, |reason| format!("; {reason}"));
    format!("{}; {distribution}{rate}{rule}{reason}", assignment.text())
}

fn resolved_json(
    recipe: Option<&str>,
    variables: &[(String, f64)],
    resolution: &Resolution,
    entries: &[Entry],
) -> Value {
    let assignments = resolution.by_name();
    let variables: serde_json::Map<String, Value> =
        variables.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let parameters: Vec<Value> = entries
        .iter()
        .map(|Entry { param, tied_to, .. }| {
            if let Some(target) = tied_to {
                return json!({ "name": param.name(), "shape": param.shape(), "tied_to": target });
            }
            match assignments.get(param.name()).filter(|assignment| assignment.initializer().is_some()) {
                Some(assignment) => {
                    let distribution = assignment.distribution();
                    json!({
                        "name": param.name(), "shape": param.shape(), "role": assignment.param().role().to_string(),
                        "initializer": assignment.text(), "mean": distribution.mean(), "std": distribution.std(),
                        "learning_rate": assignment.learning_rate(), "rule": assignment.rule().map(|rule| rule + 1),
                        "pattern": assignment.pattern(), "reason": assignment.reason(),
                    })
                }
                None => json!({ "name": param.name(), "shape": param.shape(), "initializer": null }),
            }
        })
        .collect();
    json!({ "recipe": recipe, "variables": variables, "parameters": parameters })
}
