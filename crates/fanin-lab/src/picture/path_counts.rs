//! Counts of equal neurons, placed beside the end of their trajectory and away from lines.

use super::canvas::{Canvas, Letters};
use super::font::width;
use super::geometry::{Frame, Point};
use super::number::{count, real};
use super::style::{INK, size};
use crate::record::NeuronPath;

/// More counts than this would cover the lines.
const COUNTS: usize = 6;
/// The distance from an end to its count.
const DISTANCE: f64 = 13.0;

/// Draws the counts greater than one, the largest first, within `frame`; `ways` are the drawn lines.
pub(super) fn draw(canvas: &mut Canvas, frame: Frame, paths: &[&NeuronPath], ways: &[Vec<Point>]) {
    let mut shared: Vec<(usize, Point)> = paths
        .iter()
        .zip(ways)
        .filter(|(path, _)| path.count > 1)
        .filter_map(|(path, way)| Some((path.count, *way.last()?)))
        .collect();
    shared.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let size = if shared.len() <= 2 { size::COUNT } else { size::TEXT };
    let ink = ink(ways);
    let mut taken: Vec<Frame> = Vec::new();
    for (neurons, end) in shared.into_iter().take(COUNTS) {
        let text = format!("×{}", count(neurons));
        let letters = Letters::bold(size, INK);
        // Digits are about 0.72 em high.
        let (wide, tall) = (width(&text, size, letters.weight), 0.72 * size);
        let cost = |place: &Frame| {
            let covered = ink.iter().filter(|point| holds(*place, **point)).count();
            real(covered) + if taken.iter().all(|other| apart(*other, *place)) { 0.0 } else { 1e3 }
        };
        let best = places(end, wide, tall)
            .into_iter()
            .filter(|place| within(frame, *place))
            .map(|place| (cost(&place), place))
            .min_by(|one, other| one.0.total_cmp(&other.0));
        match best {
            Some((cost, place)) if cost < 1e3 => {
                canvas.text(&text, (place.left, place.bottom()), letters);
                taken.push(place);
            }
            _ => {}
        }
    }
}

/// Right, left, below, above, then the corners.
fn places((x, y): Point, width: f64, height: f64) -> [Frame; 8] {
    let (right, left, center) = (x + DISTANCE, x - DISTANCE - width, x - width / 2.0);
    let (above, below, middle) = (y - DISTANCE - height, y + DISTANCE, y - height / 2.0);
    let corners = [
        (right, middle),
        (left, middle),
        (center, below),
        (center, above),
        (right, below),
        (right, above),
        (left, below),
        (left, above),
    ];
    corners.map(|(left, top)| Frame { left, top, width, height })
}

/// Returns points along all lines, a few pixels apart.
fn ink(ways: &[Vec<Point>]) -> Vec<Point> {
    let mut ink = Vec::new();
    for pair in ways.iter().flat_map(|way| way.windows(2)) {
        if let [from, to] = pair {
            let pieces = ((to.0 - from.0).hypot(to.1 - from.1) / 4.0).ceil().clamp(1.0, 200.0);
            let mut piece = 0.0;
            while piece <= pieces {
                let part = piece / pieces;
                ink.push((from.0 + part * (to.0 - from.0), from.1 + part * (to.1 - from.1)));
                piece += 1.0;
            }
        }
    }
    ink
}

/// Returns whether a point is inside or very close to the frame.
fn holds(frame: Frame, (x, y): Point) -> bool {
    (frame.left - 4.0..=frame.right() + 4.0).contains(&x) && (frame.top - 4.0..=frame.bottom() + 4.0).contains(&y)
}

fn within(outer: Frame, inner: Frame) -> bool {
    inner.left >= outer.left + 4.0
        && inner.right() <= outer.right() - 4.0
        && inner.top >= outer.top
        && inner.bottom() <= outer.bottom()
}

fn apart(one: Frame, other: Frame) -> bool {
    one.right() < other.left || other.right() < one.left || one.bottom() < other.top || other.bottom() < one.top
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_keeps_away_from_its_line() {
        // The line comes from the right, so the count must not be there.
        let way = vec![(200.0, 50.0), (100.0, 50.0)];
        let ink = ink(&[way]);
        let covered = |place: Frame| ink.iter().any(|point| holds(place, *point));
        let [right, left, ..] = places((100.0, 50.0), 40.0, 20.0);
        assert!(covered(right) && !covered(left));
    }

    #[test]
    fn frames_that_touch_are_not_apart() {
        let one = Frame { left: 0.0, top: 0.0, width: 10.0, height: 10.0 };
        assert!(!apart(one, Frame { left: 9.0, ..one }));
        assert!(apart(one, Frame { left: 11.0, ..one }));
        assert!(within(Frame { width: 30.0, left: -10.0, ..one }, one) && !within(one, one));
    }
}
