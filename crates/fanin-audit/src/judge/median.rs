//! The median.

/// The median of the values that are not NaN; NaN if there are none. Of an even number of values it is the mean of the middle two.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().filter(|value| !value.is_nan()).collect();
    let (middle, is_odd) = (values.len() / 2, values.len() % 2 == 1);
    if values.is_empty() {
        return f64::NAN;
    }
    let (below, above, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if is_odd { *above } else { f64::midpoint(below.iter().copied().fold(f64::NEG_INFINITY, f64::max), *above) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_counted_by_hand() {
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median([4.0, f64::NAN, 1.0, 3.0, 2.0]), 2.5);
        assert_eq!(median([-1.0, -3.0]), -2.0);
        assert!(median([]).is_nan() && median([f64::NAN]).is_nan());
    }
}
