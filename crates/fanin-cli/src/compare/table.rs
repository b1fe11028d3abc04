//! The table of a comparison: a row an initializer, each number with its spread over the seeds.

use std::io::IsTerminal;

use comfy_table::{Attribute, Cell, Color, ContentArrangement, LineStyle, Table, presets};
use fanin_lab::record::{LaneRecord, RunRecord, Spread};

use super::sparkline::sparkline;

/// Characters of a loss sparkline.
const CURVE: usize = 12;

/// What the columns are called.
const HEADER: [&str; 7] =
    ["initializer", "loss", "final loss", "accuracy %", "distinct neurons", "saturated %", "verdict"];

/// One row, in words, a cell a column.
type Row = [String; 7];

/// The result of a comparison, for a terminal of `width` characters, or for a pipe, where no line is too long.
pub(super) fn table(run: &RunRecord, width: Option<usize>) -> String {
    let losses = run.lanes.iter().chain(&run.control).flat_map(|lane| lane.losses.iter().copied());
    let scale = Spread::of(losses).map_or((0.0, 1.0), |spread| (spread.low, spread.high.min(3.0 * first_loss(run))));
    let row = |(label, lanes): (&String, _)| row(label, lanes, scale);
    let starts = run.arguments.initializers.iter().enumerate().map(|(at, label)| (label, run.lanes_of(at)));
    let control = run.arguments.control.iter().enumerate().map(|(at, label)| (label, run.control_of(at)));
    let (starts, control): (Vec<Row>, Vec<Row>) = (starts.map(row).collect(), control.map(row).collect());
    let title = if control.is_empty() {
        ""
    } else {
        "\ncontrol: logistic regression on the same data; it has no symmetry to break, and may start at zero\n"
    };
    let wide = format!("{}{title}{}", laid_out(&starts), laid_out(&control));
    match width {
        Some(width) if wide.lines().any(|line| printed_width(line) > width) => {
            format!("{}{title}{}", stacked(&starts, width), stacked(&control, width))
        }
        _ => wide,
    }
}

/// The loss before the first step of a network that knows nothing: the scale of the curves.
fn first_loss(run: &RunRecord) -> f64 {
    let first = run.lanes.iter().chain(&run.control).map(|lane| lane.losses.first().copied().flatten());
    Spread::of(first).map_or(1.0, |spread| spread.low)
}

fn row(label: &str, lanes: &[LaneRecord], (low, high): (f64, f64)) -> Row {
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

/// `2.303`, or `2.303 (2.301-2.310)` where seeds differ: the median, the least and the greatest.
fn spread_text(spread: Spread, unit: f64, digits: usize) -> String {
    let number = |value: f64| {
        let value = value * unit;
        let plain = value == 0.0 || (1e-3..1e5).contains(&value.abs());
        if plain { format!("{value:.digits$}") } else { format!("{value:.2e}") }
    };
    let (low, median, high) = (number(spread.low), number(spread.median), number(spread.high));
    if low == high { median } else { format!("{median} ({low}-{high})") }
}

/// The median over the seeds, point by point.
fn median_curve(lanes: &[LaneRecord]) -> Vec<Option<f64>> {
    let points = lanes.iter().map(|lane| lane.losses.len()).max().unwrap_or(0);
    let point = |at: usize| Spread::of(lanes.iter().map(|lane| lane.losses.get(at).copied().flatten()));
    (0..points).map(|at| point(at).map(|spread| spread.median)).collect()
}

/// `1 30-32 of 32`: per hidden layer, over the seeds; one width where all layers have it.
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

/// `learning`, or `learning 4, plateau 1` where seeds differ.
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

/// The columns that say something: one that is empty in every row is left out.
fn columns(rows: &[Row]) -> Vec<usize> {
    (0..HEADER.len()).filter(|column| rows.iter().any(|row| !row[*column].is_empty())).collect()
}

fn laid_out(rows: &[Row]) -> String {
    let columns = columns(rows);
    if columns.is_empty() {
        return String::new();
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING.header_separator(LineStyle::none().fill('─').junction('─')));
    table.set_content_arrangement(ContentArrangement::Disabled);
    if colors() {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table.set_header(columns.iter().map(|column| Cell::new(HEADER[*column]).add_attribute(Attribute::Bold)));
    for row in rows {
        table.add_row(columns.iter().map(|column| cell(*column, &row[*column])));
    }
    table.lines().flat_map(|line| [line.trim_end().to_owned(), "\n".to_owned()]).collect()
}

fn cell(column: usize, text: &str) -> Cell {
    let cell = Cell::new(text);
    if HEADER[column] == "verdict" { cell.fg(color(text)) } else { cell }
}

/// One block an initializer, for terminals that a table does not fit into.
fn stacked(rows: &[Row], width: usize) -> String {
    let label = HEADER.iter().map(|title| title.len()).max().unwrap_or(0);
    let columns = columns(rows);
    let block = |row: &Row| {
        let title = [String::from("─").repeat(width.min(2 * label)), row[0].clone()];
        let line = |column: &usize| format!("  {:<label$}  {}", HEADER[*column], row[*column]);
        let lines: Vec<String> = title.into_iter().chain(columns.iter().skip(1).map(line)).collect();
        lines.join("\n") + "\n"
    };
    rows.iter().map(block).collect()
}

fn color(verdict: &str) -> Color {
    match verdict {
        "learning" => Color::Green,
        "plateau" | "saturated" => Color::Yellow,
        _ => Color::Red,
    }
}

/// Colors only where a person looks and wants them.
fn colors() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    std::io::stdout().is_terminal() && !unwanted
}

/// The width of a line without the escapes of its colors.
fn printed_width(line: &str) -> usize {
    let mut inside = false;
    let shown = line.chars().filter(|c| {
        let escape = inside || *c == '\u{1b}';
        inside = escape && *c != 'm';
        !escape
    });
    shown.count()
}
