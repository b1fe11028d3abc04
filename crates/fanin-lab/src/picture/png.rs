//! PNG output.

use tiny_skia::{FillRule, LineCap, LineJoin, Paint, PathBuilder, Pixmap, Stroke, StrokeDash, Transform};

use super::PictureError;
use super::canvas::{Canvas, Pen, Shape};
use super::path::{Path, Place, Segment, UNITS};
use super::style::{Color, WIDTH};

/// Renders the sheet with `scale` PNG pixels per pixel of the sheet.
pub(super) fn png(canvas: &Canvas, scale: f64) -> Result<Vec<u8>, PictureError> {
    let (width, height) = (whole(WIDTH * scale), whole(canvas.height * scale));
    let mut pixels = Pixmap::new(width, height).ok_or(PictureError::Size { width, height })?;
    for element in &canvas.elements {
        draw(&mut pixels, &element.shape(), scale);
    }
    pixels.encode_png().map_err(|error| PictureError::Png(error.into()))
}

fn draw(pixels: &mut Pixmap, shape: &Shape, scale: f64) {
    let Some(path) = outline(&shape.path, scale) else { return };
    let Color(red, green, blue) = shape.color;
    let mut paint = Paint::default();
    paint.set_color_rgba8(red, green, blue, channel(shape.opacity));
    match shape.pen {
        None => pixels.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), None),
        Some(Pen { width, dash }) => {
            let stroke = Stroke {
                width: real(width * scale),
                line_cap: LineCap::Round,
                line_join: LineJoin::Round,
                dash: dash
                    .and_then(|lengths| StrokeDash::new(lengths.map(|length| real(length * scale)).to_vec(), 0.0)),
                ..Stroke::default()
            };
            pixels.stroke_path(&path, &paint, &stroke, Transform::identity(), None);
        }
    }
}

/// Returns the outline in PNG pixels; `None` if it has no length.
fn outline(path: &Path, scale: f64) -> Option<tiny_skia::Path> {
    #[expect(clippy::cast_precision_loss, reason = "coordinates are far below 2^53")]
    let at = |place: Place| place.map(|units| real(units as f64 / UNITS * scale));
    let mut outline = PathBuilder::new();
    for segment in path.segments() {
        match *segment {
            Segment::Move(to) => {
                let [x, y] = at(to);
                outline.move_to(x, y);
            }
            Segment::Line(to) => {
                let [x, y] = at(to);
                outline.line_to(x, y);
            }
            Segment::Quad(control, to) => {
                let ([x1, y1], [x, y]) = (at(control), at(to));
                outline.quad_to(x1, y1, x, y);
            }
            Segment::Cubic(first, second, to) => {
                let ([x1, y1], [x2, y2], [x, y]) = (at(first), at(second), at(to));
                outline.cubic_to(x1, y1, x2, y2, x, y);
            }
            Segment::Close => outline.close(),
        }
    }
    outline.finish()
}

#[expect(clippy::cast_possible_truncation, reason = "the sheet has a few thousand pixels")]
fn real(pixels: f64) -> f32 {
    pixels as f32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped first")]
fn whole(pixels: f64) -> u32 {
    pixels.ceil().clamp(1.0, f64::from(u32::MAX)) as u32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped first")]
fn channel(opacity: f64) -> u8 {
    (opacity * 255.0).round().clamp(0.0, 255.0) as u8
}
