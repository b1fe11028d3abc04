//! How far norms and sums of lines scatter.

use crate::audit::pass::Lines;

/// The dispersion of the norms and of the sums of lines of `width` independent values of mean 0, standard deviation `std` and
/// this kurtosis, in standard deviations: 0 is as expected, more is more.
///
/// A line's sum of squares has mean `width std^2` and variance `width (kurtosis - 1) std^4`, its sum mean 0 and variance
/// `width std^2`. The squared distances from these, divided by these and added up over the lines, are near a chi-square distribution
/// with as many degrees of freedom, fewer where lines are short; Wilson & Hilferty's cube root makes them normal.
#[expect(clippy::cast_precision_loss, reason = "no axis is 2^53 long")]
pub(super) fn of(lines: &Lines, width: usize, std: f64, kurtosis: f64) -> [f64; 2] {
    let (count, width) = (lines.len() as f64, width as f64);
    let variance = std * std;
    let square = |value: &f64, mean: f64, scale: f64| (value - mean) * (value - mean) / scale;
    let norm = |squares: &f64| square(squares, width * variance, width * (kurtosis - 1.0) * variance * variance);
    let norms: f64 = lines.squares.iter().map(norm).sum();
    let sums: f64 = lines.sum.iter().map(|sum| square(sum, 0.0, width * variance)).sum();
    // The total of the norms is fixed by the estimated variance: one degree less. Short lines have heavy tails.
    let heavy = 1.0 + 6.0 / width;
    [standardized(norms, count - 1.0, heavy), standardized(sums, count, 1.0)]
}

/// Wilson & Hilferty 1931.
fn standardized(chi_square: f64, freedom: f64, heavy: f64) -> f64 {
    if freedom < 1.0 {
        return 0.0;
    }
    let spread = 2.0 * heavy / (9.0 * freedom);
    ((chi_square / freedom).cbrt() - (1.0 - spread)) / spread.sqrt()
}
