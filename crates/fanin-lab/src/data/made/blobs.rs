//! Two overlapping clouds.

/// Class 0 is centered at `(-1, -1)`, class 1 at `(1, 1)`. With noise 1 the clouds overlap: no line separates the
/// classes, the best one is correct for 92 % (`Phi(sqrt 2)`), and the optimum of logistic regression is finite.
pub(super) fn point(class: usize) -> [f64; 2] {
    if class == 0 { [-1.0, -1.0] } else { [1.0, 1.0] }
}
