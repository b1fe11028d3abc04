//! Tests whether the rows and columns of a matrix are homogeneous: those of independent values are, those of trained
//! weights rarely.

use fanin_core::Distribution;
use fanin_core::values::exact::normal_tail;

use crate::measure::{Lines, Statistics};

/// Values of one row or column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    /// Their number.
    pub(crate) count: f64,
    /// Their sum.
    pub(crate) sum: f64,
    /// The sum of their squares.
    pub(crate) squares: f64,
}

/// The number of tests of [`least_probability`].
pub(crate) const TESTS: f64 = 4.0;

/// The smallest p-value of four tests that lines hold independent values of one distribution with this kurtosis: that row norms, row
/// sums, column norms and column sums are not more dispersed. `None` without at least two rows and two columns.
///
/// Multiply the p-value by [`TESTS`]. In simulations of normal and uniform matrices of 2 to 1100 lines of 2 to 2000 values, a test at
/// 2e-5 rejected at most 4e-5 of them, and most shapes less than 2e-5.
pub(crate) fn least_probability(statistics: &Statistics, kurtosis: f64) -> Option<f64> {
    deviations(statistics, kurtosis).map(|all| all.into_iter().map(normal_tail).fold(1.0, f64::min))
}

/// The dispersion of row norms, row sums, column norms and column sums around the mean, as standard normal deviations: 0 is as expected,
/// positive values are more dispersed. `None` without at least two rows and two columns, or if the mean is so large that the sums of
/// lines, which have 32 bits, do not show the deviations from it.
pub(crate) fn deviations(statistics: &Statistics, kurtosis: f64) -> Option<[f64; 4]> {
    let (rows, columns) = (statistics.rows.as_ref()?, statistics.columns.as_ref()?);
    if rows.len() < 2 || columns.len() < 2 || statistics.is_far_from_zero() {
        return None;
    }
    let of = |lines: &Lines, width: usize| {
        let sums = lines.sum.iter().zip(&lines.squares);
        let lines: Vec<Line> =
            sums.map(|(sum, squares)| Line { count: number(width), sum: *sum, squares: *squares }).collect();
        dispersion(&lines, statistics.mean(), statistics.variance(), kurtosis)
    };
    let ([row_norms, row_sums], [column_norms, column_sums]) = (of(rows, columns.len()), of(columns, rows.len()));
    Some([row_norms, row_sums, column_norms, column_sums])
}

/// The dispersion of the norms and the sums of lines of independent values with this mean, variance and kurtosis, as standard normal
/// deviations.
///
/// The sum of squares of a line of `k` values has mean `k variance` and variance `k (kurtosis - 1) variance^2`, its sum has variance
/// `k variance`. The squared deviations divided by the variances and summed over the lines are approximately chi-square with one
/// degree of freedom for each line but one, as mean and variance are estimated. Lines of few values have heavier tails, which lowers the
/// degrees of freedom: for normal values by a factor of `1 + 6 / k`, for others by less. The cube root of Wilson & Hilferty makes a
/// chi-square value normal.
pub(crate) fn dispersion(lines: &[Line], mean: f64, variance: f64, kurtosis: f64) -> [f64; 2] {
    let freedom = number(lines.len()) - 1.0;
    if freedom < 1.0 {
        return [0.0, 0.0];
    }
    let norm = |line: &Line| {
        let squares = line.squares - 2.0 * mean * line.sum + line.count * mean * mean;
        (squares - line.count * variance).powi(2) / (line.count * (kurtosis - 1.0) * variance * variance)
    };
    let sum = |line: &Line| (line.sum - line.count * mean).powi(2) / (line.count * variance);
    let short = lines.iter().map(|line| 1.0 / line.count).sum::<f64>() / (freedom + 1.0);
    let deviation = |chi_square: f64, heavy: f64| {
        let spread = 2.0 * heavy / (9.0 * freedom);
        ((chi_square / freedom).cbrt() - (1.0 - spread)) / spread.sqrt()
    };
    let (norms, sums) = (lines.iter().map(norm).sum(), lines.iter().map(sum).sum());
    [deviation(norms, 1.0 + 6.0 * short), deviation(sums, 1.0)]
}

