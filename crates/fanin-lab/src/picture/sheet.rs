//! The layout of the sheet.

use super::canvas::{Canvas, Letters, Stroke};
use super::font::{Weight, shorten, wrap};
use super::geometry::Frame;
use super::number::{index, real};
use super::style::{INK, MARGIN, RULE, SOFT, WIDTH, color, size};
use super::wording::{TITLE, counted, subtitle};
use super::{activation_panel, control_panel, loss_panel, path_panel, summary_panel};
use crate::record::{ActivationHistogram, LaneRecord, RunRecord};

/// The width between the margins.
const INNER: f64 = WIDTH - 2.0 * MARGIN;
/// The width of a row's text.
const SUMMARY: f64 = 318.0;
/// The space between the columns of a row.
const GUTTER: f64 = 30.0;
/// The space between the panels of a column.
const GAP: f64 = 10.0;
/// The height of a row, with white space.
const ROW: f64 = 196.0;
/// The height of a row's panels.
const PANELS: f64 = 168.0;
/// The height of a row with text only.
const TEXT_ROW: f64 = 176.0;
/// The largest number of layers shown: the first, the last and some between.
const LAYERS: usize = 6;

/// The maximum number of lines on data and versions, and their spacing.
const NOTES: usize = 3;
const NOTE_LINE: f64 = 15.0;

/// The vertical positions of the parts of the sheet.
pub(super) struct Sheet<'a> {
    run: &'a RunRecord,
    losses: Frame,
    rows: f64,
    row: f64,
    control: f64,
    footer: f64,
    notes: Vec<String>,
}

impl<'a> Sheet<'a> {
    pub(super) fn of(run: &'a RunRecord) -> Self {
        let losses = Frame { left: MARGIN, top: 182.0, width: INNER, height: loss_panel::height(run) };
        let hidden = layers(run) > 0;
        let row = if hidden { ROW } else { TEXT_ROW };
        let rows = losses.bottom() + if hidden { 152.0 } else { 50.0 };
        let control = rows + row * real(run.arguments.initializers.len());
        let footer = control + control_panel::height(run);
        Self { run, losses, rows, row, control, footer, notes: notes(run) }
    }

    pub(super) fn height(&self) -> f64 {
        (self.footer + NOTE_LINE * real(self.notes.len()) + MARGIN).ceil()
    }

    pub(super) fn draw(&self, canvas: &mut Canvas) {
        self.title(canvas);
        loss_panel::draw(canvas, self.losses, self.run);
        let columns = Columns::of(layers(self.run));
        if layers(self.run) > 0 {
            self.heads(canvas, columns);
        }
        for (index, name) in self.run.arguments.initializers.iter().enumerate() {
            let top = self.rows + self.row * real(index);
            // The names of the layers go between the first rule and its row.
            rule(canvas, if index == 0 && layers(self.run) > 0 { top - 27.0 } else { top - 14.0 });
            let lanes = self.run.lanes_of(index);
            let summary = Frame { left: MARGIN, top, width: SUMMARY, height: self.row - 28.0 };
            summary_panel::draw(canvas, summary, name, index, lanes);
            self.panels(canvas, columns, top, index, lanes);
        }
        control_panel::draw(canvas, Frame { left: MARGIN, top: self.control, width: INNER, height: 0.0 }, self.run);
        self.foot(canvas);
    }

    fn title(&self, canvas: &mut Canvas) {
        canvas.text(TITLE, (MARGIN, 66.0), Letters::bold(size::TITLE, INK));
        let what = shorten(&subtitle(self.run), INNER, size::SUBTITLE, Weight::Regular);
        canvas.text(&what, (MARGIN, 94.0), Letters::regular(size::SUBTITLE, SOFT));
        let seeds = match self.run.arguments.seeds.len() {
            0 | 1 => String::new(),
            several => format!(" Line: median of {}; band: minimum to maximum.", counted(several, "seed")),
        };
        let how = format!(
            "Lower is better.{seeds} Each line ends at the final loss over all training samples, printed beside it."
        );
        head(canvas, MARGIN, 142.0, "Training loss", &[how]);
    }

