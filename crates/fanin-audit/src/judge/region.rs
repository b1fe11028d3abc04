//! The region that some values of a matrix fill, such as a block that was never written.

use fanin_checkpoint::reading::TensorData;

use super::homogeneity;
use crate::measure::Grid;

/// A region of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Region {
    /// Consecutive elements.
    Elements { first: usize, last: usize },
    /// A part of some rows.
    Rectangle { rows: (usize, usize), columns: (usize, usize) },
}

/// The smallest rectangle.
const LEAST: usize = 16;

/// The values of a matrix, split into selected and other ones.
pub(crate) struct Split {
    rows: Vec<Line>,
    columns: Vec<Line>,
    /// The number of selected values, of runs of adjacent ones, and the first and the last.
    pub(crate) count: usize,
    runs: usize,
    first: usize,
    last: usize,
}

/// The sums over a line of the values that are not selected, and the number of those that are.
#[derive(Clone, Copy, Debug, Default)]
struct Line {
    kept: f64,
    sum: f64,
    squares: f64,
    selected: usize,
}

impl Split {
    pub(crate) fn of(data: &TensorData<'_>, grid: Grid, is_selected: impl Fn(f32) -> bool) -> Self {
        let mut split = Self {
            rows: vec![Line::default(); grid.rows],
            columns: vec![Line::default(); grid.columns],
            count: 0,
            runs: 0,
            first: usize::MAX,
            last: 0,
        };
        let mut buffer = [0.0_f32; 1024];
        let mut start = 0;
        loop {
            let read = data.read_f32(start, &mut buffer);
            if read == 0 {
                return split;
            }
            for (at, value) in (start..).zip(&buffer[..read]) {
                let (row, column) = (at / grid.columns.max(1), at % grid.columns.max(1));
                let (Some(row), Some(column)) = (split.rows.get_mut(row), split.columns.get_mut(column)) else {
                    continue;
                };
                let selected = is_selected(*value);
                for line in [row, column] {
                    if selected { line.selected += 1 } else { line.add(f64::from(*value)) }
                }
                if selected {
                    split.runs += usize::from(split.count == 0 || split.last + 1 != at);
                    split.count += 1;
                    split.first = split.first.min(at);
                    split.last = at;
                }
            }
            start += read;
        }
    }

    /// The number of values that are not selected.
    pub(crate) fn kept(&self) -> f64 {
        self.rows.iter().map(|line| line.kept).sum()
    }

    /// The sum of their squares.
    pub(crate) fn squares(&self) -> f64 {
        self.rows.iter().map(|line| line.squares).sum()
    }

    /// The sum of the squared deviations of the norms and sums of rows and columns, without the selected values.
    pub(crate) fn deviation(&self, kurtosis: f64) -> f64 {
        let mean = self.rows.iter().map(|line| line.sum).sum::<f64>() / self.kept();
        let variance = self.squares() / self.kept() - mean * mean;
        let kept = |line: &Line| homogeneity::Line { count: line.kept, sum: line.sum, squares: line.squares };
        let all = [&self.rows, &self.columns].map(|lines| {
            let lines: Vec<_> = lines.iter().filter(|line| line.kept >= 1.0).map(kept).collect();
            homogeneity::dispersion(&lines, mean, variance, kurtosis)
        });
        all.iter().flatten().map(|z| z * z).sum()
    }

    /// Whether the selected values are whole rows or columns, or one in each of them as on a diagonal. A single line of another value
    /// than zero is neither dead nor a copy, so that no other rule finds it.
    pub(crate) fn is_regular(&self, zeros: bool) -> bool {
        let whole = |lines: &[Line]| lines.iter().filter(|line| line.kept == 0.0).count();
        let (rows, columns) = (whole(&self.rows), whole(&self.columns));
        let lines = rows * self.columns.len() + columns * self.rows.len() - rows * columns;
        let diagonal = || self.rows.iter().chain(&self.columns).all(|line| line.selected == 1);
        lines == self.count && (zeros || rows + columns > 1) || diagonal()
    }

    /// The region that the selected values fill: consecutive elements, or a rectangle of at most this share of the matrix.
    pub(crate) fn region(&self, share: f64) -> Option<Region> {
        if self.runs == 1 {
            return Some(Region::Elements { first: self.first, last: self.last });
        }
        let ends = |lines: &[Line]| {
            let hit = |line: &Line| line.selected > 0;
            Some((lines.iter().position(hit)?, lines.iter().rposition(hit)?))
        };
        let (rows, columns) = (ends(&self.rows)?, ends(&self.columns)?);
        let area = (rows.1 - rows.0 + 1) * (columns.1 - columns.0 + 1);
        let is_block = self.count == area && area >= LEAST && number(area) <= share * number(self.len());
        is_block.then_some(Region::Rectangle { rows, columns })
    }

    /// The number of values.
    pub(crate) fn len(&self) -> usize {
        self.rows.len() * self.columns.len()
    }
}

impl Line {
    fn add(&mut self, value: f64) {
        self.kept += 1.0;
        self.sum += value;
        self.squares += value * value;
    }
}

#[expect(clippy::cast_precision_loss, reason = "no tensor has 2^53 elements")]
fn number(count: usize) -> f64 {
    count as f64
}
