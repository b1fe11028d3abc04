//! `fanin diff`: compares two checkpoints.

use std::collections::BTreeMap;
use std::fmt::Write;

use fanin_audit::diff::{self, ALPHA, Change, Difference, Outcome, Renaming, TensorType};
use fanin_checkpoint::reading::Tensor;
use serde_json::{Value, json};

use crate::arguments::DiffArguments;
use crate::console::{self, Console};
use crate::failure::{Failure, UNMET};
use crate::number::{count, short};
use crate::report::Report;
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
    let report = report(arguments, console)?;
    console.show(&report, arguments.json)?;
    match report.0.iter().all(Difference::is_none) {
        true => Ok(()),
        false => Err(Failure::Shown { code: UNMET }),
    }
}

/// The differences of two checkpoints, tensor by tensor.
pub(crate) struct DiffReport(Vec<Difference>);

impl Report for DiffReport {
    fn text(&self, width: Option<usize>) -> String {
        text(&self.0, width)
    }

    fn json(&self) -> Result<String, Failure> {
        console::json_text(&document(&self.0))
    }
}

/// Compares the checkpoints.
pub(crate) fn report(arguments: &DiffArguments, console: Console) -> Result<DiffReport, Failure> {
    let (selection, layouts) = (Selection::new(&arguments.select)?, layouts::parse(&arguments.layout)?);
    let (a, b) = (checkpoint::open(&arguments.a)?, checkpoint::open(&arguments.b)?);
    selection.refuse_nothing(a.tensors().iter().chain(b.tensors()).map(Tensor::name))?;
    let bar = console.progress(a.tensors().len() as u64, "comparing {wide_bar} {pos}/{len} tensors");
    let wanted = |name: &str| selection.contains(name);
    let differences = diff::checkpoints(&a, &b, &layouts, wanted, |_| bar.inc(1));
    bar.finish_and_clear();
    Ok(DiffReport(differences.map_err(Failure::usage)?))
}

/// The maximum number of renamings listed one by one.
const RENAMINGS: usize = 20;

/// Lists the tensors whose values differ, and the renamings, and summarizes all of them.
fn text(differences: &[Difference], width: Option<usize>) -> String {
    let mut table = Table::new(&COLUMNS);
    for difference in differences.iter().filter(|difference| difference.outcome != Outcome::Equal) {
        table.row(row(difference));
    }
    table.fitted(width) + &prose::fitted(&(renamed(differences) + &summary(differences)), width)
}

/// One line for each consistent renaming.
fn renamed(differences: &[Difference]) -> String {
    let renamings = diff::renamings(differences);
    let mut text = if renamings.is_empty() { String::new() } else { "\n".to_owned() };
    for renaming in renamings.iter().take(RENAMINGS) {
        let Renaming { from, to, names } = renaming;
        let shown = Renaming { from: plain::name(from), to: plain::name(to), names: *names };
        let _ = writeln!(text, "renamed: {shown}");
    }
    if let Some(more) = renamings.len().checked_sub(RENAMINGS + 1) {
        let _ = writeln!(text, "renamed: {} more; --json lists them", count(more + 1, "part"));
    }
    text
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
            (Some(a), Some(b)) => format!("{} to {}, equal up to rounding", a.element, b.element),
            _ => "equal up to rounding".to_owned(),
        },
        Outcome::Reshaped => format!("reshaped, {} to {}", shape(difference.a.as_ref()), shape(difference.b.as_ref())),
        Outcome::Transposed { axes } if axes.len() == 2 => format!("transposed{}", types(difference)),
        Outcome::Transposed { axes } => format!("transposed, axes {}{}", listed(axes), types(difference)),
        Outcome::Resized { axis, kept } => {
            let (a, b) = (shape(difference.a.as_ref()), shape(difference.b.as_ref()));
            format!("resized, {a} to {b}; the first {kept} {} are equal{}", lines(*axis), types(difference))
        }
        Outcome::Fused { parts, axis, transposed, interleaved } => {
            format!("fused from {}{}", names(parts), along(*axis, *transposed, *interleaved))
        }
        Outcome::Split { parts, axis, transposed, interleaved } => {
            format!("split into {}{}", names(parts), along(*axis, *transposed, *interleaved))
        }
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

fn shape(side: Option<&TensorType>) -> String {
    side.map_or_else(String::new, |side| format!("{:?}", side.shape))
}

/// The element types, if they differ.
fn types(difference: &Difference) -> String {
    match (&difference.a, &difference.b) {
        (Some(a), Some(b)) if a.element != b.element => format!(", {} to {}", a.element, b.element),
        _ => String::new(),
    }
}

fn listed(numbers: &[usize]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn names(parts: &[String]) -> String {
    parts.iter().map(|part| plain::name(part)).collect::<Vec<_>>().join(", ")
}

/// The name of the slices along an axis.
fn lines(axis: usize) -> String {
    match axis {
        0 => "rows".to_owned(),
        1 => "columns".to_owned(),
        axis => format!("slices of axis {axis}"),
    }
}

fn along(axis: usize, transposed: bool, interleaved: bool) -> String {
    let along = if axis == 0 { String::new() } else { format!(", along axis {axis}") };
    let transposed = if transposed { ", transposed" } else { "" };
    let interleaved = if interleaved { ", interleaved" } else { "" };
    format!("{along}{transposed}{interleaved}")
}

fn summary(differences: &[Difference]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for difference in differences {
        let word = if difference.outcome == Outcome::Equal && difference.renamed.is_some() {
            "renamed"
        } else {
            word(&difference.outcome)
        };
        *counts.entry(word).or_default() += 1;
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
        Outcome::Reshaped => "reshaped",
        Outcome::Transposed { .. } => "transposed",
        Outcome::Resized { .. } => "resized",
        Outcome::Fused { .. } => "fused",
        Outcome::Split { .. } => "split",
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
    let equal = differences.iter().all(Difference::is_none);
    let renamed = |Renaming { from, to, names }: Renaming| json!({ "from": from, "to": to, "names": names });
    let renamed: Vec<Value> = diff::renamings(differences).into_iter().map(renamed).collect();
    let tensors: Vec<Value> = differences.iter().map(tensor).collect();
    json!({ "equal": equal, "alpha": ALPHA, "renamed": renamed, "tensors": tensors })
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
    let arrangement = match &difference.outcome {
        Outcome::Transposed { axes } => json!({ "axes": axes }),
        Outcome::Resized { axis, kept } => json!({ "axis": axis, "kept": kept }),
        Outcome::Fused { parts, axis, transposed, interleaved }
        | Outcome::Split { parts, axis, transposed, interleaved } => {
            json!({ "parts": parts, "axis": axis, "transposed": transposed, "interleaved": interleaved })
        }
        _ => Value::Null,
    };
    json!({
        "name": difference.name, "renamed_to": difference.renamed, "arrangement": arrangement, "outcome": word(&difference.outcome), "initializer": initializer,
        "a": side(&difference.a), "b": side(&difference.b), "change": change,
    })
}
