//! Noise with a few values that repeat exactly: a sparse start, a padding row, clipped or lost values.

use fanin_checkpoint::reading::TensorData;

use crate::judge::noise::{Family, family};
use crate::measure::Grid;

/// The fewest values besides the atoms.
const FEWEST: usize = 100;

/// The smallest accepted p-value of the fit.
const FIT: f64 = 1e-3;

/// The largest accepted sum of the four squared deviations: for chi-square with four degrees of freedom, 24 has p = 0.00008.
const TOTAL: f64 = 24.0;

/// The values that repeat in a sorted sample beyond what rounding explains. Rounded values repeat too, but so do their neighbors.
pub(super) fn of(sorted: &[f32]) -> Vec<f32> {
    let runs: Vec<&[f32]> = sorted.chunk_by(|a, b| a == b).collect();
    let length = |at: usize| runs.get(at).map_or(0, |run| run.len());
    let beyond = |at: usize| {
        let around = (at.saturating_sub(3)..at + 4).filter(|other| *other != at).map(length);
        let most = around.max().unwrap_or(0);
        length(at) >= (6 * most).max(8)
    };
    (0..runs.len()).filter(|at| beyond(*at)).filter_map(|at| runs[at].first().copied()).collect()
}

/// The values besides the atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// Independent draws of one distribution.
    Noise,
    /// Too few to tell.
    TooFew,
    /// Anything else, also if there are no atoms.
    Structured,
}

/// Judges the values besides the atoms. The sample, which is at hand, is tested first.
pub(super) fn rest(sample: &[f32], data: &TensorData<'_>, grid: Grid) -> Rest {
    let atoms = of(sample);
    if atoms.is_empty() || atoms.len() > 4 {
        return Rest::Structured;
    }
    let rest: Vec<f32> = sample.iter().copied().filter(|value| !atoms.contains(value)).collect();
    if rest.len() < FEWEST {
        return Rest::TooFew;
    }
    let count = number(rest.len());
    let std = (rest.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>() / count).sqrt();
    let fitting = family::fits(&rest, std).into_iter().filter(|(_, fit)| *fit >= FIT);
    let fitting: Vec<Family> = fitting.map(|(family, _)| family).collect();
    if fitting.is_empty() {
        return Rest::Structured;
    }
    let Some([rows, columns]) = Lines::without(&atoms, data, grid) else { return Rest::Structured };
    let variance = rows.squares.iter().sum::<f64>() / rows.count.iter().sum::<f64>();
    let is_noise = |family: &Family| {
        let all = [rows.dispersion(variance, family.kurtosis()), columns.dispersion(variance, family.kurtosis())];
        all.iter().flatten().map(|z| z * z).sum::<f64>() <= TOTAL
    };
    if fitting.iter().any(is_noise) { Rest::Noise } else { Rest::Structured }
}

/// Sums over rows or columns of the values that are not atoms.
struct Lines {
    count: Vec<f64>,
    sum: Vec<f64>,
    squares: Vec<f64>,
}

impl Lines {
    fn new(len: usize) -> Self {
        Self { count: vec![0.0; len], sum: vec![0.0; len], squares: vec![0.0; len] }
    }

    fn add(&mut self, line: usize, value: f64) {
        if let (Some(count), Some(sum), Some(squares)) =
            (self.count.get_mut(line), self.sum.get_mut(line), self.squares.get_mut(line))
        {
            *count += 1.0;
            *sum += value;
            *squares += value * value;
        }
    }

    /// Sums up the rows and columns of a matrix.
    fn without(atoms: &[f32], data: &TensorData<'_>, grid: Grid) -> Option<[Self; 2]> {
        if !grid.lines || grid.columns == 0 {
            return None;
        }
        let (mut rows, mut columns) = (Self::new(grid.rows), Self::new(grid.columns));
        let mut buffer = [0.0_f32; 1024];
        let mut start = 0;
        loop {
            let read = data.read_f32(start, &mut buffer);
            if read == 0 {
                return Some([rows, columns]);
            }
            for (at, value) in buffer[..read].iter().enumerate().filter(|(_, value)| !atoms.contains(value)) {
                rows.add((start + at) / grid.columns, f64::from(*value));
                columns.add((start + at) % grid.columns, f64::from(*value));
            }
            start += read;
        }
    }

    /// The dispersion of norms and sums, as normal deviations (Wilson & Hilferty 1931): the squared deviations of lines of k independent
    /// values, divided by their variances, sum to about chi-square.
    fn dispersion(&self, variance: f64, kurtosis: f64) -> [f64; 2] {
        let lines = || self.count.iter().zip(&self.sum).zip(&self.squares).filter(|((count, _), _)| **count >= 1.0);
        let freedom = number(lines().count()) - 1.0;
        if freedom < 1.0 {
            return [0.0, 0.0];
        }
        let square = |((count, _), squares): ((&f64, &f64), &f64)| {
            (squares - count * variance).powi(2) / (count * (kurtosis - 1.0) * variance * variance)
        };
        let sum = |((count, sum), _): ((&f64, &f64), &f64)| sum * sum / (count * variance);
        let inverse = lines().map(|((count, _), _)| 1.0 / count).sum::<f64>() / (freedom + 1.0);
        let deviation = |chi_square: f64, heavy: f64| {
            let spread = 2.0 * heavy / (9.0 * freedom);
            ((chi_square / freedom).cbrt() - (1.0 - spread)) / spread.sqrt()
        };
        [deviation(lines().map(square).sum(), 1.0 + 6.0 * inverse), deviation(lines().map(sum).sum(), 1.0)]
    }
}

#[expect(clippy::cast_precision_loss, reason = "no tensor has 2^53 elements")]
fn number(count: usize) -> f64 {
    count as f64
}
