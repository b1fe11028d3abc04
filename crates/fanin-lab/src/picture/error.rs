//! Errors of drawing a picture.

use thiserror::Error;

/// An error from drawing a picture.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PictureError {
    /// The embedded font could not be read.
    #[error("the embedded font cannot be read; rebuild the program")]
    Font,
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
