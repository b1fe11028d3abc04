//! `fanin explain`: the page of a recipe, an initializer, an activation or an audit rule.

mod activation;
mod initializer;
mod recipe;
mod rule;

use fanin_core::Activation;
use fanin_core::message::did_you_mean;
use fanin_core::text;
use serde_json::Value;

use crate::arguments::ExplainArguments;
use crate::console::{self, Console};
use crate::failure::Failure;
use crate::report::Report;
use crate::styled::with_heading;
use crate::{input, prose};

pub(crate) use recipe::of_plan;

/// A page in both formats.
pub(crate) struct Page {
    text: String,
    json: Value,
}

impl Report for Page {
    fn text(&self, width: Option<usize>) -> String {
        prose::fitted(&with_heading(&self.text), width)
    }

    fn json(&self) -> Result<String, Failure> {
        console::json_text(&self.json)
    }
}

pub(crate) fn run(arguments: &ExplainArguments, console: Console) -> Result<(), Failure> {
    console.show(&page(arguments)?, arguments.json)
}

/// Returns the page of what the arguments name.
pub(crate) fn page(arguments: &ExplainArguments) -> Result<Page, Failure> {
    let name = arguments.name.as_str();
    if arguments.recipe.is_some()
        || name == input::STANDARD
        || crate::recipe::is_file(name)
        || fanin_recipes::text(name).is_some()
    {
        return recipe::page(arguments);
    }
    let called = name.split('(').next().unwrap_or(name).trim();
    let page = if let Some(entry) = text::entry(called) {
        initializer::page(entry)
    } else if let Ok(activation) = name.parse::<Activation>() {
        activation::page(activation)
    } else if let Some(rule) = fanin_audit::rule(called) {
        rule::page(rule)
    } else {
        return Err(unknown(name));
    };
    if arguments.like.is_some() || arguments.shapes.is_some() || !arguments.set.is_empty() {
        return Err(Failure::usage(format!(
            "'{name}' is not a recipe, so --like, --shapes and --set have no effect; remove them, or see `fanin list \
             recipes`"
        )));
    }
    Ok(page)
}

fn unknown(name: &str) -> Failure {
    let initializers = text::catalog().iter().flat_map(|entry| entry.names());
    let activations =
        Activation::ALL.into_iter().flat_map(|known| known.page().aliases.iter().copied().chain([known.name()]));
    let rules = fanin_audit::rules().iter().map(|rule| rule.id);
    let known = fanin_recipes::names().chain(initializers).chain(activations).chain(rules);
    Failure::usage(format!(
        "'{name}' is not an initializer, activation, recipe or audit rule; {}see `fanin list`, or use a .toml file",
        did_you_mean(name, known)
    ))
}
