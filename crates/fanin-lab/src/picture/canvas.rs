//! Drawing primitives in pixels. plotters uses integer coordinates only, so its sheet is scaled up.

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, DashedPathElement, PathElement, Polygon, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontTransform, RGBColor, ShapeStyle, TextStyle};

use super::PictureError;
use super::font::{FAMILY, SIZE_PER_EM, Weight, printable};
use super::style::{PAPER, WIDTH};

/// plotters units per pixel.
pub(super) const UNITS: f64 = 20.0;

/// plotters draws a text's baseline this fraction of an em below the text's top.
const TOP_TO_BASELINE: f64 = 0.76;

/// A position on the sheet: pixels from the left and from the top.
pub(super) type Point = (f64, f64);

/// A rectangle on the sheet, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Frame {
    pub(super) fn right(self) -> f64 {
        self.left + self.width
    }

    pub(super) fn bottom(self) -> f64 {
        self.top + self.height
    }

    /// Returns a frame that is smaller by this much on each side.
    pub(super) fn inset(self, by: f64) -> Self {
        Self {
            left: self.left + by,
            top: self.top + by,
            width: (self.width - 2.0 * by).max(1.0),
            height: (self.height - 2.0 * by).max(1.0),
        }
    }
}

/// A line style.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stroke {
    pub(super) color: RGBColor,
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
#[derive(Clone, Copy, Debug)]
pub(super) struct Letters {
    pub(super) size: f64,
    pub(super) weight: Weight,
    pub(super) color: RGBColor,
    pub(super) anchor: Anchor,
}

impl Letters {
    pub(super) const fn regular(size: f64, color: RGBColor) -> Self {
        Self { size, weight: Weight::Regular, color, anchor: Anchor::Start }
    }

    pub(super) const fn bold(size: f64, color: RGBColor) -> Self {
        Self { size, weight: Weight::Bold, color, anchor: Anchor::Start }
    }

    pub(super) const fn anchored(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }
}

/// The sheet.
pub(super) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

impl<'a> Canvas<'a> {
    /// Creates an empty sheet that writes to `svg`.
    pub(super) fn new(svg: &'a mut String, height: f64) -> Result<Self, PictureError> {
        let size = (units(WIDTH).unsigned_abs(), units(height).unsigned_abs());
        let canvas = Self { area: SVGBackend::with_string(svg, size).into_drawing_area() };
        canvas.rect(Frame { left: 0.0, top: 0.0, width: WIDTH, height }, PAPER)?;
        Ok(canvas)
    }

    /// Finishes the document.
    pub(super) fn finish(self) -> Result<(), PictureError> {
        checked(self.area.present())
    }

    pub(super) fn rect(&self, frame: Frame, color: RGBColor) -> Result<(), PictureError> {
        let corners = [place((frame.left, frame.top)), place((frame.right(), frame.bottom()))];
        checked(self.area.draw(&Rectangle::new(corners, color.filled())))
    }

    /// Draws a rectangle with round ends.
    pub(super) fn pill(&self, frame: Frame, color: RGBColor) -> Result<(), PictureError> {
        let radius = frame.height / 2.0;
        let middle = frame.top + radius;
        self.rect(Frame { left: frame.left + radius, width: frame.width - frame.height, ..frame }, color)?;
        self.dot((frame.left + radius, middle), radius, color)?;
        self.dot((frame.right() - radius, middle), radius, color)
    }

    pub(super) fn line(&self, points: &[Point], stroke: Stroke) -> Result<(), PictureError> {
        let points = places(points);
        if points.len() < 2 {
            return Ok(());
        }
        checked(self.area.draw(&PathElement::new(points, style(stroke))))
    }

    pub(super) fn dashed(&self, points: &[Point], stroke: Stroke) -> Result<(), PictureError> {
        let (dash, gap) = (units(6.0), units(4.0));
        checked(self.area.draw(&DashedPathElement::new(places(points), dash, gap, style(stroke))))
    }

    /// Fills the polygon through the points.
    pub(super) fn surface(&self, points: &[Point], color: RGBColor, opacity: f64) -> Result<(), PictureError> {
        checked(self.area.draw(&Polygon::new(places(points), color.mix(opacity).filled())))
    }

    /// Draws a filled circle.
    pub(super) fn dot(&self, center: Point, radius: f64, color: RGBColor) -> Result<(), PictureError> {
        checked(self.area.draw(&Circle::new(place(center), units(radius), color.filled())))
    }

    /// Draws a hollow circle.
    pub(super) fn ring(&self, center: Point, radius: f64, stroke: Stroke) -> Result<(), PictureError> {
        self.dot(center, radius, PAPER)?;
        checked(self.area.draw(&Circle::new(place(center), units(radius), style(stroke))))
    }

    /// Draws a text with its baseline through the point.
    pub(super) fn text(&self, text: &str, at: Point, letters: Letters) -> Result<(), PictureError> {
        self.write(text, (at.0, at.1 - TOP_TO_BASELINE * letters.size), letters, FontTransform::None)
    }

    /// Draws an upward text with its baseline through the point.
    pub(super) fn upwards(&self, text: &str, at: Point, letters: Letters) -> Result<(), PictureError> {
        self.write(text, (at.0 - TOP_TO_BASELINE * letters.size, at.1), letters, FontTransform::Rotate270)
    }

    fn write(&self, text: &str, at: Point, letters: Letters, turn: FontTransform) -> Result<(), PictureError> {
        let h_pos = match letters.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let size = letters.size * UNITS * SIZE_PER_EM;
        let font = FontDesc::new(FontFamily::Name(FAMILY), size, letters.weight.style()).transform(turn);
        let style = TextStyle::from(font).color(&letters.color).pos(Pos::new(h_pos, VPos::Top));
        checked(self.area.draw(&Text::new(printable(text), place(at), style)))
    }
}

fn checked<E: std::error::Error + Send + Sync>(drawn: Result<(), DrawingAreaErrorKind<E>>) -> Result<(), PictureError> {
    drawn.map_err(|error| PictureError::Drawing(error.to_string()))
}

fn style(stroke: Stroke) -> ShapeStyle {
    stroke.color.mix(stroke.opacity).stroke_width(units(stroke.width).unsigned_abs())
}

fn place((x, y): Point) -> (i32, i32) {
    (units(x), units(y))
}

/// Converts points to units and drops consecutive duplicates.
fn places(points: &[Point]) -> Vec<(i32, i32)> {
    let mut places: Vec<_> = points.iter().map(|point| place(*point)).collect();
    places.dedup();
    places
}

#[expect(clippy::cast_possible_truncation, reason = "rounded and clamped first; not a number becomes 0")]
fn units(pixels: f64) -> i32 {
    (pixels * UNITS).round().clamp(-1e6, 1e6) as i32
}
