//! Two interleaving half circles.

use super::draws::Draws;
use super::unit_circle::unit_circle;

/// Class 0 is the upper half of the unit circle, `(cos t, sin t)`; class 1 is `(1 - cos t, 1/2 - sin t)`. A curve
/// separates the classes; no line does. The shape is that of scikit-learn's `make_moons`.
pub(super) fn point(draws: &Draws, row: usize, class: usize) -> [f64; 2] {
    let (x, y) = unit_circle(0.5 * draws.uniform(row));
    if class == 0 { [x, y] } else { [1.0 - x, 0.5 - y] }
}