    fn heads(&self, canvas: &mut Canvas, columns: Columns) {
        let top = self.losses.bottom() + 44.0;
        let mut column = |(left, width): (f64, f64), title: &str, text: &str| {
            head(canvas, left, top, title, &wrap(text, width, size::TEXT, Weight::Regular));
        };
        let outcome = match self.run.arguments.seeds.len() {
            0 | 1 => "After the last step.",
            _ => "After the last step. Large: median over the seeds; small: minimum to maximum.",
        };
        column((MARGIN, SUMMARY), "Outcome of each start", outcome);
        let paths = self.run.lanes.iter().find_map(|lane| lane.paths.as_ref());
        let title = format!("Neuron trajectories, layer {}", paths.map_or(0, |paths| paths.layer) + 1);
        let how = "Each line is a neuron's trajectory in weight space, from\u{a0}○ to\u{a0}●. \
                   Equal neurons share a line: ×2\u{a0}means\u{a0}two.";
        column(columns.paths, &title, how);
        let how = "Outline: before training; filled: after. One spike: the same output for every sample. \
                   Heights are square roots of the counts.";
        column(columns.activations, "Activations by layer", how);
        let shown = self.run.lanes.first().map_or_else(Vec::new, |lane| shown(&lane.activations));
        for (frame, histogram) in columns.layers(self.rows - 8.0, shown.len()).zip(shown) {
            let letters = Letters::bold(size::NOTE, SOFT);
            canvas.text(&format!("layer {}", histogram.layer + 1), (frame.left, frame.top), letters);
        }
    }

    fn panels(&self, canvas: &mut Canvas, columns: Columns, top: f64, index: usize, lanes: &[LaneRecord]) {
        let Some(first) = lanes.first() else { return };
        if let Some(paths) = &first.paths {
            let (left, width) = columns.paths;
            path_panel::draw(canvas, Frame { left, top, width, height: PANELS }, paths, color(index));
        }
        let shown = shown(&first.activations);
        for (frame, histogram) in columns.layers(top, shown.len()).zip(shown) {
            let activation = self.run.arguments.activations.get(histogram.layer).map_or("", String::as_str);
            let end = first.observations.last().and_then(|end| end.layers.get(histogram.layer));
            let moments = end.and_then(|layer| layer.activation_mean.zip(layer.activation_std));
            activation_panel::draw(canvas, frame, histogram, activation, moments, color(index));
        }
    }

    fn foot(&self, canvas: &mut Canvas) {
        for (line, text) in self.notes.iter().enumerate() {
            let baseline = self.footer + 20.0 + NOTE_LINE * real(line);
            canvas.text(text, (MARGIN, baseline), Letters::regular(size::NOTE, SOFT));
        }
    }
}

/// Returns the lines on data and versions.
fn notes(run: &RunRecord) -> Vec<String> {
    let versions: Vec<String> = run.versions.iter().map(|(name, version)| format!("{name} {version}")).collect();
    let text = format!(
        "Data: {}, {}, {}. Trajectories and activations: seed {}. Made with {}.",
        run.data.name,
        run.data.source,
        run.data.license,
        run.arguments.seeds.first().map_or_else(|| "–".to_owned(), ToString::to_string),
        versions.join(", "),
    );
    let mut lines = wrap(&text, INNER, size::NOTE, Weight::Regular);
    lines.truncate(NOTES);
    lines
}

/// Left ends and widths of the columns next to a row's text.
#[derive(Clone, Copy)]
struct Columns {
    paths: (f64, f64),
    activations: (f64, f64),
}

impl Columns {
    /// Returns the panels of `count` layers, side by side.
    fn layers(self, top: f64, count: usize) -> impl Iterator<Item = Frame> {
        let (left, width) = self.activations;
        let each = (width - GAP * real(count.saturating_sub(1))) / real(count.max(1));
        (0..count).map(move |place| Frame { left: left + (each + GAP) * real(place), top, width: each, height: PANELS })
    }

    /// Fewer layers leave more room for the trajectories.
    fn of(layers: usize) -> Self {
        let left = MARGIN + SUMMARY + GUTTER;
        let room = WIDTH - MARGIN - left;
        let activations = match layers.min(LAYERS) {
            0 | 1 => 330.0,
            2 => 400.0,
            _ => 480.0,
        };
        let paths = room - GUTTER - activations;
        Self { paths: (left, paths), activations: (left + paths + GUTTER, activations) }
    }
}

/// Returns the number of hidden layers with recorded activations.
fn layers(run: &RunRecord) -> usize {
    run.lanes.first().map_or(0, |lane| lane.activations.len())
}

/// Returns at most [`LAYERS`] layers: the first, the last and some between.
fn shown(activations: &[ActivationHistogram]) -> Vec<&ActivationHistogram> {
    if activations.len() <= LAYERS {
        return activations.iter().collect();
    }
    let place = |rank: usize| index(real(rank) / real(LAYERS - 1), activations.len());
    (0..LAYERS).filter_map(|rank| activations.get(place(rank))).collect()
}

fn head(canvas: &mut Canvas, left: f64, baseline: f64, title: &str, lines: &[String]) {
    canvas.text(title, (left, baseline), Letters::bold(size::HEAD, INK));
    for (line, text) in lines.iter().enumerate() {
        canvas.text(text, (left, baseline + 21.0 + 17.0 * real(line)), Letters::regular(size::TEXT, SOFT));
    }
}

fn rule(canvas: &mut Canvas, y: f64) {
    canvas.line(&[(MARGIN, y), (WIDTH - MARGIN, y)], Stroke { color: RULE, width: 1.0, opacity: 1.0 });
}
