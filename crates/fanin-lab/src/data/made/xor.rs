//! Exclusive or.

/// Points around the corners `(±1, ±1)`; class 1 where the signs differ. A network without hidden layers classifies at
/// most three of the four corners correctly.
pub(super) fn point(row: usize, class: usize) -> [f64; 2] {
    // Rows 0 and 1 are the two classes on the right, rows 2 and 3 those on the left.
    let x = if row % 4 < 2 { 1.0 } else { -1.0 };
    [x, if class == 0 { x } else { -x }]
}
