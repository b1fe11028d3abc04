//! `fanin explain`: the page of a recipe, an initializer, an activation or a rule of the audit.

mod activation;
mod initializer;
mod recipe;
mod rule;

use std::path::Path;

use fanin_core::{Activation, text};
use fanin_recipes::Recipe;

use crate::arguments::ExplainArguments;
use crate::failure::Failure;
use crate::page;

pub(crate) fn run(arguments: &ExplainArguments) -> Result<(), Failure> {
    let name = arguments.name.as_str();
    let page = if is_file(name) {
        recipe::page(&Recipe::read(Path::new(name)).map_err(Failure::usage)?, arguments)?
    } else if fanin_recipes::text(name).is_some() {
        recipe::page(&Recipe::named(name).map_err(Failure::usage)?, arguments)?
    } else {
        if arguments.like.is_some() || arguments.shapes.is_some() || !arguments.set.is_empty() {
            return Err(Failure::usage(format!(
                "'{name}' is no recipe, so that --like, --shapes and --set have no meaning; see `fanin list recipes`"
            )));
        }
        let called = name.split('(').next().unwrap_or(name).trim();
        if let Some(entry) = text::entry(called) {
            initializer::page(entry, arguments.json)?
        } else if let Ok(activation) = name.parse::<Activation>() {
            activation::page(activation, arguments.json)?
        } else if let Some(rule) = fanin_checkpoint::audit::rule(called) {
            rule::page(rule, arguments.json)?
        } else {
            return Err(unknown(name));
        }
    };
    page::print(&page)
}

/// Names of recipes have no dot and no slash.
fn is_file(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "toml")
}

fn unknown(name: &str) -> Failure {
    let initializers = text::catalog().iter().map(|entry| entry.name);
    let activations = Activation::ALL.iter().map(|activation| activation.name());
    let rules = fanin_checkpoint::audit::rules().iter().map(|rule| rule.id);
    let known = fanin_recipes::names().chain(initializers).chain(activations).chain(rules);
    let near = known.map(|known| (strsim::damerau_levenshtein(known, name), known)).min();
    let near = near.filter(|(distance, known)| *distance <= 3 && *distance < known.len() / 2);
    let hint = near.map_or_else(String::new, |(_, near)| format!("did you mean '{near}'? "));
    Failure::usage(format!(
        "'{name}' is no recipe, initializer, activation or rule; {hint}`fanin list` shows them, and a recipe of your own is a .toml file"
    ))
}
