//! One-line messages for invalid arguments: the problem, the value seen, what to do.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Error};
use fanin_core::message::did_you_mean;

use super::Arguments;

/// Formats the mistake in one line.
pub(super) fn line(error: &Error) -> String {
    let help = format!("see `{} --help`", command(error));
    let argument = text(error, ContextKind::InvalidArg);
    let value = text(error, ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::MissingRequiredArgument => {
            format!("missing {}; {help}", missing(&list(error, ContextKind::InvalidArg)))
        }
        ErrorKind::UnknownArgument => {
            let (kind, near) = (if argument.starts_with('-') { "option" } else { "argument" }, suggested(error));
            format!("unknown {kind} '{argument}'; {near}{help}")
        }
        ErrorKind::InvalidSubcommand => {
            let root = Arguments::command();
            let names: Vec<&str> = root.get_subcommands().map(clap::Command::get_name).collect();
            let word = text(error, ContextKind::InvalidSubcommand);
            let near = did_you_mean(&word, names.iter().copied());
            format!("unknown command '{word}'; {near}the commands are {}", names.join(", "))
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} has no value; {}", values(error, &help)),
        ErrorKind::InvalidValue => {
            let known = list(error, ContextKind::ValidValue);
            let near = did_you_mean(&value, known.iter().map(String::as_str));
            format!("unknown value '{value}' for {argument}; {near}{}", values(error, &help))
        }
        ErrorKind::ValueValidation => {
            let reason = std::error::Error::source(error).map_or_else(|| help.clone(), reason);
            format!("invalid value '{value}' for {argument}: {reason}")
        }
        ErrorKind::ArgumentConflict => {
            let mut others = list(error, ContextKind::PriorArg);
            others.retain(|other| *other != argument);
            match others.as_slice() {
                [] => format!("{argument} is given twice; use it once"),
                others => format!("{argument} cannot be used with {}; use only one of them", others.join(", ")),
            }
        }
        _ => format!("{}; {help}", first_lines(&error.render().to_string())),
    }
}

/// Returns the reason why a value is invalid. The standard library's errors for integers state no range.
fn reason(error: &(dyn std::error::Error + 'static)) -> String {
    match error.downcast_ref::<std::num::ParseIntError>() {
        Some(_) => format!("use a whole number from 0 to {}", u64::MAX),
        None => error.to_string(),
    }
}

/// Returns the command from its usage: `fanin audit`.
fn command(error: &Error) -> String {
    let usage = text(error, ContextKind::Usage);
    let words = usage.split_whitespace().skip_while(|word| *word == "Usage:");
    let words: Vec<&str> = words.take_while(|word| !word.starts_with(['[', '<', '-', '('])).collect();
    if words.is_empty() { "fanin".to_owned() } else { words.join(" ") }
}

/// An option that is required unless another one is given. It is not missing as long as the other one may be given.
const UNLESS: (&str, &str) = ("--recipe ", "--config ");

/// Lists missing arguments, and last the options of which one is required: `--seed <N>, --out <PATH> and one of --like <PATH>,
/// --shapes <FILE>, --config <FILE>`.
fn missing(names: &[String]) -> String {
    let alternatives = |name: &String| {
        let names = name.strip_prefix("<--")?.strip_suffix('>')?;
        Some(format!("--{}", names.split('|').collect::<Vec<_>>().join(", ")))
    };
    let groups: Vec<String> = names.iter().filter_map(alternatives).collect();
    let is_open = |name: &String| name.starts_with(UNLESS.0) && groups.iter().any(|group| group.contains(UNLESS.1));
    let single = names.iter().filter(|name| alternatives(name).is_none() && !is_open(name)).cloned();
    let mut all: Vec<String> = single.chain(groups.iter().map(|group| format!("one of {group}"))).collect();
    match all.pop() {
        Some(last) if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        last => last.unwrap_or_default(),
    }
}

/// Returns the valid values, or `help` if clap lists none.
fn values(error: &Error, help: &str) -> String {
    let known = list(error, ContextKind::ValidValue);
    if known.is_empty() { help.to_owned() } else { format!("the values are {}", known.join(", ")) }
}

/// Suggests an option of this or another command that resembles the unknown one.
fn suggested(error: &Error) -> String {
    let near = list(error, ContextKind::SuggestedArg);
    let tips = list(error, ContextKind::Suggested);
    match near.first() {
        Some(near) => format!("did you mean '{near}'? "),
        None => {
            let others = tips.iter().filter(|tip| tip.ends_with("exists"));
            others.flat_map(|tip| [tip, "; "]).collect()
        }
    }
}

fn text(error: &Error, kind: ContextKind) -> String {
    list(error, kind).join(" ")
}

fn list(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        Some(ContextValue::StyledStr(text)) => vec![text.to_string()],
        Some(ContextValue::StyledStrs(texts)) => texts.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

/// Returns clap's own message without the usage, for rare mistakes.
fn first_lines(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let told = lines.take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"));
    let told: Vec<&str> = told.map(|line| line.strip_prefix("error: ").unwrap_or(line)).collect();
    told.join("; ")
}
