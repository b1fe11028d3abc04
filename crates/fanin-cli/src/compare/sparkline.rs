//! A curve in one line of text.

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Draws a sparkline of `width` characters. Each character shows the mean of one segment of the curve on the scale from
/// `low` to `high`, or `×` if the segment has no finite values.
pub(super) fn sparkline(curve: &[Option<f64>], width: usize, low: f64, high: f64) -> String {
    let width = width.min(curve.len());
    (0..width)
        .map(|column| {
            let part = &curve[column * curve.len() / width..(column + 1) * curve.len() / width];
            let finite: Vec<f64> = part.iter().flatten().copied().collect();
            mean(&finite).map_or('×', |value| bar(value, low, high))
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "a curve has fewer than 2^53 points")]
fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 7")]
fn bar(value: f64, low: f64, high: f64) -> char {
    let height = if high > low { ((value - low) / (high - low)).clamp(0.0, 1.0) } else { 0.5 };
    BARS[((height * 7.0).round() as usize).min(7)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_falling_curve_falls() {
        let curve: Vec<Option<f64>> = (0..16).map(|i| Some(f64::from(15 - i))).collect();
        assert_eq!(sparkline(&curve, 8, 0.0, 15.0), "█▇▆▅▄▃▂▁");
    }

    #[test]
    fn odd_curves() {
        assert_eq!(sparkline(&[], 8, 0.0, 1.0), "");
        assert_eq!(sparkline(&[Some(2.0), Some(2.0)], 8, 2.0, 2.0), "▅▅");
        assert_eq!(sparkline(&[Some(0.0), None], 2, 0.0, 1.0), "▁×");
        assert_eq!(sparkline(&[Some(9.0), Some(-9.0)], 2, 0.0, 1.0), "█▁");
    }
}
