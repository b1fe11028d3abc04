//! Post-processing of plotters' drawing: text becomes outlines, and a description is added for screen readers.

use std::fmt::Write as _;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Indent, Options, Tree, WriteOptions};

use super::PictureError;
use super::canvas::UNITS;
use super::font::printable;
use super::style::WIDTH;
use super::{font, path_data};

/// Returns the finished SVG from plotters' document: `height` in pixels, no text elements, with title and description.
pub(super) fn outlined(drawing: &str, height: f64, title: &str, description: &str) -> Result<String, PictureError> {
    let options = Options { fontdb: font::database(), ..Options::default() };
    let tree = Tree::from_str(&in_pixels(drawing, height), &options).map_err(PictureError::Svg)?;
    let writing = WriteOptions {
        coordinates_precision: 1,
        transforms_precision: 4,
        indent: Indent::None,
        ..WriteOptions::default()
    };
    let svg = path_data::shortened(&tree.to_string(&writing));
    let Some((root, rest)) = svg.split_once('>') else {
        return Err(PictureError::Drawing("the drawing has no root element".to_owned()));
    };
    let (title, description) = (escaped(title), escaped(description));
    Ok(format!(
        "{root} role=\"img\" aria-labelledby=\"title description\">\n<title id=\"title\">{title}</title>\n\
         <desc id=\"description\">{description}</desc>\n{rest}\n"
    ))
}

/// Renders the picture as PNG, with `scale` PNG pixels per SVG pixel.
pub(super) fn png(svg: &str, scale: f32) -> Result<Vec<u8>, PictureError> {
    let tree = Tree::from_str(svg, &Options::default()).map_err(PictureError::Svg)?;
    let size = tree.size().to_int_size();
    let refuse = || PictureError::Size { width: size.width(), height: size.height() };
    let scaled = size.scale_by(scale).ok_or_else(refuse)?;
    let mut pixels = Pixmap::new(scaled.width(), scaled.height()).ok_or_else(refuse)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| PictureError::Png(error.into()))
}

/// Replaces the root of plotters' document: pixels instead of plotters units, and round line joins.
pub(super) fn in_pixels(drawing: &str, height: f64) -> String {
    let (units_wide, units_high) = (WIDTH * UNITS, height * UNITS);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {units_wide} {units_high}\" stroke-linejoin=\"round\" stroke-linecap=\"round\">\n"
    );
    for line in drawing.lines().filter(|line| !line.starts_with("<svg") && !line.starts_with("</svg")) {
        // plotters sets the opacity of elements, which costs a renderer one layer each; the opacity of the paint is
        // enough.
        let paint = match line.split_once(' ') {
            Some(("<polyline" | "<line", _)) => " stroke-opacity=",
            Some(("<polygon" | "<rect" | "<circle", _)) => " fill-opacity=",
            _ => " opacity=",
        };
        let _ = writeln!(svg, "{}", line.replacen(" opacity=\"1\"", "", 1).replacen(" opacity=", paint, 1));
    }
    svg + "</svg>"
}

fn escaped(text: &str) -> String {
    printable(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
