//! `fanin diff`: what differs between two checkpoints.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::IsTerminal;

use comfy_table::{ContentArrangement, LineStyle, Table, presets};
use fanin_checkpoint::diff::{self, ALPHA, Change, Difference, Outcome, TensorType};
use fanin_checkpoint::reading::{Checkpoint, Tensor};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::arguments::DiffArguments;
use crate::failure::{Failure, UNMET};
use crate::select::Selection;
use crate::{page, plain};

/// What the columns are called.
const HEADER: [&str; 6] = ["tensor", "what", "relative", "greatest", "cosine", "distribution"];

type Row = [String; 6];

pub(crate) fn run(arguments: &DiffArguments) -> Result<(), Failure> {
    let selection = Selection::new(&arguments.select)?;
    let open = |path: &std::path::Path| Checkpoint::open(path).map_err(Failure::usage);
    let (a, b) = (open(&arguments.a)?, open(&arguments.b)?);
    selection.refuse_nothing(a.tensors().iter().chain(b.tensors()).map(Tensor::name))?;
    let bar = ProgressBar::new(a.tensors().len() as u64);
    if let Ok(style) = ProgressStyle::with_template("comparing {bar:30} {pos}/{len} tensors") {
        bar.set_style(style);
    }
    let wanted = |name: &str| selection.contains(name);
    let differences = diff::checkpoints(&a, &b, arguments.layout, wanted, |_| bar.inc(1));
    bar.finish_and_clear();
    let differences = differences.map_err(Failure::usage)?;
    let text = if arguments.json {
        serde_json::to_string_pretty(&document(&differences)).map_err(Failure::internal)? + "\n"
    } else {
        let terminal = std::io::stdout().is_terminal();
        report(&differences, terminal.then(|| Table::new().width()).flatten().map(usize::from))
    };
    page::print(&text)?;
    match differences.iter().all(|difference| difference.outcome == Outcome::Equal) {
        true => Ok(()),
        false => Err(Failure::Shown { code: UNMET }),
    }
}

/// The tensors that differ, and a count of all.
fn report(differences: &[Difference], width: Option<usize>) -> String {
    let changed = differences.iter().filter(|difference| difference.outcome != Outcome::Equal);
    let rows: Vec<Row> = changed.map(row).collect();
    let wide = if rows.is_empty() { String::new() } else { laid_out(&rows) };
    let narrow = width.is_some_and(|width| wide.lines().any(|line| line.chars().count() > width));
    (if narrow { stacked(&rows) } else { wide }) + &summary(differences)
}

fn row(difference: &Difference) -> Row {
    let number = |number: fn(&Change) -> f64| {
        difference.change.as_ref().map_or_else(String::new, |change| digits(number(change)))
    };
    [
        plain::name(&difference.name),
        meaning(difference),
        number(|change| change.relative),
        number(|change| change.greatest),
        number(|change| change.cosine),
        difference.change.as_ref().map_or("", distribution).to_owned(),
    ]
}

fn distribution(change: &Change) -> &'static str {
    match change.is_of_the_same_distribution() {
        Some(true) => "same",
        Some(false) => "another",
        None => "",
    }
}

/// The outcome in words.
fn meaning(difference: &Difference) -> String {
    let side = |side: &Option<TensorType>| {
        side.as_ref().map_or_else(String::new, |side| format!("{:?} {}", side.shape, side.element))
    };
    match &difference.outcome {
        Outcome::Equal => "equal".to_owned(),
        Outcome::Rounded => match (&difference.a, &difference.b) {
            (Some(a), Some(b)) => format!("{} to {}, equal but for rounding", a.element, b.element),
            _ => "equal but for rounding".to_owned(),
        },
        Outcome::RowsPermuted => "rows permuted".to_owned(),
        Outcome::ColumnsPermuted => "columns permuted".to_owned(),
        Outcome::DrawnAnew { initializer } => format!("drawn anew: {initializer}"),
        Outcome::Replaced => "replaced: nothing of the old values is left".to_owned(),
        Outcome::Changed => match (&difference.a, &difference.b) {
            (Some(a), Some(b)) if a.element != b.element => format!("changed, {} to {}", a.element, b.element),
            _ => "changed".to_owned(),
        },
        Outcome::Bytes => "other bytes".to_owned(),
        Outcome::Shape | Outcome::ElementType => format!("{} to {}", side(&difference.a), side(&difference.b)),
        Outcome::Unread => {
            let how =
                |side: &Option<TensorType>| side.as_ref().map_or_else(String::new, |side| side.element.to_string());
            format!("not compared: {} and {}", how(&difference.a), how(&difference.b))
        }
        Outcome::OnlyInA => "only in the first".to_owned(),
        Outcome::OnlyInB => "only in the second".to_owned(),
        _ => "differs".to_owned(),
    }
}

