//! Noise with a few values that repeat exactly: a sparse start, a padding row, clipped or lost values.

use fanin_checkpoint::reading::TensorData;

use crate::judge::homogeneity::{Line, dispersion};
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
    let Some([rows, columns]) = lines_without(&atoms, data, grid) else { return Rest::Structured };
    let variance = rows.iter().map(|line| line.squares).sum::<f64>() / rows.iter().map(|line| line.count).sum::<f64>();
    let is_noise = |family: &Family| {
        let all = [&rows, &columns].map(|lines| dispersion(lines, 0.0, variance, family.kurtosis()));
        all.iter().flatten().map(|z| z * z).sum::<f64>() <= TOTAL
    };
    if fitting.iter().any(is_noise) { Rest::Noise } else { Rest::Structured }
}

/// The rows and columns of a matrix, without atoms.
fn lines_without(atoms: &[f32], data: &TensorData<'_>, grid: Grid) -> Option<[Vec<Line>; 2]> {
    if !grid.lines || grid.columns == 0 {
        return None;
    }
    let none = Line { count: 0.0, sum: 0.0, squares: 0.0 };
    let mut all = [vec![none; grid.rows], vec![none; grid.columns]];
    let (mut buffer, mut start) = ([0.0_f32; 1024], 0);
    loop {
        let read = data.read_f32(start, &mut buffer);
        if read == 0 {
            return Some(all.map(|lines| lines.into_iter().filter(|line| line.count > 0.0).collect()));
        }
        for (at, value) in buffer[..read].iter().enumerate().filter(|(_, value)| !atoms.contains(value)) {
            let value = f64::from(*value);
            let places = [(start + at) / grid.columns, (start + at) % grid.columns];
            for line in all.iter_mut().zip(places).filter_map(|(lines, place)| lines.get_mut(place)) {
                *line = Line { count: line.count + 1.0, sum: line.sum + value, squares: line.squares + value * value };
            }
        }
        start += read;
    }
}

#[expect(clippy::cast_precision_loss, reason = "no tensor has 2^53 elements")]
fn number(count: usize) -> f64 {
    count as f64
}
