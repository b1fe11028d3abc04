//! Histograms of one hidden layer's activations: outlined at the start, filled at the end.

use super::canvas::{Anchor, Canvas, Letters, Stroke};
use super::font::width;
use super::geometry::{Frame, Point};
use super::number::{index, real, real64, short};
use super::style::{Color, INK, PANEL, RULE, SOFT, size};
use crate::record::{ActivationHistogram, Histogram};

/// Bars per panel; odd, so that a 0 in the middle of the axis has its own bar.
const BARS: usize = 51;
/// Space below the panel for axis labels.
const AXIS: f64 = 18.0;
/// A standard deviation below this fraction of the axis is also printed as text.
const NARROW: f64 = 0.015;

/// The range of an activation that is bounded on both sides. All its panels show the full range, so they can be
/// compared.
fn bounds(activation: &str) -> Option<(f64, f64)> {
    match activation {
        "tanh" => Some((-1.0, 1.0)),
        "sigmoid" => Some((0.0, 1.0)),
        _ => None,
    }
}

/// Draws the panel; `moments` are the mean and the standard deviation at the end.
pub(super) fn draw(
    canvas: &mut Canvas,
    frame: Frame,
    histogram: &ActivationHistogram,
    activation: &str,
    moments: Option<(f64, f64)>,
    color: Color,
) {
    let panel = Frame { height: frame.height - AXIS, ..frame };
    let plot =
        Frame { left: panel.left + 5.0, top: panel.top + 8.0, width: panel.width - 10.0, height: panel.height - 8.0 };
    canvas.rect(panel, PANEL);
    let (low, high) = bounds(activation).unwrap_or((histogram.start.low, histogram.start.high));
    let (low, high) = if low < high { (low, high) } else { (low - 1.0, low + 1.0) };
    let (start, end) = (Bars::of(&histogram.start, low, high), Bars::of(&histogram.end, low, high));

    canvas.surface(&end.outline(plot), color, 0.55);
    canvas.line(&end.outline(plot), Stroke { color, width: 1.2, opacity: 1.0 });
    canvas.line(&start.outline(plot), Stroke { color: INK, width: 1.3, opacity: 0.85 });
    let ground = [(panel.left, panel.bottom()), (panel.right(), panel.bottom())];
    canvas.line(&ground, Stroke { color: RULE, width: 1.0, opacity: 1.0 });
    axis(canvas, plot, low, high);
    if let Some(words) = narrow(moments, low, high) {
        let note = Letters::regular(size::NOTE, SOFT);
        let peak = end.peak();
        let (x, anchor) = if peak > 0.5 { (plot.left + 2.0, Anchor::Start) } else { (plot.right() - 2.0, Anchor::End) };
        for (line, text) in words.iter().enumerate() {
            canvas.text(text, (x, plot.top + 12.0 + 14.0 * real(line)), note.anchored(anchor));
        }
    }
}

/// Labels both ends of the axis, and 0 if it is well inside.
fn axis(canvas: &mut Canvas, plot: Frame, low: f64, high: f64) {
    let mut note = Letters::regular(size::NOTE, SOFT);
    let (left, right) = (short(low), short(high));
    let widths = |size: f64| [&left, &right].map(|text| width(text, size, note.weight));
    let room = plot.width - 6.0;
    note.size *= (room / widths(note.size).iter().sum::<f64>()).clamp(0.7, 1.0);
    let [left_width, right_width] = widths(note.size);
    let y = plot.bottom() + 14.0;
    canvas.text(&right, (plot.right(), y), note.anchored(Anchor::End));
    if left_width + right_width <= room {
        canvas.text(&left, (plot.left, y), note);
    }
    let zero = -low / (high - low) * plot.width;
    let clear = left_width + 10.0..plot.width - right_width - 10.0;
    if clear.contains(&zero) {
        canvas.text("0", (plot.left + zero, y), note.anchored(Anchor::Middle));
    }
}

/// Describes the location and spread of the values in words if the axis cannot resolve them.
fn narrow(moments: Option<(f64, f64)>, low: f64, high: f64) -> Option<Vec<String>> {
    let (mean, std) = moments?;
    if std == 0.0 {
        return Some(vec![format!("all {}", short(mean))]);
    }
    let middle = if mean.abs() <= std { 0.0 } else { mean };
    (std < NARROW * (high - low)).then(|| vec![format!("near {}", short(middle)), format!("std {}", short(std))])
}

