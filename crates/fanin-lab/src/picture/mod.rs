//! The picture of a recorded run: loss curves, hidden-neuron trajectories, activations by layer, and the outcome of
//! each start.
//!
//! plotters draws it, usvg converts text to outlines, so that it looks the same everywhere without installed fonts, and
//! resvg renders the PNG. The same record produces the same bytes.
//! resvg makes the PNG. The same record gives the same bytes.

mod activation_panel;
mod canvas;
mod control_panel;
mod curve;
mod description;
mod font;
mod labels;
mod loss_panel;
#[cfg(test)]
mod made_up;
mod number;
mod outline;
mod path_counts;
mod path_data;
mod path_panel;
mod scale;
mod series;
mod sheet;
mod style;
mod summary_panel;
#[cfg(test)]
mod tests;
mod wording;

use thiserror::Error;

use crate::record::RunRecord;

/// PNG pixels per SVG pixel.
const PNG_SCALE: f32 = 2.0;

/// The reason why a picture could not be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PictureError {
    /// The embedded font could not be read.
    #[error("the embedded font cannot be read; rebuild the program")]
    Font,
    /// The drawing library failed.
    #[error("the picture cannot be drawn: {0}; run.json has the same numbers")]
    Drawing(String),
    /// The drawing is not valid SVG.
    #[error("the picture's SVG cannot be read: {0}; run.json has the same numbers")]
    Svg(#[source] resvg::usvg::Error),
    /// The picture is too large for a PNG.
    #[error("a picture of {width} x {height} pixels is too large for a PNG; compare fewer initializers or use the SVG")]
    Size {
        /// The width in pixels.
        width: u32,
        /// The height in pixels.
        height: u32,
    },
    /// The PNG could not be encoded.
    #[error("the PNG cannot be encoded: {0}; use the SVG")]
    Png(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A drawn run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    svg: String,
}

impl Picture {
    /// Returns the picture as SVG, 1200 pixels wide, with a title and a description for screen readers and without text
    /// elements.
    #[must_use]
    pub fn svg(&self) -> &str {
        &self.svg
    }

    /// Renders the picture as PNG, 2400 pixels wide.
    ///
    /// # Errors
    /// [`PictureError::Size`] if it is too large, [`PictureError::Png`] if it cannot be encoded.
    pub fn png(&self) -> Result<Vec<u8>, PictureError> {
        outline::png(&self.svg, PNG_SCALE)
    }
}

/// Draws a recorded run.
///
/// # Errors
/// [`PictureError`] if the record cannot be drawn. Every record of an experiment can.
///
/// ```
/// use fanin_lab::{Experiment, Preset, picture};
///
/// let article = Preset::Article.experiment()?;
/// let run = Experiment { steps: 20, seeds: vec![0], ..article }.run(1, &|_| {})?;
/// let picture = picture::draw(&run)?;
/// assert!(picture.svg().starts_with("<svg"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn draw(run: &RunRecord) -> Result<Picture, PictureError> {
    let (drawing, height) = drawing(run)?;
    let svg = outline::outlined(&drawing, height, wording::TITLE, &description::description(run))?;
    Ok(Picture { svg })
}

/// Returns plotters' document, with text as text, and its height in pixels.
fn drawing(run: &RunRecord) -> Result<(String, f64), PictureError> {
    font::register()?;
    let sheet = sheet::Sheet::of(run);
    let mut drawing = String::new();
    let canvas = canvas::Canvas::new(&mut drawing, sheet.height())?;
    sheet.draw(&canvas)?;
    canvas.finish()?;
    Ok((drawing, sheet.height()))
}
