//! The control panel: logistic regression, which has no hidden neurons.

use super::canvas::{Canvas, Letters, Stroke};
use super::font::{Weight, shorten, width};
use super::geometry::Frame;
use super::number::real;
use super::style::{CONTROL, INK, RULE, SOFT, WIDTH, size};
use super::wording::{accuracy, final_loss, verdict};
use crate::record::RunRecord;

/// The line spacing.
const LINE: f64 = 22.0;

/// Returns the height of the panel; 0 without a control.
pub(super) fn height(run: &RunRecord) -> f64 {
    match run.arguments.control.len() {
        0 => 0.0,
        lines => 46.0 + LINE * real(lines),
    }
}

/// Draws the panel.
pub(super) fn draw(canvas: &mut Canvas, frame: Frame, run: &RunRecord) {
    if run.arguments.control.is_empty() {
        return;
    }
    let rule = frame.top - 14.0;
    canvas.line(&[(frame.left, rule), (WIDTH - frame.left, rule)], Stroke { color: RULE, width: 1.0, opacity: 1.0 });
    let title = "Control: logistic regression";
    canvas.text(title, (frame.left, frame.top + 14.0), Letters::bold(size::HEAD, INK));
    let after = frame.left + width(title, size::HEAD, Weight::Bold) + 14.0;
    let why = "same data, no hidden layer, so no neurons that could stay equal.";
    canvas.text(why, (after, frame.top + 14.0), Letters::regular(size::TEXT, SOFT));
    for (index, name) in run.arguments.control.iter().enumerate() {
        let lanes = run.control_of(index);
        let baseline = frame.top + 40.0 + LINE * real(index);
        let swatch = [(frame.left, baseline - 4.5), (frame.left + 26.0, baseline - 4.5)];
        canvas.dashed(&swatch, Stroke { color: CONTROL, width: 2.0, opacity: 1.0 });
        let text = shorten(&format!("from {name}"), 280.0, size::TEXT, Weight::Bold);
        canvas.text(&text, (frame.left + 36.0, baseline), Letters::bold(size::TEXT, INK));
        let outcome = format!(
            "{} · final loss {} · held-out accuracy {}",
            verdict(lanes).0,
            final_loss(lanes).0,
            accuracy(lanes).0
        );
        canvas.text(&outcome, (frame.left + 332.0, baseline), Letters::regular(size::TEXT, SOFT));
    }
}
