//! `fanin list`: lists initializers, activations, recipes, data sets and audit rules.

use fanin_audit::AuditRule;
use fanin_core::{Activation, text};
use fanin_lab::data;
use fanin_recipes::{Recipe, RecipeError, RecipeVariable};
use serde_json::{Map, Value, json};

use crate::arguments::{ListArguments, Topic};
use crate::console::{self, Console};
use crate::failure::Failure;
use crate::prose;
use crate::styled::bold;

const TOPICS: [Topic; 5] = [Topic::Initializers, Topic::Activations, Topic::Recipes, Topic::Data, Topic::Rules];

pub(crate) fn run(arguments: &ListArguments, console: Console) -> Result<(), Failure> {
    let topics = arguments.topic.as_ref().map_or(&TOPICS[..], std::slice::from_ref);
    let sections: Vec<(Topic, Vec<Item>)> =
        topics.iter().map(|topic| Ok((*topic, items(*topic)?))).collect::<Result<_, Failure>>()?;
    if arguments.json {
        let section = |(topic, items): (Topic, Vec<Item>)| {
            (title(topic).to_lowercase(), items.into_iter().map(|item| item.record).collect())
        };
        return console::print_json(&sections.into_iter().map(section).collect::<Map<String, Value>>());
    }
    let titled = sections.len() > 1;
    let section = |(topic, items): &(Topic, Vec<Item>)| {
        let lines: String = items.iter().map(Item::lines).collect();
        if titled { format!("{}\n\n{lines}", bold(title(*topic))) } else { lines }
    };
    let text = sections.iter().map(section).collect::<Vec<_>>().join("\n");
    console::print(&prose::fitted(&text, console.width()))
}

fn title(topic: Topic) -> &'static str {
    match topic {
        Topic::Initializers => "Initializers",
        Topic::Activations => "Activations",
        Topic::Recipes => "Recipes",
        Topic::Data => "Data",
        Topic::Rules => "Rules",
    }
}

/// An entry of a list: a text to write, and its description.
struct Item {
    /// The text to write.
    written: String,
    about: String,
    /// The entry as JSON.
    record: Value,
}

impl Item {
    /// Formats two lines, to keep lines short for any signature.
    fn lines(&self) -> String {
        format!("{}\n    {}\n", bold(&self.written), self.about)
    }
}

fn items(topic: Topic) -> Result<Vec<Item>, Failure> {
    Ok(match topic {
        Topic::Initializers => text::catalog().iter().map(|entry| initializer(entry)).collect(),
        Topic::Activations => Activation::ALL.into_iter().map(activation).collect(),
        Topic::Recipes => {
            fanin_recipes::names().map(recipe).collect::<Result<_, RecipeError>>().map_err(Failure::internal)?
        }
        Topic::Data => {
            let shipped = data::catalog().map_err(Failure::internal)?;
            shipped.into_iter().map(data_set).chain([own_data()]).collect()
        }
        Topic::Rules => fanin_audit::rules().iter().map(|rule| self::rule(rule)).collect(),
    })
}

/// `name(argument = default, ...)`
fn call(name: &str, arguments: &str) -> String {
    if arguments.is_empty() { name.to_owned() } else { format!("{name}({arguments})") }
}

/// `; also a, b`
fn also(aliases: &[&str]) -> String {
    if aliases.is_empty() { String::new() } else { format!("; also {}", aliases.join(", ")) }
}

fn initializer(entry: &text::Entry) -> Item {
    Item {
        written: entry.signature(),
        about: format!("{}{}", entry.summary, also(entry.aliases)),
        record: json!({
            "name": entry.name, "arguments": entry.arguments(), "aliases": entry.aliases, "summary": entry.summary,
        }),
    }
}

fn activation(activation: Activation) -> Item {
    let page = activation.page();
    let arguments = activation.parameter().map(|(name, value)| format!("{name} = {value}")).unwrap_or_default();
    Item {
        written: call(page.name, &arguments),
        about: format!("{}{}", page.formula, also(page.aliases)),
        record: json!({
            "name": page.name, "arguments": arguments, "aliases": page.aliases, "formula": page.formula,
        }),
    }
}

fn recipe(name: &'static str) -> Result<Item, RecipeError> {
    let recipe = Recipe::named(name)?;
    let variables: Vec<&str> = recipe.variables().iter().map(RecipeVariable::name).collect();
    Ok(Item {
        written: call(name, &variables.join(", ")),
        about: format!("{}; source: {}", recipe.title(), recipe.source()),
        record: json!({
            "name": name, "variables": variables, "title": recipe.title(), "source": recipe.source(),
        }),
    })
}

fn data_set(listing: data::Listing) -> Item {
    let data::Listing { provenance, arguments, summary, train, held_out, features, classes } = listing;
    Item {
        written: call(&provenance.name, &arguments),
        about: format!(
            "{summary}; {train} training samples, {held_out} held out, {features} features, {classes} classes; \
             source: {}; license: {}",
            provenance.source, provenance.license
        ),
        record: json!({
            "name": provenance.name, "arguments": arguments, "summary": summary, "train": train, "held_out": held_out,
            "features": features, "classes": classes, "source": provenance.source, "license": provenance.license,
        }),
    }
}

fn own_data() -> Item {
    let arguments = "label = the last column, header = auto, standardize = auto, held_out = 0.2, seed = 0";
    let about = "your own data: a CSV, TSV or IDX file, or a folder of IDX files, plain or gzipped";
    Item {
        written: call("PATH", arguments),
        about: about.to_owned(),
        record: json!({ "name": "PATH", "arguments": arguments, "summary": about }),
    }
}

fn rule(rule: &AuditRule) -> Item {
    let deep = if rule.deep { ", with --deep" } else { "" };
    Item {
        written: format!("{} ({}{deep})", rule.id, rule.severity),
        about: rule.finds.to_owned(),
        record: json!({ "name": rule.id, "severity": rule.severity, "deep": rule.deep, "finds": rule.finds }),
    }
}
