//! Points and rectangles on the sheet.

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
