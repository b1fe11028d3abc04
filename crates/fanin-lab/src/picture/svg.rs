//! SVG output: outlines only, so that it looks the same everywhere, with a description for screen readers.

use std::fmt::Write as _;

use super::canvas::{Canvas, Pen, Shape};
use super::font::printable;
use super::path::UNITS;
use super::style::{Color, WIDTH};

/// Writes the document, with a title and a description.
pub(super) fn svg(canvas: &Canvas, title: &str, description: &str) -> String {
    let (height, title, description) = (canvas.height, escaped(title), escaped(description));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\" \
         aria-labelledby=\"title description\">\n<title id=\"title\">{title}</title>\n\
         <desc id=\"description\">{description}</desc>\n\
         <g transform=\"scale({})\" stroke-linejoin=\"round\" stroke-linecap=\"round\">\n",
        1.0 / UNITS
    );
    for element in &canvas.elements {
        write(&mut svg, &element.shape());
    }
    svg + "</g>\n</svg>\n"
}

fn write(svg: &mut String, shape: &Shape) {
    if shape.path.is_empty() {
        return;
    }
    let Color(red, green, blue) = shape.color;
    let color = format!("#{red:02x}{green:02x}{blue:02x}");
    let paint = match shape.pen {
        None => format!("fill=\"{color}\""),
        Some(Pen { width, .. }) => format!("fill=\"none\" stroke=\"{color}\" stroke-width=\"{}\"", units(width)),
    };
    let dash = shape.pen.and_then(|pen| pen.dash);
    let dash =
        dash.map_or_else(String::new, |[dash, gap]| format!(" stroke-dasharray=\"{} {}\"", units(dash), units(gap)));
    let opacity = match (shape.opacity < 1.0, shape.pen) {
        (false, _) => String::new(),
        (true, None) => format!(" fill-opacity=\"{}\"", shape.opacity),
        (true, Some(_)) => format!(" stroke-opacity=\"{}\"", shape.opacity),
    };
    let _ = writeln!(svg, "<path {paint}{dash}{opacity} d=\"{}\"/>", shape.path.data());
}

fn units(pixels: f64) -> f64 {
    (pixels * UNITS).round()
}

fn escaped(text: &str) -> String {
    printable(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
