//! A right angle around a bar on its diagonal.

use super::draws::Draws;

/// Class 0 is on the two sides of the square from -2 to 2 that meet at `(-2, -2)`; class 1 is on the diagonal, from
/// `(-0.6, -0.6)` to `(1.8, 1.8)`. Two lines separate the classes; a single line, such as that of logistic regression,
/// leaves about a seventh of the points on the wrong side.
pub(super) fn point(draws: &Draws, row: usize, class: usize) -> [f64; 2] {
    let along = draws.uniform(row);
    if class == 1 {
        let place = 2.4 * along - 0.6;
        return [place, place];
    }
    let place = 8.0 * along - 2.0;
    if place <= 2.0 { [-2.0, place] } else { [place - 4.0, -2.0] }
}
