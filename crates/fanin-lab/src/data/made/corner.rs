//! A right angle around a bar on its diagonal.

use super::draws::Draws;

/// Class 0 is on the two sides of the square from -4 to 4 that meet at `(-4, -4)`; class 1 is on the diagonal, from
/// `(-1.2, -1.2)` to `(3.6, 3.6)`. Two lines separate the classes; a single line, such as that of logistic regression,
/// leaves about a seventh of the points on the wrong side.
pub(super) fn point(draws: &Draws, row: usize, class: usize) -> [f64; 2] {
    let along = draws.uniform(row);
    if class == 1 {
        let place = 4.8 * along - 1.2;
        return [place, place];
    }
    let place = 16.0 * along - 4.0;
    if place <= 4.0 { [-4.0, place] } else { [place - 8.0, -4.0] }
}
