//! Whether the rows and columns of a matrix are homogeneous: those of independent values are, those of trained weights rarely.

use fanin_checkpoint::reading::TensorData;

/// The most rows and columns tested, evenly spaced.
const MOST: usize = 512;

/// The most elements read of a row.
const SPAN: usize = 1 << 16;

/// Part of the rows (the first axis) and columns (all other axes) of a tensor.
struct Lines {
    values: Vec<f64>,
    rows: usize,
    columns: usize,
}

/// The smallest p-value of four tests that lines hold independent values of one distribution: of rows and columns, the means by
/// analysis of variance and the spreads by Levene's test, the same test on the distances from the mean. `None` without at least two
/// rows and two columns.
///
/// The F distribution holds for normal values and is a good approximation for others (Box & Andersen 1955; Levene 1960). Multiply
/// the p-value by 4, the number of tests.
pub(super) fn least_probability(data: &TensorData<'_>, shape: &[usize]) -> Option<f64> {
    let lines = Lines::of(data, shape)?;
    let mean = lines.values.iter().sum::<f64>() / count(lines.values.len());
    let sizes = Lines { values: lines.values.iter().map(|value| (value - mean).abs()).collect(), ..lines };
    let all = [lines.rows_differ(), lines.columns_differ(), sizes.rows_differ(), sizes.columns_differ()];
    all.into_iter().flatten().reduce(f64::min)
}

/// The number of tests of [`least_probability`].
pub(super) const LOOKS: f64 = 4.0;

impl Lines {
    fn of(data: &TensorData<'_>, shape: &[usize]) -> Option<Self> {
        let rows = *shape.first()?;
        let columns = data.len().checked_div(rows)?;
        if rows < 2 || columns < 2 {
            return None;
        }
        // Only the beginning of very long rows.
        let columns_seen = columns.min(SPAN);
        let (row_step, column_step) = (rows.div_ceil(MOST), columns_seen.div_ceil(MOST));
        let mut values = Vec::with_capacity(rows.div_ceil(row_step) * columns_seen.div_ceil(column_step));
        let mut row = vec![0.0; columns_seen];
        for start in (0..rows).step_by(row_step) {
            let read = data.read_f64(start * columns, &mut row);
            if read < row.len() {
                return None;
            }
            // Padding rows do not follow the distribution.
            if row.iter().all(|value| *value == 0.0) {
                continue;
            }
            values.extend(row.iter().step_by(column_step));
        }
        let columns = columns_seen.div_ceil(column_step);
        let rows = values.len() / columns;
        (rows >= 2).then_some(Self { values, rows, columns })
    }

    fn rows_differ(&self) -> Option<f64> {
        let sums = self.values.chunks_exact(self.columns).map(|row| row.iter().sum());
        self.differ(&sums.collect::<Vec<f64>>(), self.columns)
    }

    fn columns_differ(&self) -> Option<f64> {
        let mut sums = vec![0.0; self.columns];
        for row in self.values.chunks_exact(self.columns) {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        self.differ(&sums, self.rows)
    }

    /// The p-value of an analysis of variance, from the sums of groups.
    fn differ(&self, sums: &[f64], each: usize) -> Option<f64> {
        let (groups, each, all) = (count(sums.len()), count(each), count(self.values.len()));
        let mean = sums.iter().sum::<f64>() / all;
        let between: f64 = sums.iter().map(|sum| (sum / each - mean) * (sum / each - mean) * each).sum();
        let total: f64 = self.values.iter().map(|value| (value - mean) * (value - mean)).sum();
        let (above, below) = (groups - 1.0, all - groups);
        let within = total - between;
        if above < 1.0 || below < 1.0 || within <= 0.0 {
            return None;
        }
        Some(upper_tail((between / above) / (within / below), above, below))
    }
}

/// The upper tail of the F distribution with these degrees of freedom, by Paulson's normal approximation (1942).
fn upper_tail(ratio: f64, above: f64, below: f64) -> f64 {
    let (a, b) = (2.0 / (9.0 * above), 2.0 / (9.0 * below));
    let root = ratio.max(0.0).cbrt();
    let z = ((1.0 - b) * root - (1.0 - a)) / (b * root * root + a).sqrt();
    fanin_core::values::exact::normal_tail(z)
}

#[expect(clippy::cast_precision_loss, reason = "a count of lines or values")]
fn count(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use fanin_core::initializers::{Normal, Uniform};
    use fanin_core::{Initializer, InitializerExt, ParamSpec, Seed, param::Slice};

    use super::*;

    #[test]
    fn ratios_of_the_table() {
        // F(0.95; 5, 10) = 3.326, F(0.99; 20, 100) = 2.067.
        assert!((upper_tail(3.326, 5.0, 10.0) - 0.05).abs() < 2e-3);
        assert!((upper_tail(2.067, 20.0, 100.0) - 0.01).abs() < 5e-4);
    }

    /// 300 untrained matrices, alpha 1e-4: the probability that any is rejected is at most 0.03.
    #[test]
    fn independent_values_pass() {
        let distributions: [Box<dyn Initializer>; 2] =
            [Box::new(Normal::new(0.0, 0.02).unwrap()), Box::new(Uniform::new(-1.0, 1.0).unwrap())];
        for distribution in &distributions {
            for shape in [[8, 64], [64, 8], [1100, 12]] {
                let param = ParamSpec::new("w", shape).unwrap();
                for seed in 0..50 {
                    let values: Vec<f32> = distribution.sample(&param, Seed(seed)).unwrap();
                    let p = least_probability(&Slice::F32(&values).into(), &shape).unwrap() * LOOKS;
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
            least_probability(&Slice::F32(&changed.collect::<Vec<_>>()).into(), &shape).unwrap()
        };
        assert!(p(|_, _| (1.0, 0.0)) > 1e-3);
        assert!(p(|row, _| (if row % 2 == 0 { 0.7 } else { 1.3 }, 0.0)) < 1e-9);
        assert!(p(|_, column| (if column < 8 { 2.0 } else { 1.0 }, 0.0)) < 1e-9);
        assert!(p(|row, _| (1.0, if row < 3 { 1.0 } else { 0.0 })) < 1e-9);
        assert!(p(|_, column| (1.0, if column < 3 { 1.0 } else { 0.0 })) < 1e-9);
    }

    #[test]
    fn a_vector_has_no_lines() {
        assert_eq!(least_probability(&Slice::F32(&[1.0, 2.0]).into(), &[2]), None);
        assert_eq!(least_probability(&Slice::F32(&[]).into(), &[0, 3]), None);
        assert_eq!(least_probability(&Slice::F32(&[1.0]).into(), &[]), None);
    }
}
