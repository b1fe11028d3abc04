//! The result table: one row per initializer, each number with its spread over the seeds.

use comfy_table::Color;
use fanin_lab::record::{LaneRecord, RunRecord, Spread};

use super::sparkline::sparkline;
use crate::prose;
use crate::table::{Column, Table};

/// The length of a loss sparkline in characters.
const CURVE: usize = 12;

const COLUMNS: [Column; 7] = [
    Column::whole("initializer"),
    Column::whole("loss"),
    Column::whole("final loss"),
    Column::whole("accuracy %"),
    Column::whole("distinct neurons"),
    Column::whole("saturated %"),
    Column::text("verdict").colored(color),
];

/// Formats the result of a comparison in lines of at most `width` columns.
pub(super) fn table(run: &RunRecord, width: Option<usize>) -> String {
    let losses = run.lanes.iter().chain(&run.control).flat_map(|lane| lane.losses.iter().copied());
    let scale = Spread::of(losses).map_or((0.0, 1.0), |spread| (spread.low, spread.high.min(3.0 * first_loss(run))));
    let (mut starts, mut control) = (Table::new(&COLUMNS), Table::new(&COLUMNS));
    for (at, label) in run.arguments.initializers.iter().enumerate() {
        starts.row(row(label, run.lanes_of(at), scale));
    }
    for (at, label) in run.arguments.control.iter().enumerate() {
        control.row(row(label, run.control_of(at), scale));
    }
    let title = if control.is_empty() {
        ""
    } else {
        "\ncontrol: logistic regression on the same data (no symmetry to break, so it may start at zero)\n"
    };
    starts.fitted(width) + &prose::fitted(title, width) + &control.fitted(width)
}

/// Returns the loss of an untrained network, which sets the scale of the curves.
fn first_loss(run: &RunRecord) -> f64 {
    let first = run.lanes.iter().chain(&run.control).map(|lane| lane.losses.first().copied().flatten());
    Spread::of(first).map_or(1.0, |spread| spread.low)
}

fn row(label: &str, lanes: &[LaneRecord], (low, high): (f64, f64)) -> [String; 7] {
    let spread = |number: fn(&LaneRecord) -> Option<f64>, unit: f64, digits: usize, none: &str| {
        let spread = Spread::of(lanes.iter().map(number));
        spread.map_or(none.to_owned(), |spread| spread_text(spread, unit, digits))
    };
    [
        label.to_owned(),
        sparkline(&median_curve(lanes), CURVE, low, high),
        spread(|lane| lane.final_loss, 1.0, 3, "not finite"),
        spread(|lane| lane.accuracy, 100.0, 1, ""),
        distinct_text(lanes),
        spread(|lane| lane.saturated, 100.0, 0, ""),
        verdict_text(lanes),
    ]
}

/// Formats a spread as `2.303`, or as `2.303 (2.301-2.310)` if seeds differ: median, minimum and maximum.
fn spread_text(spread: Spread, unit: f64, digits: usize) -> String {
    let number = |value: f64| {
        let value = value * unit;
        let plain = value == 0.0 || (1e-3..1e5).contains(&value.abs());
        if plain { format!("{value:.digits$}") } else { format!("{value:.2e}") }
    };
    let (low, median, high) = (number(spread.low), number(spread.median), number(spread.high));
    if low == high { median } else { format!("{median} ({low}-{high})") }
}

/// Returns the median over the seeds at each point.
fn median_curve(lanes: &[LaneRecord]) -> Vec<Option<f64>> {
    let points = lanes.iter().map(|lane| lane.losses.len()).max().unwrap_or(0);
    let point = |at: usize| Spread::of(lanes.iter().map(|lane| lane.losses.get(at).copied().flatten()));
    (0..points).map(|at| point(at).map(|spread| spread.median)).collect()
}

/// Formats distinct neurons as `1 30-32 of 32`: one range over the seeds per hidden layer, and the width once if all
/// layers share it.
fn distinct_text(lanes: &[LaneRecord]) -> String {
    let Some(first) = lanes.first().filter(|lane| !lane.hidden_neurons.is_empty()) else { return String::new() };
    let layer = |at: usize| {
        let counts = || lanes.iter().filter_map(|lane| lane.distinct_neurons.get(at).copied());
        match (counts().min(), counts().max()) {
            (Some(low), Some(high)) if low != high => format!("{low}-{high}"),
            (Some(low), _) => low.to_string(),
            _ => "-".to_owned(),
        }
    };
    let counts: Vec<String> = (0..first.hidden_neurons.len()).map(layer).collect();
    let mut widths: Vec<String> = first.hidden_neurons.iter().map(ToString::to_string).collect();
    widths.dedup();
    format!("{} of {}", counts.join(" "), widths.join(" "))
}

/// Formats verdicts as `learning`, or as `learning 4, plateau 1` if seeds differ.
fn verdict_text(lanes: &[LaneRecord]) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for lane in lanes {
        match counts.iter_mut().find(|(verdict, _)| *verdict == lane.verdict) {
            Some((_, count)) => *count += 1,
            None => counts.push((&lane.verdict, 1)),
        }
    }
    match &counts[..] {
        [(verdict, _)] => (*verdict).to_owned(),
        many => many.iter().map(|(verdict, count)| format!("{verdict} {count}")).collect::<Vec<_>>().join(", "),
    }
}

fn color(verdict: &str) -> Color {
    match verdict {
        "learning" => Color::Green,
        "plateau" | "saturated" => Color::Yellow,
        _ => Color::Red,
    }
}
