//! The determinant of a small matrix.

/// Returns the determinant of a row-major square matrix with `order` rows, by elimination with row pivoting.
///
/// ```
/// use fanin_conformance::statistics::determinant;
///
/// assert_eq!(determinant(&[0.0, 2.0, 1.0, 0.0], 2), -2.0);
/// ```
#[must_use]
pub fn determinant(matrix: &[f64], order: usize) -> f64 {
    let mut rows: Vec<Vec<f64>> = matrix.chunks(order.max(1)).map(<[f64]>::to_vec).collect();
    let mut product = 1.0;
    for column in 0..order {
        let size = |row: &Vec<f64>| row.get(column).map_or(0.0, |value| value.abs());
        let Some(largest) = (0..rows.len()).max_by(|a, b| size(&rows[*a]).total_cmp(&size(&rows[*b]))) else {
            return f64::NAN;
        };
        // Moving a row to the front past others changes the sign once per row passed.
        let pivot = rows.remove(largest);
        let Some(head) = pivot.get(column).copied().filter(|head| *head != 0.0) else { return 0.0 };
        product *= if largest % 2 == 0 { head } else { -head };
        for row in &mut rows {
            let factor = row.get(column).copied().unwrap_or(0.0) / head;
            row.iter_mut().zip(&pivot).for_each(|(value, above)| *value -= factor * above);
        }
    }
    product
}
