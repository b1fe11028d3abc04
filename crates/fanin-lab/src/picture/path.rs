//! Outlines in integer units, and their compact SVG path data: relative, with as few characters as possible.

use std::fmt::Write as _;

use super::geometry::{Frame, Point};

/// Units per pixel. Integer units keep the data short and are finer than visible.
pub(super) const UNITS: f64 = 20.0;

/// The distance of a quarter circle's control points from its ends, as a fraction of the radius.
const KAPPA: f64 = 0.552_284_75;

/// A position on the sheet in units.
pub(super) type Place = [i64; 2];

/// A segment of an outline, starting at the end of the previous one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    Move(Place),
    Line(Place),
    Quad(Place, Place),
    Cubic(Place, Place, Place),
    Close,
}

impl Segment {
    #[cfg(test)]
    fn points(&self) -> Vec<Place> {
        match *self {
            Self::Move(to) | Self::Line(to) => vec![to],
            Self::Quad(control, to) => vec![control, to],
            Self::Cubic(first, second, to) => vec![first, second, to],
            Self::Close => vec![],
        }
    }
}

/// An outline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Path(Vec<Segment>);

impl Path {
    /// Returns the line through the points; empty if they all coincide.
    pub(super) fn line(points: &[Point]) -> Self {
        let mut places: Vec<_> = points.iter().map(|point| place(*point)).collect();
        places.dedup();
        let mut path = Self::default();
        if let [first, rest @ ..] = &places[..]
            && !rest.is_empty()
        {
            path.push(Segment::Move(*first));
            path.0.extend(rest.iter().map(|place| Segment::Line(*place)));
        }
        path
    }

    /// Returns the boundary of the polygon through the points.
    pub(super) fn polygon(points: &[Point]) -> Self {
        let mut path = Self::line(points);
        if !path.is_empty() {
            path.push(Segment::Close);
        }
        path
    }

    pub(super) fn rect(frame: Frame) -> Self {
        let (left, top, right, bottom) = (frame.left, frame.top, frame.right(), frame.bottom());
        Self::polygon(&[(left, top), (right, top), (right, bottom), (left, bottom)])
    }

    pub(super) fn circle((x, y): Point, radius: f64) -> Self {
        let at = |across: f64, down: f64| place((x + radius * across, y + radius * down));
        let quarter = |(from, to): ((f64, f64), (f64, f64))| {
            let control = |end: (f64, f64), other: (f64, f64)| at(end.0 + KAPPA * other.0, end.1 + KAPPA * other.1);
            Segment::Cubic(control(from, to), control(to, from), at(to.0, to.1))
        };
        let ends = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0), (1.0, 0.0)];
        let quarters = ends.windows(2).map(|ends| quarter((ends[0], ends[1])));
        Self([Segment::Move(at(1.0, 0.0))].into_iter().chain(quarters).chain([Segment::Close]).collect())
    }

    pub(super) fn push(&mut self, segment: Segment) {
        self.0.push(segment);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// Returns the bounding box of all points, including control points.
    #[cfg(test)]
    pub(super) fn bounds(&self) -> Option<Frame> {
        #[expect(clippy::cast_precision_loss, reason = "coordinates are far below 2^53")]
        let points: Vec<[f64; 2]> =
            self.0.iter().flat_map(Segment::points).map(|at| at.map(|at| at as f64 / UNITS)).collect();
        let ends = |axis: usize| {
            let values = points.iter().map(|point| point[axis]);
            (values.clone().fold(f64::INFINITY, f64::min), values.fold(f64::NEG_INFINITY, f64::max))
        };
        let ((left, right), (top, bottom)) = (ends(0), ends(1));
        (!points.is_empty()).then_some(Frame { left, top, width: right - left, height: bottom - top })
    }

    /// Returns the `d` attribute of an SVG path.
    pub(super) fn data(&self) -> String {
        let mut pen = Pen::default();
        for segment in &self.0 {
            pen.go(*segment);
        }
        pen.text
    }
}

/// Returns the nearest position; NaN becomes 0.
pub(super) fn place((x, y): Point) -> Place {
    [units(x), units(y)]
}

#[expect(clippy::cast_possible_truncation, reason = "rounded and clamped first; NaN becomes 0")]
fn units(pixels: f64) -> i64 {
    (pixels * UNITS).round().clamp(-1e6, 1e6) as i64
}

/// Writes path data and tracks the current position.
#[derive(Default)]
struct Pen {
    text: String,
    at: Place,
    start: Place,
    last: char,
}

