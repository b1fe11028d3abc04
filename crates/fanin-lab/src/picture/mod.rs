//! The picture of a recorded run: losses, the ways of the hidden neurons, activations layer by layer, and what became of each start.
//!
//! plotters draws it; usvg turns letters into outlines, so that it looks the same on every machine and no font has to be installed;
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

/// Dots of the PNG a pixel of the SVG.
const PNG_SCALE: f32 = 2.0;

/// Why there is no picture.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PictureError {
    /// The font that the program carries cannot be read.
    #[error("the font within the program cannot be read; build the program again")]
    Font,
    /// The drawing library refused.
    #[error("the picture cannot be drawn: {0}; run.json holds the same numbers")]
    Drawing(String),
    /// The drawing is no SVG.
    #[error("the picture's SVG cannot be read: {0}; run.json holds the same numbers")]
    Svg(#[source] resvg::usvg::Error),
    /// Too large for a PNG.
    #[error(
        "a picture of {width} x {height} pixels is too large for a PNG; compare fewer initializers or take the SVG"
    )]
    Size {
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
    },
    /// The PNG cannot be written.
    #[error("the picture's PNG cannot be made: {0}; take the SVG")]
    Png(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A drawn run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    svg: String,
}

impl Picture {
    /// The picture as SVG, 1200 pixels wide, with a title and a description for screen readers and without any text element.
    #[must_use]
    pub fn svg(&self) -> &str {
        &self.svg
    }

    /// The picture as PNG, 2400 pixels wide.
    ///
    /// # Errors
    /// [`PictureError::Size`] if it would be too large, [`PictureError::Png`] if it cannot be written.
    pub fn png(&self) -> Result<Vec<u8>, PictureError> {
        outline::png(&self.svg, PNG_SCALE)
    }
}

/// Draws a recorded run.
///
/// # Errors
/// [`PictureError`], whatever the record holds; a record of an experiment can be drawn.
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

/// plotters' document, with its letters as text, and its height in pixels.
fn drawing(run: &RunRecord) -> Result<(String, f64), PictureError> {
    font::register()?;
    let sheet = sheet::Sheet::of(run);
    let mut drawing = String::new();
    let canvas = canvas::Canvas::new(&mut drawing, sheet.height())?;
    sheet.draw(&canvas)?;
    canvas.finish()?;
    Ok((drawing, sheet.height()))
}
