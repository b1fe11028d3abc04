//! Neuron trajectories of a layer in weight space. Equal neurons share one line, labeled with their count.

use super::canvas::{Anchor, Canvas, Letters, Stroke};
use super::font::{Weight, shorten};
use super::geometry::{Frame, Point};
use super::number::{count, index, real, short};
use super::path_counts;
use super::scale::round_up;
use super::style::{Color, INK, PANEL, RULE, SOFT, size};
use super::wording::counted;
use crate::record::{NeuronPath, NeuronPaths};

/// The largest number of lines a reader can tell apart; beyond it, lines are sampled evenly.
const LINES: usize = 256;
/// Space below and on the left for the axis names.
const AXIS: f64 = 18.0;
/// Space at the top of the panel for the number of neurons.
const HEADING: f64 = 24.0;
/// Space at the bottom for the ruler.
const RULER: f64 = 18.0;

/// Draws the panel.
pub(super) fn draw(canvas: &mut Canvas, frame: Frame, paths: &NeuronPaths, color: Color) {
    let plot = Frame { left: frame.left + AXIS, width: frame.width - AXIS, height: frame.height - AXIS, ..frame };
    canvas.rect(plot, PANEL);
    let [across, up] = &paths.axes;
    let note = Letters::regular(size::NOTE, SOFT).anchored(Anchor::Middle);
    let below = (plot.left + plot.width / 2.0, plot.bottom() + 14.0);
    canvas.text(&shorten(across, plot.width, size::NOTE, Weight::Regular), below, note);
    let beside = (plot.left - 6.0, plot.top + plot.height / 2.0);
    canvas.upwards(&shorten(up, plot.height, size::NOTE, Weight::Regular), beside, note);

    let window = Window::around(
        paths,
        Frame { top: plot.top + HEADING + 8.0, height: plot.height - HEADING - RULER - 16.0, ..plot.inset(24.0) },
    );
    let drawn = picked(&paths.neurons);
    let ways: Vec<Vec<Point>> = drawn.iter().map(|path| window.way(path)).collect();
    for way in &ways {
        line(canvas, way, color, drawn.len());
    }
    for path in &drawn {
        ends(canvas, &window, path, color, drawn.len());
    }
    path_counts::draw(
        canvas,
        Frame { top: plot.top + HEADING, height: plot.height - HEADING - RULER, ..plot },
        &drawn,
        &ways,
    );
    heading(canvas, plot, paths, drawn.len());
    window.ruler(canvas, plot);
}

/// Samples at most [`LINES`] paths evenly.
fn picked(neurons: &[NeuronPath]) -> Vec<&NeuronPath> {
    if neurons.len() <= LINES {
        return neurons.iter().collect();
    }
    (0..LINES).filter_map(|place| neurons.get(index(real(place) / real(LINES), neurons.len()))).collect()
}

fn line(canvas: &mut Canvas, way: &[Point], color: Color, lines: usize) {
    let stroke = match lines {
        0..=4 => Stroke { color, width: 2.6, opacity: 1.0 },
        5..=64 => Stroke { color, width: 1.4, opacity: 0.6 },
        _ => Stroke { color, width: 1.0, opacity: 0.3 },
    };
    canvas.line(way, stroke);
}

/// Draws the ends: hollow at the start, filled at the end.
fn ends(canvas: &mut Canvas, window: &Window, path: &NeuronPath, color: Color, lines: usize) {
    let radius = match lines {
        0..=4 => 6.0,
        5..=64 => 3.2,
        _ => 1.8,
    };
    let start = path.points.first().and_then(|point| window.place(*point));
    let end = path.points.last().and_then(|point| window.place(*point));
    if let Some(end) = end {
        canvas.dot(end, radius, color);
    }
    // For a neuron that never moved, the end is visible inside the start.
    let hollow = Stroke { color, width: radius / 3.0, opacity: 1.0 };
    match (start, end) {
        (Some(start), Some(end)) if (start.0 - end.0).hypot(start.1 - end.1) < radius => {
            canvas.ring(end, 1.4 * radius, hollow);
            canvas.dot(end, 0.8 * radius, color);
        }
        (Some(start), _) => canvas.ring(start, radius, hollow),
        _ => {}
    }
}

/// `32 neurons on 1 path`
fn heading(canvas: &mut Canvas, plot: Frame, paths: &NeuronPaths, drawn: usize) {
    let neurons = paths.neurons.iter().map(|path| path.count).sum();
    let different = paths.neurons.len();
    let drawn = if drawn < different { format!(", {} drawn", count(drawn)) } else { String::new() };
    let text = format!("{} on {}{drawn}", counted(neurons, "neuron"), counted(different, "path"));
    canvas.text(&text, (plot.left + 9.0, plot.top + HEADING - 6.0), Letters::bold(size::NOTE, INK));
}

/// The region of the plane that the panel shows; both directions have the same scale.
struct Window {
    frame: Frame,
    /// The center of the paths, in units of `size`.
    center: [f64; 2],
    /// All coordinates are divided by this, so that sums of the largest numbers stay finite.
    size: f64,
    /// Pixels per unit of `size`; 0 if all paths are one point.
    pixels: f64,
}

