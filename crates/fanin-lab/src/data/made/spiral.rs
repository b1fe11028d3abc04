//! Two intertwined arms.

use super::draws::Draws;
use super::unit_circle::unit_circle;

/// One turn of an Archimedean spiral, from radius 0.2 to 2; the second arm is the first, rotated by half a turn. This
/// is the hardest of the generated sets.
pub(super) fn point(draws: &Draws, row: usize, class: usize) -> [f64; 2] {
    let t = draws.uniform(row);
    let radius = 0.2 + 1.8 * t;
    let (x, y) = unit_circle(if class == 0 { t } else { t + 0.5 });
    [radius * x, radius * y]
}
