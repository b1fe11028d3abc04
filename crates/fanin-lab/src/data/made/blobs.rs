//! Two overlapping clouds.

/// Class 0 is centered at `(-1, -1)`, class 1 at `(1, 1)`. With noise 1 the clouds overlap: no line separates the
/// classes, the best line classifies 92 % correctly (`Phi(sqrt 2)`), and logistic regression has a finite optimum.
pub(super) fn point(class: usize) -> [f64; 2] {
    if class == 0 { [-1.0, -1.0] } else { [1.0, 1.0] }
}
