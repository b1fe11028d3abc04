//! Checks that the rows of a square matrix are orthonormal.

/// The maximum number of rows that are compared.
const ROWS: usize = 256;

/// The tolerance of a dot product: the rounding error of `f32` sums with a few thousand terms.
const SLACK: f64 = 5e-5;

/// Compares the pairwise dot products of at most 256 rows with 0, and their squared norms with 1.
///
/// # Errors
/// Returns a description of the error.
pub fn check(matrix: &[f32], order: usize) -> Result<(), String> {
    let rows: Vec<&[f32]> = matrix.chunks(order.max(1)).step_by(order.div_ceil(ROWS).max(1)).collect();
    if rows.is_empty() || rows.iter().any(|row| row.len() != order) {
        return Err(format!("{} values do not form a square matrix with {order} rows", matrix.len()));
    }
    for (i, left) in rows.iter().enumerate() {
        for (j, right) in rows.iter().enumerate().take(i + 1) {
            let product: f64 = left.iter().zip(*right).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            let wanted = if i == j { 1.0 } else { 0.0 };
            let near = (product - wanted).abs() <= SLACK;
            if !near {
                return Err(format!("two rows have the dot product {product}, not {wanted}"));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use fanin_core::initializers::{Normal, Orthogonal};
    use fanin_core::{Initializer, InitializerExt, ParamSpec, Seed};

    use super::*;

    #[test]
    fn orthogonal_passes_and_gaussian_does_not() {
        let verdict = |initializer: &dyn Initializer| {
            check(&initializer.sample(&ParamSpec::new("w", [64, 64]).unwrap(), Seed(0)).unwrap(), 64)
        };
        assert_eq!(verdict(&Orthogonal::default()), Ok(()));
        assert!(verdict(&Orthogonal::new(1.0001).unwrap()).unwrap_err().contains("not 1"));
        assert!(verdict(&Normal::new(0.0, 0.125).unwrap()).unwrap_err().contains("product"));
        assert!(check(&[f32::NAN], 1).is_err() && check(&[], 4).is_err());
    }
}
