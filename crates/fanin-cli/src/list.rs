//! `fanin list`: what there is to choose from.

use fanin_checkpoint::audit::{self, AuditRule};
use fanin_core::{Activation, text};
use fanin_lab::data;
use fanin_recipes::{Recipe, RecipeError, RecipeVariable};

use crate::arguments::{ListArguments, Topic};
use crate::failure::Failure;
use crate::page;

pub(crate) fn run(arguments: &ListArguments) -> Result<(), Failure> {
    let all = [Topic::Initializers, Topic::Activations, Topic::Recipes, Topic::Data, Topic::Rules];
    let topics = arguments.topic.as_ref().map_or(&all[..], std::slice::from_ref);
    let titled = topics.len() > 1;
    let sections: Vec<String> = topics.iter().map(|topic| section(*topic, titled)).collect::<Result<_, _>>()?;
    page::print(&sections.join("\n"))
}

/// What can be written, and under it what it is: lines stay short, whatever the signature.
fn section(topic: Topic, titled: bool) -> Result<String, Failure> {
    let (title, rows) = match topic {
        Topic::Initializers => ("Initializers", initializers()),
        Topic::Activations => ("Activations", activations()),
        Topic::Recipes => ("Recipes", recipes()?),
        Topic::Data => ("Data", data_sets()?),
        Topic::Rules => ("Rules of the audit", rules()),
    };
    let entry = |(written, about): &(String, String)| format!("{written}\n    {about}");
    let lines = rows.iter().map(entry).collect::<Vec<_>>().join("\n") + "\n";
    Ok(if titled { format!("{title}\n\n{lines}") } else { lines })
}

/// `name(argument = default, ...)`
pub(crate) fn call(name: &str, arguments: &str) -> String {
    if arguments.is_empty() { name.to_owned() } else { format!("{name}({arguments})") }
}

fn initializers() -> Vec<(String, String)> {
    let row = |entry: &&text::Entry| {
        let also =
            if entry.aliases.is_empty() { String::new() } else { format!("; also {}", entry.aliases.join(", ")) };
        (entry.signature(), format!("{}{also}", entry.summary))
    };
    text::catalog().iter().map(row).collect()
}

fn activations() -> Vec<(String, String)> {
    let row = |activation: Activation| {
        let page = activation.page();
        let arguments = activation.parameter().map(|(name, value)| format!("{name} = {value}"));
        let also = if page.aliases.is_empty() { String::new() } else { format!("; also {}", page.aliases.join(", ")) };
        (call(page.name, &arguments.unwrap_or_default()), format!("{}{also}", page.formula))
    };
    Activation::ALL.into_iter().map(row).collect()
}

fn recipes() -> Result<Vec<(String, String)>, Failure> {
    let row = |name: &'static str| {
        let recipe = Recipe::named(name)?;
        let variables: Vec<&str> = recipe.variables().iter().map(RecipeVariable::name).collect();
        let about = format!("{}; source: {}", recipe.title(), recipe.source());
        Ok((call(name, &variables.join(", ")), about))
    };
    fanin_recipes::names().map(row).collect::<Result<_, RecipeError>>().map_err(Failure::internal)
}

fn data_sets() -> Result<Vec<(String, String)>, Failure> {
    let row = |listing: data::Listing| {
        let data::Listing { provenance, arguments, summary, train, held_out, features, classes } = listing;
        let about = format!(
            "{summary}; {train} to learn from, {held_out} held out, {features} features, {classes} classes; \
             source: {}; license: {}",
            provenance.source, provenance.license
        );
        (call(&provenance.name, &arguments), about)
    };
    let file = (
        call("PATH", "label = the last column, header = auto, standardize = auto, held_out = 0.2, seed = 0"),
        "your own: a CSV or TSV file, an IDX file of images or a folder of such, plain or gzip".to_owned(),
    );
    Ok(data::catalog().map_err(Failure::internal)?.into_iter().map(row).chain([file]).collect())
}

fn rules() -> Vec<(String, String)> {
    let row = |rule: &&AuditRule| {
        let deep = if rule.deep { ", with --deep" } else { "" };
        (format!("{} ({}{deep})", rule.id, rule.severity), rule.finds.to_owned())
    };
    audit::rules().iter().map(row).collect()
}