/// The fourth central moment divided by the square of the variance, for distributions of independent values.
pub(crate) fn kurtosis(distribution: &Distribution) -> Option<f64> {
    match distribution {
        Distribution::Normal { .. } => Some(3.0),
        Distribution::Uniform { .. } => Some(1.8),
        // By parts: E z^4 = 3 E z^2 - 2 c^3 phi(c) / mass, and E z^2 = 1 - 2 c phi(c) / mass.
        Distribution::TruncatedNormal { unit, .. } if unit.low() == -unit.high() => {
            let (variance, bound) = (unit.std() * unit.std(), unit.high());
            Some((3.0 * variance - bound * bound * (1.0 - variance)) / (variance * variance))
        }
        Distribution::LogUniform { low, high } => {
            let moment = |power: i32| (high.powi(power) - low.powi(power)) / (f64::from(power) * (high / low).ln());
            let [first, second, third, fourth] = [1, 2, 3, 4].map(moment);
            let variance = second - first * first;
            let central = fourth - 4.0 * first * third + 6.0 * first * first * second - 3.0 * first.powi(4);
            Some(central / (variance * variance))
        }
        Distribution::Sparse { zeros, length, others, .. } if others.mean() == Some(0.0) => {
            #[expect(clippy::cast_precision_loss, reason = "no axis is 2^53 long")]
            let share = 1.0 - *zeros as f64 / *length as f64;
            Some(kurtosis(others)? / share)
        }
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "no axis is 2^53 long")]
fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use fanin_core::initializers::{LogUniform, Normal, TruncatedNormal, Uniform};
    use fanin_core::{Initializer, InitializerExt, ParamSpec, Seed, param::Slice};

    use super::*;
    use crate::measure::{Grid, pass};

    fn least(values: &[f32], [rows, columns]: [usize; 2], kurtosis: f64) -> Option<f64> {
        least_probability(&pass(&Slice::F32(values).into(), Grid::matrix(rows, columns)), kurtosis)
    }

    /// 300 untrained matrices, alpha 1e-4: the probability that any is rejected is at most 0.03.
    #[test]
    fn independent_values_pass() {
        let distributions: [Box<dyn Initializer>; 2] =
            [Box::new(Normal::new(0.0, 0.02).unwrap()), Box::new(Uniform::new(-1.0, 1.0).unwrap())];
        for distribution in &distributions {
            for shape in [[8, 64], [64, 8], [1100, 12]] {
                let param = ParamSpec::new("w", shape).unwrap();
                let kurtosis = kurtosis(&distribution.distribution(&param)).unwrap();
                for seed in 0..50 {
                    let values: Vec<f32> = distribution.sample(&param, Seed(seed)).unwrap();
                    let p = least(&values, shape, kurtosis).unwrap() * TESTS;
                    assert!(p > 1e-4, "{distribution:?} {shape:?} {seed}: {p}");
                }
            }
        }
    }

    #[test]
    fn rows_of_other_scales_and_columns_of_other_means_are_seen() {
        let shape = [64, 64];
        let param = ParamSpec::new("w", shape).unwrap();
        let values: Vec<f32> = Normal::new(0.0, 1.0).unwrap().sample(&param, Seed(1)).unwrap();
        let p = |change: fn(usize, usize) -> (f32, f32)| {
            let changed = values.iter().enumerate().map(|(i, value)| {
                let (factor, shift) = change(i / 64, i % 64);
                value * factor + shift
            });
            least(&changed.collect::<Vec<_>>(), shape, 3.0).unwrap()
        };
        assert!(p(|_, _| (1.0, 0.0)) > 1e-3);
        assert!(p(|row, _| (if row % 2 == 0 { 0.7 } else { 1.3 }, 0.0)) < 1e-9);
        assert!(p(|_, column| (if column < 8 { 2.0 } else { 1.0 }, 0.0)) < 1e-9);
        assert!(p(|row, _| (1.0, if row < 3 { 1.0 } else { 0.0 })) < 1e-9);
        assert!(p(|_, column| (1.0, if column < 3 { 1.0 } else { 0.0 })) < 1e-9);
    }

    #[test]
    fn a_vector_has_no_lines() {
        assert_eq!(least(&[1.0, 2.0], [1, 2], 3.0), None);
        assert_eq!(least(&[], [0, 3], 3.0), None);
    }

    #[test]
    fn kurtoses_are_those_of_draws() {
        let param = ParamSpec::new("w", [400_000]).unwrap();
        let initializers: [Box<dyn Initializer>; 4] = [
            Box::new(Normal::new(1.0, 2.0).unwrap()),
            Box::new(Uniform::new(-1.0, 3.0).unwrap()),
            Box::new(TruncatedNormal::new(0.0, 1.0, -3.0, 3.0).unwrap()),
            Box::new(LogUniform::new(0.01, 1.0).unwrap()),
        ];
        for initializer in initializers {
            let values: Vec<f64> = initializer.sample(&param, Seed(1)).unwrap();
            let mean = values.iter().sum::<f64>() / 4e5;
            let moment = |power: i32| values.iter().map(|value| (value - mean).powi(power)).sum::<f64>() / 4e5;
            let (found, wanted) = (moment(4) / moment(2).powi(2), kurtosis(&initializer.distribution(&param)).unwrap());
            assert!((found / wanted - 1.0).abs() < 0.02, "{initializer:?}: {found}, not {wanted}");
        }
    }
}