impl Window {
    fn around(paths: &NeuronPaths, frame: Frame) -> Self {
        let points =
            || paths.neurons.iter().flat_map(|path| &path.points).filter(|[x, y]| x.is_finite() && y.is_finite());
        let size = points().flatten().fold(0.0, |size: f64, value| size.max(value.abs()));
        let size = if size > 0.0 { size } else { 1.0 };
        let range = |axis: usize| {
            let values = points().filter_map(|point| point.get(axis)).map(|value| value / size);
            let (low, high) =
                values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
            if low <= high { (low, high) } else { (0.0, 0.0) }
        };
        let ((left, right), (bottom, top)) = (range(0), range(1));
        let pixels = (frame.width / (right - left)).min(frame.height / (top - bottom));
        Self {
            frame,
            center: [left.midpoint(right), bottom.midpoint(top)],
            size,
            // Ignore a span that rounding alone can cause.
            pixels: if (right - left).max(top - bottom) > 1e-12 { pixels } else { 0.0 },
        }
    }

    fn place(&self, [x, y]: [f64; 2]) -> Option<Point> {
        let [middle_x, middle_y] = self.center;
        let place = (
            self.frame.left + self.frame.width / 2.0 + (x / self.size - middle_x) * self.pixels,
            self.frame.top + self.frame.height / 2.0 - (y / self.size - middle_y) * self.pixels,
        );
        (place.0.is_finite() && place.1.is_finite()).then_some(place)
    }

    /// Returns the positions of a path, leaving out points that are visually identical to the previous one.
    fn way(&self, path: &NeuronPath) -> Vec<Point> {
        let mut points: Vec<Point> = Vec::new();
        for point in path.points.iter().filter_map(|point| self.place(*point)) {
            if points.last().is_none_or(|last| (last.0 - point.0).hypot(last.1 - point.1) > 0.7) {
                points.push(point);
            }
        }
        points.extend(path.points.last().and_then(|point| self.place(*point)));
        points
    }

    /// Draws a scale bar of a round length, since the axes have no numbers.
    fn ruler(&self, canvas: &mut Canvas, plot: Frame) {
        let unit = self.pixels / self.size;
        let length = round_up(30.0 / unit);
        let pixels = length * unit;
        if !(length.is_normal() && (20.0..=100.0).contains(&pixels)) {
            return;
        }
        let (right, y) = (plot.right() - 10.0, plot.bottom() - 9.0);
        let stroke = Stroke { color: SOFT, width: 1.2, opacity: 1.0 };
        canvas.line(&[(right - pixels, y), (right, y)], stroke);
        for x in [right - pixels, right] {
            canvas.line(&[(x, y - 3.0), (x, y + 3.0)], stroke);
        }
        let note = Letters::regular(size::NOTE, SOFT).anchored(Anchor::End);
        canvas.text(&short(length), (right - pixels - 6.0, y + 4.0), note);
        canvas.line(&[(plot.left, plot.bottom()), (plot.right(), plot.bottom())], Stroke { color: RULE, ..stroke });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(points: &[[f64; 2]]) -> Window {
        let neurons = vec![NeuronPath { count: 1, points: points.to_vec() }];
        let paths = NeuronPaths { layer: 0, axes: [String::new(), String::new()], steps: Vec::new(), neurons };
        Window::around(&paths, Frame { left: 100.0, top: 50.0, width: 200.0, height: 100.0 })
    }

    #[test]
    fn both_directions_have_one_scale_and_the_paths_fill_the_frame() {
        for size in [1e-300, 1.0, 1e300] {
            let window = window(&[[0.0, 0.0], [size, size]]);
            // The frame is twice as wide as high, so the height limits a square.
            let near = |[x, y]: [f64; 2], place: Point| {
                let found = window.place([size * x, size * y]).unwrap();
                (found.0 - place.0).hypot(found.1 - place.1) < 1e-6
            };
            assert!(near([0.0, 0.0], (150.0, 150.0)) && near([1.0, 1.0], (250.0, 50.0)), "{size}");
        }
    }

    #[test]
    fn paths_that_stand_still_are_in_the_middle() {
        for point in [[0.0, 0.0], [1e300, -3.0]] {
            assert_eq!(window(&[point, point]).place(point), Some((200.0, 100.0)));
        }
        assert_eq!(window(&[[0.0, 1.0]]).place([f64::NAN, 0.0]), None);
    }

    #[test]
    fn too_many_paths_are_sampled_evenly() {
        let neurons: Vec<_> = (0..1000).map(|count| NeuronPath { count, points: Vec::new() }).collect();
        let picked = picked(&neurons);
        assert_eq!((picked.len(), picked[0].count), (LINES, 0));
        assert!(picked.windows(2).all(|pair| pair[0].count < pair[1].count) && picked[LINES - 1].count > 990);
    }
}
