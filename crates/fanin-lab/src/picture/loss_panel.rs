//! The loss of every initializer by training step, with names at the line ends.

use super::canvas::{Anchor, Canvas, Letters, Stroke};
use super::curve::{Curve, SPACE};
use super::font::{Weight, shorten, width};
use super::geometry::{Frame, Point};
use super::labels::apart;
use super::number::real;
use super::scale::Scale;
use super::style::{Color, PANEL, RULE, SOFT, size};
use crate::record::RunRecord;

/// Space for the labels of the vertical axis.
const AXIS: f64 = 62.0;
/// The maximum space for names at the line ends.
const NAMES: f64 = 300.0;
/// The distance from a line's end to its name.
const LEADER: f64 = 32.0;
/// The line width.
const THIN: f64 = 2.0;
/// The maximum extra width of lines that coincide with others.
const RIBBON: f64 = 10.0;
/// Lines closer than this coincide.
const NEAR: f64 = 2.5;
/// The spacing of names.
const LINE: f64 = 19.0;
/// Space for the labels and the title of the horizontal axis.
const FOOT: f64 = 42.0;

/// Returns the height of the panel.
pub(super) fn height(run: &RunRecord) -> f64 {
    let names = run.arguments.initializers.len() + run.arguments.control.len();
    (LINE * real(names + 2)).max(330.0) + FOOT
}

/// Draws the panel.
pub(super) fn draw(canvas: &mut Canvas, frame: Frame, run: &RunRecord) {
    let curves = Curve::all(run);
    let plot = Plot::of(frame, run, &curves);
    canvas.rect(plot.frame, PANEL);
    plot.axes(canvas);
    for curve in &curves {
        let points = &curve.series.points;
        if points.iter().any(|point| !point.spread.is_point()) {
            let upper = points.iter().map(|point| plot.place(point.step, point.spread.high));
            let lower = points.iter().rev().map(|point| plot.place(point.step, point.spread.low));
            canvas.surface(&upper.chain(lower).collect::<Vec<_>>(), curve.color, 0.16);
        }
    }
    // A line under others is drawn wider, so that all coinciding lines remain visible.
    let near = NEAR / plot.frame.height;
    let covering = |index: usize, curve: &Curve| {
        let above = curves.iter().skip(index + 1).filter(|other| !other.control);
        real(above.filter(|other| other.covers(curve, plot.losses, near)).count())
    };
    let most = curves.iter().enumerate().map(|(index, curve)| covering(index, curve)).fold(0.0, f64::max);
    for (index, curve) in curves.iter().enumerate() {
        let line = plot.line(curve);
        if curve.control {
            canvas.dashed(&line, Stroke { color: curve.color, width: 1.8, opacity: 1.0 });
        } else {
            let width = THIN + covering(index, curve) * (RIBBON / most.max(1.0)).min(3.0);
            canvas.line(&line, Stroke { color: curve.color, width, opacity: 1.0 });
        }
    }
    for curve in curves.iter().filter(|curve| curve.series.diverged) {
        if let Some(end) = plot.line(curve).last() {
            cross(canvas, *end, curve.color);
        }
    }
    plot.names(canvas, &curves);
}

/// The plot area without names, and its axes.
struct Plot {
    frame: Frame,
    steps: Scale,
    losses: Scale,
}

impl Plot {
    fn of(frame: Frame, run: &RunRecord, curves: &[Curve]) -> Self {
        let names = curves.iter().map(|curve| LEADER + curve.width()).fold(0.0, f64::max).min(NAMES);
        let (left, width, height) = (frame.left + AXIS, frame.width - AXIS - names, frame.height - FOOT);
        Self {
            frame: Frame { left, width, height, ..frame },
            steps: Scale::linear(0.0, real(run.arguments.steps.max(1))),
            losses: Curve::scale(curves),
        }
    }

    fn place(&self, step: usize, loss: f64) -> Point {
        let across = self.steps.place(real(step)).clamp(0.0, 1.0);
        let up = self.losses.place(loss).clamp(0.0, 1.0);
        (self.frame.left + self.frame.width * across, self.frame.bottom() - self.frame.height * up)
    }

    /// Returns the line of medians. A diverging curve ends where it leaves the panel.
    fn line(&self, curve: &Curve) -> Vec<Point> {
        let points = &curve.series.points;
        let beyond = points.iter().position(|point| self.losses.place(point.spread.median) > 1.0);
        let shown = beyond.filter(|_| curve.series.diverged).map_or(points.len(), |first| first + 1);
        points.iter().take(shown).map(|point| self.place(point.step, point.spread.median)).collect()
    }

