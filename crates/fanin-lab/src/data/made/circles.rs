//! Two concentric rings.

use super::draws::Draws;
use super::unit_circle::unit_circle;

/// Class 0 is on the circle of radius 1, class 1 on the circle of radius 1/2. A circle separates the classes; no line
/// does.
pub(super) fn point(draws: &Draws, row: usize, class: usize) -> [f64; 2] {
    let radius = if class == 0 { 1.0 } else { 0.5 };
    let (x, y) = unit_circle(draws.uniform(row));
    [radius * x, radius * y]
}
