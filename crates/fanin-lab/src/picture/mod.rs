//! The picture of a recorded run: loss curves, hidden-neuron trajectories, activations by layer, and the outcome of
//! each start.
//!
//! The sheet is a list of shapes and texts. It is output as SVG, with letters as outlines so that it looks the same
//! everywhere without installed fonts, or as PNG. The same record produces the same bytes.

mod activation_panel;
mod canvas;
mod control_panel;
mod curve;
mod description;
mod error;
mod font;
mod geometry;
mod labels;
mod loss_panel;
#[cfg(test)]
mod made_up;
mod number;
mod path;
mod path_counts;
mod path_panel;
mod png;
mod scale;
mod series;
mod sheet;
mod style;
mod summary_panel;
mod svg;
#[cfg(test)]
mod tests;
mod wording;

pub use error::PictureError;

use crate::record::RunRecord;

/// PNG pixels per SVG pixel.
const PNG_SCALE: f64 = 2.0;

/// A drawn run.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    canvas: canvas::Canvas,
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
        png::png(&self.canvas, PNG_SCALE)
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
    let canvas = drawing(run)?;
    let svg = svg::svg(&canvas, wording::TITLE, &description::description(run));
    Ok(Picture { canvas, svg })
}

fn drawing(run: &RunRecord) -> Result<canvas::Canvas, PictureError> {
    font::check()?;
    let sheet = sheet::Sheet::of(run);
    let mut canvas = canvas::Canvas::new(sheet.height());
    sheet.draw(&mut canvas);
    Ok(canvas)
}