    fn axes(&self, canvas: &mut Canvas) {
        let plot = self.frame;
        let note = Letters::regular(size::NOTE, SOFT);
        let rule = Stroke { color: RULE, width: 1.0, opacity: 1.0 };
        for (value, text) in self.losses.marks(7) {
            let y = plot.bottom() - plot.height * self.losses.place(value);
            canvas.line(&[(plot.left, y), (plot.right(), y)], rule);
            canvas.text(&text, (plot.left - 8.0, y + 4.0), note.anchored(Anchor::End));
        }
        for (value, text) in self.steps.marks(8).into_iter().filter(|(value, _)| value.fract() == 0.0) {
            let x = plot.left + plot.width * self.steps.place(value);
            canvas.line(&[(x, plot.bottom()), (x, plot.bottom() + 5.0)], rule);
            canvas.text(&text, (x, plot.bottom() + 18.0), note.anchored(Anchor::Middle));
        }
        let middle = plot.left + plot.width / 2.0;
        canvas.text("training step", (middle, plot.bottom() + 36.0), note.anchored(Anchor::Middle));
        let name = if matches!(self.losses, Scale::Logarithmic { .. }) { "loss (logarithmic)" } else { "loss" };
        canvas.upwards(name, (plot.left - AXIS + 12.0, plot.top + plot.height / 2.0), note.anchored(Anchor::Middle));
    }

    /// Draws each curve's name and outcome, connected to its end.
    fn names(&self, canvas: &mut Canvas, curves: &[Curve]) {
        let plot = self.frame;
        let ends: Vec<Point> =
            curves.iter().map(|curve| self.line(curve).last().copied().unwrap_or((plot.left, plot.top))).collect();
        let wanted: Vec<f64> = ends.iter().map(|end| end.1).collect();
        let heights = apart(&wanted, LINE, plot.top + 6.0, plot.bottom() - 6.0);
        for ((curve, end), height) in curves.iter().zip(ends).zip(heights) {
            let (start, stop) = (plot.right() + 4.0, plot.right() + LEADER - 6.0);
            if !curve.series.diverged && !curve.series.points.is_empty() {
                let leader = [end, (start, end.1), (stop - 4.0, height), (stop, height)];
                canvas.line(&leader, Stroke { color: curve.color, width: 1.2, opacity: 1.0 });
            }
            let (letters, outcome) = (curve.letters(), curve.outcome());
            let left = plot.right() + LEADER;
            let room = NAMES - LEADER - SPACE - width(&outcome, size::TEXT, Weight::Regular);
            let name = shorten(&curve.name, room, size::TEXT, letters.weight);
            canvas.text(&name, (left, height + 4.5), letters);
            let after = left + width(&name, size::TEXT, letters.weight) + SPACE;
            canvas.text(&outcome, (after, height + 4.5), Letters::regular(size::TEXT, SOFT));
        }
    }
}

/// Marks where a curve becomes non-finite.
fn cross(canvas: &mut Canvas, (x, y): Point, color: Color) {
    let stroke = Stroke { color, width: 2.5, opacity: 1.0 };
    canvas.line(&[(x - 6.0, y - 6.0), (x + 6.0, y + 6.0)], stroke);
    canvas.line(&[(x - 6.0, y + 6.0), (x + 6.0, y - 6.0)], stroke);
}

#[cfg(test)]
mod tests {
    use super::super::made_up::{Story, run};
    use super::*;

    const FRAME: Frame = Frame { left: 0.0, top: 0.0, width: 1000.0, height: 400.0 };

    #[test]
    fn a_curve_that_diverges_ends_where_it_leaves_the_panel() {
        let run = run(&[2, 2, 1], 100, 1, &[("he_normal", Story::Learning), ("normal(std = 9)", Story::Diverged)]);
        let curves = Curve::all(&run);
        let plot = Plot::of(FRAME, &run, &curves);
        let line = plot.line(&curves[1]);
        // Points beyond the top share one position; one of them is drawn.
        assert!(line.len() > 2 && line.len() < curves[1].series.points.len());
        let at_the_top = line.iter().filter(|(_, y)| *y <= plot.frame.top).count();
        assert_eq!((at_the_top, line.last().map(|last| last.1)), (1, Some(plot.frame.top)));
        assert_eq!(plot.line(&curves[0]).len(), curves[0].series.points.len());
    }

    #[test]
    fn lines_on_one_another_are_found() {
        let starts =
            [("zeros", Story::Frozen), ("constant(value = 0.1)", Story::OneNeuron), ("he_normal", Story::Learning)];
        let run = run(&[2, 2, 1], 100, 1, &starts);
        let curves = Curve::all(&run);
        let near = NEAR / FRAME.height;
        assert!(curves[1].covers(&curves[0], Curve::scale(&curves), near));
        assert!(!curves[2].covers(&curves[0], Curve::scale(&curves), near));
    }
}
