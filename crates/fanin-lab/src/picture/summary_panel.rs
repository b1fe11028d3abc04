//! The outcome of one initializer, in words and numbers.

use super::canvas::{Anchor, Canvas, Letters};
use super::font::{Weight, shorten, width, wrap};
use super::geometry::Frame;
use super::number::real;
use super::style::{INK, PAPER, SOFT, color, size, text_color};
use super::wording::{accuracy, counted, distinct, final_loss, sentence, verdict};
use crate::record::LaneRecord;

/// Draws the panel.
pub(super) fn draw(canvas: &mut Canvas, frame: Frame, name: &str, index: usize, lanes: &[LaneRecord]) {
    canvas.rect(Frame { width: 5.0, ..frame }, color(index));
    let inner = Frame { left: frame.left + 20.0, width: frame.width - 20.0, ..frame };
    let mut letters = Letters::bold(size::NAME, text_color(index));
    letters.size *= (0.99 * inner.width / width(name, letters.size, letters.weight)).clamp(0.75, 1.0);
    canvas.text(&shorten(name, inner.width, letters.size, letters.weight), (inner.left, inner.top + 17.0), letters);

    let (verdict, agreeing) = verdict(lanes);
    let mut right = badge(canvas, (inner.left, inner.top + 29.0), &verdict, index);
    if agreeing < lanes.len() {
        right += 10.0;
        let note = format!("{agreeing} of {}", counted(lanes.len(), "seed"));
        canvas.text(&note, (right, inner.top + 43.5), Letters::regular(size::NOTE, SOFT));
    }
    let hidden = lanes.iter().any(|lane| !lane.hidden_neurons.is_empty());
    for (line, text) in
        wrap(sentence(&verdict, hidden), inner.width, size::TEXT, Weight::Regular).iter().take(2).enumerate()
    {
        let baseline = inner.top + 70.0 + 17.0 * real(line);
        canvas.text(text, (inner.left, baseline), Letters::regular(size::TEXT, SOFT));
    }
    figures(canvas, Frame { top: inner.top + 104.0, ..inner }, lanes);
}

/// Draws the verdict on the initializer's color; returns its right edge.
fn badge(canvas: &mut Canvas, (left, top): (f64, f64), verdict: &str, index: usize) -> f64 {
    let letters = Letters::bold(size::TEXT, PAPER).anchored(Anchor::Middle);
    let wide = width(verdict, size::TEXT, Weight::Bold) + 20.0;
    canvas.pill(Frame { left, top, width: wide, height: 21.0 }, text_color(index));
    canvas.text(verdict, (left + wide / 2.0, top + 15.3), letters);
    left + wide
}

/// Draws final loss, accuracy and distinct neurons, each with its range over the seeds.
fn figures(canvas: &mut Canvas, frame: Frame, lanes: &[LaneRecord]) {
    let ((loss, losses), (right, rights), neurons) = (final_loss(lanes), accuracy(lanes), distinct(lanes));
    let mut columns = vec![(loss, "final loss", losses), (right, "held-out accuracy", rights)];
    if !neurons.is_empty() {
        columns.push((neurons, "distinct neurons", None));
    }
    let shares = [0.25, 0.37, 0.38];
    let mut left = frame.left;
    for ((figure, caption, range), share) in columns.into_iter().zip(shares) {
        let room = share * frame.width - 8.0;
        let mut letters = Letters::bold(size::FIGURE, INK);
        letters.size *= (0.99 * room / width(&figure, letters.size, letters.weight)).clamp(0.55, 1.0);
        canvas.text(&shorten(&figure, room, letters.size, letters.weight), (left, frame.top + 17.0), letters);
        let note = Letters::regular(size::NOTE, SOFT);
        canvas.text(caption, (left, frame.top + 34.0), note);
        if let Some(range) = range {
            let mut note = note;
            note.size *= (0.99 * room / width(&range, note.size, note.weight)).clamp(0.7, 1.0);
            canvas.text(&shorten(&range, room, note.size, note.weight), (left, frame.top + 49.0), note);
        }
        left += share * frame.width;
    }
}
