//! The sheet: a list of shapes and texts in pixels, written as SVG or PNG.

use super::font::{self, Weight};
use super::geometry::{Frame, Point};
use super::path::Path;
use super::style::{Color, PAPER, WIDTH};

/// A line style.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stroke {
    pub(super) color: Color,
    pub(super) width: f64,
    pub(super) opacity: f64,
}

/// The anchor of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A text style.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Letters {
    pub(super) size: f64,
    pub(super) weight: Weight,
    pub(super) color: Color,
    pub(super) anchor: Anchor,
}

impl Letters {
    pub(super) const fn regular(size: f64, color: Color) -> Self {
        Self { size, weight: Weight::Regular, color, anchor: Anchor::Start }
    }

    pub(super) const fn bold(size: f64, color: Color) -> Self {
        Self { size, weight: Weight::Bold, color, anchor: Anchor::Start }
    }

    pub(super) const fn anchored(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }
}

/// The sheet and its contents.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Canvas {
    pub(super) height: f64,
    pub(super) elements: Vec<Element>,
}

/// A shape or a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Element {
    Shape(Shape),
    Text(Text),
}

/// An outline and its paint.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    pub(super) path: Path,
    pub(super) color: Color,
    pub(super) opacity: f64,
    /// `None` for filled outlines.
    pub(super) pen: Option<Pen>,
}

/// The stroke of an outline, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pen {
    pub(super) width: f64,
    /// The lengths of dash and gap.
    pub(super) dash: Option<[f64; 2]>,
}

/// A text whose baseline begins at `at`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text {
    pub(super) words: String,
    pub(super) at: Point,
    pub(super) letters: Letters,
    pub(super) upwards: bool,
}

impl Element {
    /// Returns the shape to draw; a text becomes the outlines of its letters.
    pub(super) fn shape(&self) -> Shape {
        match self {
            Self::Shape(shape) => shape.clone(),
            Self::Text(Text { words, at, letters, upwards }) => {
                Shape::filled(font::outlines(words, *at, letters.size, letters.weight, *upwards), letters.color, 1.0)
            }
        }
    }
}

impl Shape {
    fn filled(path: Path, color: Color, opacity: f64) -> Self {
        Self { path, color, opacity, pen: None }
    }

    fn traced(path: Path, Stroke { color, width, opacity }: Stroke, dash: Option<[f64; 2]>) -> Self {
        Self { path, color, opacity, pen: Some(Pen { width, dash }) }
    }
}

impl Canvas {
    /// Creates an empty sheet.
    pub(super) fn new(height: f64) -> Self {
        let mut canvas = Self { height, elements: Vec::new() };
        canvas.rect(Frame { left: 0.0, top: 0.0, width: WIDTH, height }, PAPER);
        canvas
    }

    fn draw(&mut self, shape: Shape) {
        if !shape.path.is_empty() {
            self.elements.push(Element::Shape(shape));
        }
    }

    pub(super) fn rect(&mut self, frame: Frame, color: Color) {
        self.draw(Shape::filled(Path::rect(frame), color, 1.0));
    }

    /// Draws a rectangle with round ends.
    pub(super) fn pill(&mut self, frame: Frame, color: Color) {
        let radius = frame.height / 2.0;
        let middle = frame.top + radius;
        self.rect(Frame { left: frame.left + radius, width: frame.width - frame.height, ..frame }, color);
        self.dot((frame.left + radius, middle), radius, color);
        self.dot((frame.right() - radius, middle), radius, color);
    }

    pub(super) fn line(&mut self, points: &[Point], stroke: Stroke) {
        self.draw(Shape::traced(Path::line(points), stroke, None));
    }

    pub(super) fn dashed(&mut self, points: &[Point], stroke: Stroke) {
        self.draw(Shape::traced(Path::line(points), stroke, Some([6.0, 4.0])));
    }

    /// Fills the polygon through the points.
    pub(super) fn surface(&mut self, points: &[Point], color: Color, opacity: f64) {
        self.draw(Shape::filled(Path::polygon(points), color, opacity));
    }

    /// Draws a filled circle.
    pub(super) fn dot(&mut self, center: Point, radius: f64, color: Color) {
        self.draw(Shape::filled(Path::circle(center, radius), color, 1.0));
    }

    /// Draws a hollow circle.
    pub(super) fn ring(&mut self, center: Point, radius: f64, stroke: Stroke) {
        self.dot(center, radius, PAPER);
        self.draw(Shape::traced(Path::circle(center, radius), stroke, None));
    }

    /// Draws a text with its baseline through the point.
    pub(super) fn text(&mut self, text: &str, at: Point, letters: Letters) {
        self.write(text, at, letters, false);
    }

    /// Draws an upward text with its baseline through the point.
    pub(super) fn upwards(&mut self, text: &str, at: Point, letters: Letters) {
        self.write(text, at, letters, true);
    }

    fn write(&mut self, text: &str, (x, y): Point, letters: Letters, upwards: bool) {
        let before = match letters.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => font::width(text, letters.size, letters.weight) / 2.0,
            Anchor::End => font::width(text, letters.size, letters.weight),
        };
        let at = if upwards { (x, y + before) } else { (x - before, y) };
        self.elements.push(Element::Text(Text { words: text.to_owned(), at, letters, upwards }));
    }
}