fn laid_out(rows: &[Row]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING.header_separator(LineStyle::none().fill('─').junction('─')));
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.force_no_tty();
    table.set_header(HEADER);
    for row in rows {
        table.add_row(row);
    }
    table.lines().flat_map(|line| [line.trim_end().to_owned(), "\n".to_owned()]).collect()
}

/// A block a tensor, for terminals that a table does not fit into.
fn stacked(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        let _ = writeln!(text, "{}\n  {}", row[0], row[1]);
        for (title, cell) in HEADER.iter().zip(row).skip(2).filter(|(_, cell)| !cell.is_empty()) {
            let _ = writeln!(text, "  {title:<8}  {cell}");
        }
    }
    text
}

fn summary(differences: &[Difference]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for difference in differences {
        *counts.entry(word(&difference.outcome)).or_default() += 1;
    }
    let tensors = |count: usize| if count == 1 { "1 tensor".to_owned() } else { format!("{count} tensors") };
    let all: Vec<String> = counts.iter().map(|(word, count)| format!("{count} {}", word.replace('_', " "))).collect();
    let equal = counts.keys().all(|word| *word == "equal");
    let line = if equal { String::new() } else { "\n".to_owned() };
    let mut text = format!("{line}{}: {}\n", tensors(differences.len()), all.join(", "));
    if !equal {
        let _ = writeln!(
            text,
            "relative |b - a| / |a|, greatest |b - a| of an element; distribution at alpha {ALPHA} for all tensors"
        );
    }
    text
}

/// The outcome in a word, for JSON.
fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Equal => "equal",
        Outcome::Rounded => "rounded",
        Outcome::RowsPermuted => "rows_permuted",
        Outcome::ColumnsPermuted => "columns_permuted",
        Outcome::DrawnAnew { .. } => "drawn_anew",
        Outcome::Replaced => "replaced",
        Outcome::Changed => "changed",
        Outcome::Bytes => "other_bytes",
        Outcome::Shape => "other_shape",
        Outcome::ElementType => "other_type",
        Outcome::Unread => "not_compared",
        Outcome::OnlyInA => "only_in_a",
        Outcome::OnlyInB => "only_in_b",
        _ => "differs",
    }
}

/// Four digits.
fn digits(value: f64) -> String {
    let plain = value == 0.0 || !value.is_finite() || (1e-3..1e4).contains(&value.abs());
    if plain { format!("{value:.4}") } else { format!("{value:.2e}") }
}

fn document(differences: &[Difference]) -> Value {
    let equal = differences.iter().all(|difference| difference.outcome == Outcome::Equal);
    let tensors: Vec<Value> = differences.iter().map(tensor).collect();
    json!({ "equal": equal, "alpha": ALPHA, "tensors": tensors })
}

fn tensor(difference: &Difference) -> Value {
    let side = |side: &Option<TensorType>| {
        side.as_ref().map(|side| json!({ "shape": side.shape, "dtype": side.element.to_string() }))
    };
    let initializer = match &difference.outcome {
        Outcome::DrawnAnew { initializer } => Some(initializer),
        _ => None,
    };
    let change = difference.change.as_ref().map(|change| {
        json!({
            "differing": change.differing, "relative": change.relative, "greatest": change.greatest,
            "cosine": change.cosine, "correlation": change.correlation, "std": change.std,
            "same_distribution": change.is_of_the_same_distribution(), "distance": change.distributions.map(|(distance, _)| distance),
            "probability": change.distributions.map(|(_, probability)| probability),
        })
    });
    json!({
        "name": difference.name, "outcome": word(&difference.outcome), "initializer": initializer,
        "a": side(&difference.a), "b": side(&difference.b), "change": change,
    })
}