impl Pen {
    fn go(&mut self, segment: Segment) {
        match segment {
            Segment::Move(to) => {
                self.write('m', &[to]);
                self.start = to;
                // Pairs after a move are implicit lines, but each line gets its own command for clarity.
                self.last = 'm';
            }
            Segment::Line([x, y]) if y == self.at[1] => self.axis('h', x - self.at[0], [x, y]),
            Segment::Line([x, y]) if x == self.at[0] => self.axis('v', y - self.at[1], [x, y]),
            Segment::Line(to) => self.write('l', &[to]),
            Segment::Quad(control, to) => self.write('q', &[control, to]),
            Segment::Cubic(first, second, to) => self.write('c', &[first, second, to]),
            Segment::Close => {
                self.numbers('z', &[]);
                self.at = self.start;
            }
        }
    }

    fn axis(&mut self, command: char, step: i64, to: Place) {
        self.numbers(command, &[step]);
        self.at = to;
    }

    /// Writes a command with its points, relative to the current position.
    fn write(&mut self, command: char, points: &[Place]) {
        let steps: Vec<i64> = points.iter().flat_map(|[x, y]| [x - self.at[0], y - self.at[1]]).collect();
        self.numbers(command, &steps);
        self.at = points.last().copied().unwrap_or(self.at);
    }

    /// Writes the command, unless it repeats the previous one, and its numbers with as few spaces as possible.
    fn numbers(&mut self, command: char, numbers: &[i64]) {
        let repeated = command == self.last && command != 'm' && command != 'z';
        if !repeated {
            self.text.push(command);
        }
        for (index, number) in numbers.iter().enumerate() {
            if (index > 0 || repeated) && *number >= 0 {
                self.text.push(' ');
            }
            let _ = write!(self.text, "{number}");
        }
        self.last = command;
    }
}

#[cfg(test)]
mod tests {
    use svgtypes::{SimplePathSegment, SimplifyingPathParser};

    use super::*;

    #[test]
    fn relative_data_is_short() {
        let path = Path(vec![
            Segment::Move([100, 200]),
            Segment::Line([150, 200]),
            Segment::Line([150, 180]),
            Segment::Line([140, 170]),
            Segment::Quad([1, 2], [3, 4]),
            Segment::Cubic([5, 6], [7, 8], [9, 10]),
            Segment::Close,
            Segment::Move([0, 0]),
            Segment::Line([-5, -6]),
            Segment::Line([1, 2]),
        ]);
        assert_eq!(path.data(), "m100 200h50v-20l-10-10q-139-168-137-166c2 2 4 4 6 6zm-100-200l-5-6 6 8");
    }

    /// Parsing the SVG data reproduces the path.
    #[test]
    fn the_short_form_is_the_same_path() {
        let mut path = Path::circle((40.0, 33.3), 7.7);
        path.0.extend(Path::polygon(&[(5.0, 5.0), (8.0, 9.0), (5.0, 9.05), (5.0, 7.0)]).0);
        path.0.extend(Path::line(&[(0.0, 1.0), (-3.0, 1.0), (-3.0, -9.1), (2.0, 8.0), (4.0, 7.0)]).0);
        path.push(Segment::Quad([600, -140], [800, 1200]));
        #[expect(clippy::cast_possible_truncation, reason = "whole numbers")]
        let at = |x: f64, y: f64| [x.round() as i64, y.round() as i64];
        let data = path.data();
        let read: Vec<_> = SimplifyingPathParser::from(data.as_str())
            .map(|segment| match segment.unwrap() {
                SimplePathSegment::MoveTo { x, y } => Segment::Move(at(x, y)),
                SimplePathSegment::LineTo { x, y } => Segment::Line(at(x, y)),
                SimplePathSegment::Quadratic { x1, y1, x, y } => Segment::Quad(at(x1, y1), at(x, y)),
                SimplePathSegment::CurveTo { x1, y1, x2, y2, x, y } => Segment::Cubic(at(x1, y1), at(x2, y2), at(x, y)),
                SimplePathSegment::ClosePath => Segment::Close,
            })
            .collect();
        assert_eq!(read, path.0);
    }

    #[test]
    fn zero_length_lines_are_omitted() {
        assert!(Path::line(&[]).is_empty() && Path::line(&[(1.0, 1.0), (1.001, 1.0)]).is_empty());
        assert!(Path::polygon(&[(1.0, 1.0)]).is_empty());
    }
}
