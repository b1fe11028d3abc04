//! The dispersion of the norms and sums of lines.

use crate::measure::Lines;

/// The dispersion of the norms and the sums of lines of `width` independent values with mean 0, standard deviation `std` and the
/// given kurtosis, as a standard normal deviation: 0 is as expected, positive values are more dispersed.
///
/// The sum of squares of a line has mean `width std^2` and variance `width (kurtosis - 1) std^4`, its sum has mean 0 and variance
/// `width std^2`. The squared deviations divided by the variances and summed over the lines are approximately chi-square with one
/// degree of freedom for each line, fewer if lines are short; the cube root of Wilson & Hilferty makes them normal.
#[expect(clippy::cast_precision_loss, reason = "no axis is 2^53 long")]
pub(crate) fn of(lines: &Lines, width: usize, std: f64, kurtosis: f64) -> [f64; 2] {
    let (count, width) = (lines.len() as f64, width as f64);
    let variance = std * std;
    let square = |value: &f64, mean: f64, scale: f64| (value - mean) * (value - mean) / scale;
    let norm = |squares: &f64| square(squares, width * variance, width * (kurtosis - 1.0) * variance * variance);
    let norms: f64 = lines.squares.iter().map(norm).sum();
    let sums: f64 = lines.sum.iter().map(|sum| square(sum, 0.0, width * variance)).sum();
    // The estimated variance fixes the total of the norms: one degree of freedom less. Short lines have heavy tails.
    let heavy = 1.0 + 6.0 / width;
    [standardized(norms, count - 1.0, heavy), standardized(sums, count, 1.0)]
}

/// The normal approximation of a chi-square value (Wilson & Hilferty 1931).
fn standardized(chi_square: f64, freedom: f64, heavy: f64) -> f64 {
    if freedom < 1.0 {
        return 0.0;
    }
    let spread = 2.0 * heavy / (9.0 * freedom);
    ((chi_square / freedom).cbrt() - (1.0 - spread)) / spread.sqrt()
}
