//! `fanin diff`: compares two checkpoints.

use std::collections::BTreeMap;
use std::fmt::Write;

use fanin_audit::diff::{self, ALPHA, Change, Difference, Outcome, TensorType};
use fanin_checkpoint::reading::Tensor;
use serde_json::{Value, json};

use crate::arguments::DiffArguments;
use crate::console::{self, Console};
use crate::failure::{Failure, UNMET};
use crate::number::{count, short};
use crate::select::Selection;
use crate::table::{Column, Table};
use crate::{checkpoint, layouts, plain, prose};

const COLUMNS: [Column; 6] = [
    Column::whole("tensor"),
    Column::text("change"),
    Column::whole("relative"),
    Column::whole("greatest"),
    Column::whole("cosine"),
    Column::whole("distribution"),
];

pub(crate) fn run(arguments: &DiffArguments, console: Console) -> Result<(), Failure> {
    let (selection, layouts) = (Selection::new(&arguments.select)?, layouts::parse(&arguments.layout)?);
    let (a, b) = (checkpoint::open(&arguments.a)?, checkpoint::open(&arguments.b)?);
    selection.refuse_nothing(a.tensors().iter().chain(b.tensors()).map(Tensor::name))?;
    let bar = console.progress(a.tensors().len() as u64, "comparing {wide_bar} {pos}/{len} tensors");
    let wanted = |name: &str| selection.contains(name);
    let differences = diff::checkpoints(&a, &b, &layouts, wanted, |_| bar.inc(1));
    bar.finish_and_clear();
    let differences = differences.map_err(Failure::usage)?;
    if arguments.json {
        console::print_json(&document(&differences))?;
    } else {
        console::print(&report(&differences, console.width()))?;
    }
    match differences.iter().all(|difference| difference.outcome == Outcome::Equal) {
        true => Ok(()),
        false => Err(Failure::Shown { code: UNMET }),
    }
}

/// Lists the tensors that differ and summarizes all of them.
fn report(differences: &[Difference], width: Option<usize>) -> String {
    let mut table = Table::new(&COLUMNS);
    for difference in differences.iter().filter(|difference| difference.outcome != Outcome::Equal) {
        table.row(row(difference));
    }
    table.fitted(width) + &prose::fitted(&summary(differences), width)
}

fn row(difference: &Difference) -> [String; 6] {
    let number = |number: fn(&Change) -> f64| {
        difference.change.as_ref().map_or_else(String::new, |change| short(number(change)))
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
        Some(false) => "different",
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
        Outcome::Replaced => "replaced: unrelated to the old values".to_owned(),
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

fn summary(differences: &[Difference]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for difference in differences {
        *counts.entry(word(&difference.outcome)).or_default() += 1;
    }
    let all: Vec<String> = counts.iter().map(|(word, count)| format!("{count} {}", word.replace('_', " "))).collect();
    let equal = counts.keys().all(|word| *word == "equal");
    let line = if equal { String::new() } else { "\n".to_owned() };
    let mut text = format!("{line}{}: {}\n", count(differences.len(), "tensor"), all.join(", "));
    if !equal {
        let _ = writeln!(
            text,
            "relative: |b - a| / |a|; greatest: the largest |b - a| of an element; distribution: tested at alpha {ALPHA} for all tensors"
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