/// Bars of equal width over an axis, scaled so that the highest is 1. Heights are square roots: next to a spike, plain
/// counts would be invisible, and ReLU almost always has a spike at 0.
struct Bars {
    heights: Vec<f64>,
}

impl Bars {
    /// Rebins a histogram to another axis: counts are shared among bars by overlap.
    fn of(histogram: &Histogram, low: f64, high: f64) -> Self {
        let mut heights = vec![0.0; BARS];
        let bins = real(histogram.counts.len());
        let place = |bin: f64| {
            (histogram.low + (histogram.high - histogram.low) * bin / bins - low) / (high - low) * real(BARS)
        };
        for (bin, count) in histogram.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let (from, to) = (place(real(bin)), place(real(bin) + 1.0));
            let total = real64(*count);
            // Not `to <= from`: the ends may be NaN.
            let wide = to > from;
            if !wide {
                if let Some(height) = heights.get_mut(index(from / real(BARS), BARS)) {
                    *height += total;
                }
                continue;
            }
            for (bar, height) in heights.iter_mut().enumerate() {
                let shared = to.min(real(bar) + 1.0) - from.max(real(bar));
                *height += total * shared.max(0.0) / (to - from);
            }
        }
        let highest = heights.iter().copied().fold(0.0, f64::max);
        if highest > 0.0 {
            for height in &mut heights {
                *height = (*height / highest).sqrt();
            }
        }
        Self { heights }
    }

    /// Returns the position of the highest bar, 0 to 1.
    fn peak(&self) -> f64 {
        let highest = self.heights.iter().enumerate().max_by(|one, other| one.1.total_cmp(other.1));
        highest.map_or(0.0, |(bar, _)| (real(bar) + 0.5) / real(BARS))
    }

    /// Returns the tops of the bars as one line that starts and ends at the baseline.
    fn outline(&self, plot: Frame) -> Vec<Point> {
        let step = plot.width / real(BARS);
        let mut points = vec![(plot.left, plot.bottom())];
        for (bar, height) in self.heights.iter().enumerate() {
            let (left, y) = (plot.left + real(bar) * step, plot.bottom() - height * plot.height);
            points.extend([(left, y), (left + step, y)]);
        }
        points.push((plot.right(), plot.bottom()));
        points
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(low: f64, high: f64, counts: &[u64]) -> Histogram {
        Histogram { low, high, counts: counts.to_vec() }
    }

    #[test]
    fn a_spike_is_one_full_bar_where_its_value_is() {
        // A single bin, much narrower than a bar, contains all values at 0.
        let bars = Bars::of(&histogram(-1e-9, 1e-9, &[0, 7, 0]), -1.0, 1.0);
        assert_eq!(bars.heights.iter().filter(|height| **height > 0.0).count(), 1);
        assert!((bars.peak() - 0.5).abs() < 1e-9 && (bars.heights[BARS / 2] - 1.0).abs() < 1e-12);
    }

    #[test]
    fn even_counts_stay_even_on_another_axis() {
        let bars = Bars::of(&histogram(-1.0, 1.0, &[10; 48]), -1.0, 1.0);
        assert!(bars.heights.iter().all(|height| (height - 1.0).abs() < 1e-9), "{:?}", bars.heights);
    }

    #[test]
    fn heights_are_roots_of_counts() {
        // Bins of three bars each.
        let mut counts = [0; BARS / 3];
        (counts[2], counts[9]) = (1, 16);
        let bars = Bars::of(&histogram(0.0, 1.0, &counts), 0.0, 1.0);
        assert!((bars.heights[3 * 2 + 1] - 0.25).abs() < 1e-9 && (bars.heights[3 * 9 + 1] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn narrow_ranges_are_described_in_words() {
        assert_eq!(narrow(Some((0.5, 0.0)), -1.0, 1.0), Some(vec!["all 0.5".to_owned()]));
        assert_eq!(narrow(Some((1e-7, 2e-5)), -1.0, 1.0), Some(vec!["near 0".to_owned(), "std 2e-5".to_owned()]));
        assert_eq!(narrow(Some((0.1, 0.4)), -1.0, 1.0), None);
        assert_eq!(narrow(None, -1.0, 1.0), None);
    }
}
