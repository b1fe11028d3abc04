//! The neurons and inputs of a weight, as rows and columns of its matrix.

use std::borrow::Cow;

use fanin_checkpoint::reading::TensorData;

use crate::measure::{Grid, Lines, mixed};

/// A side of a matrix: rows or columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Rows, contiguous in memory.
    Rows,
    /// Columns.
    Columns,
}

/// The neurons of a weight, or its inputs: each is a line of its matrix, or several lines if the kernel has several positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Channels {
    /// The side on which they lie.
    pub side: Side,
    /// The number of channels.
    pub count: usize,
    /// The number of lines per channel.
    pub lines: usize,
    /// Whether the lines of a channel are adjacent. Otherwise they are `count` apart.
    pub adjacent: bool,
    /// The noun in messages: `neuron` or `input`; `row` or `column` if the axes are unknown.
    pub noun: &'static str,
}

/// The maximum number of values compared at once.
const CHUNK: usize = 512;

impl Side {
    /// The other side.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Rows => Self::Columns,
            Self::Columns => Self::Rows,
        }
    }

    /// `row` or `column`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rows => "row",
            Self::Columns => "column",
        }
    }
}

impl Channels {
    /// The lines of a channel.
    pub(crate) fn lines_of(self, channel: usize) -> impl Iterator<Item = usize> {
        let (start, step) = if self.adjacent { (channel * self.lines, 1) } else { (channel, self.count) };
        (0..self.lines).map(move |line| start + line * step)
    }

    /// The statistics of the channels, from those of the lines.
    pub(crate) fn gathered(self, lines: &Lines) -> Cow<'_, Lines> {
        if self.lines == 1 {
            return Cow::Borrowed(lines);
        }
        let mut all = Lines::default();
        for channel in 0..self.count {
            let (mut sum, mut squares, mut hash) = (0.0, 0.0, 0);
            let (mut low, mut high) = (f32::INFINITY, f32::NEG_INFINITY);
            for line in self.lines_of(channel).filter(|line| *line < lines.len()) {
                sum += lines.sum[line];
                squares += lines.squares[line];
                low = low.min(lines.low[line]);
                high = high.max(lines.high[line]);
                hash = mixed(hash, lines.hash[line]);
            }
            all.sum.push(sum);
            all.squares.push(squares);
            all.low.push(low);
            all.high.push(high);
            all.hash.push(hash);
        }
        Cow::Owned(all)
    }

    /// The number of values of a channel.
    pub(crate) fn width(self, grid: Grid) -> usize {
        let length = if self.side == Side::Rows { grid.columns } else { grid.rows };
        length.saturating_mul(self.lines)
    }

    /// The values of a channel as runs in memory: start and length.
    fn runs(self, grid: Grid, channel: usize) -> Box<dyn Iterator<Item = (usize, usize)>> {
        let columns = grid.columns;
        let cut = move |(start, len): (usize, usize)| {
            (0..len).step_by(CHUNK).map(move |at| (start + at, CHUNK.min(len - at)))
        };
        match self.side {
            Side::Rows => Box::new(self.lines_of(channel).map(move |row| (row * columns, columns)).flat_map(cut)),
            Side::Columns if self.adjacent => {
                let (first, width) = (channel * self.lines, self.lines);
                Box::new((0..grid.rows).map(move |row| (row * columns + first, width)).flat_map(cut))
            }
            Side::Columns => Box::new(
                (0..grid.rows).flat_map(move |row| self.lines_of(channel).map(move |line| (row * columns + line, 1))),
            ),
        }
    }

    /// Reads two channels in parallel while `more` returns true. Returns whether it always did.
    pub(crate) fn pairwise(
        self,
        data: &TensorData<'_>,
        grid: Grid,
        (a, b): (usize, usize),
        mut more: impl FnMut(&[f64], &[f64]) -> bool,
    ) -> bool {
        let (mut left, mut right) = ([0.0_f64; CHUNK], [0.0_f64; CHUNK]);
        self.runs(grid, a).zip(self.runs(grid, b)).all(|((a, size), (b, _))| {
            let read = (data.read_f64(a, &mut left[..size]), data.read_f64(b, &mut right[..size]));
            read == (size, size) && more(&left[..size], &right[..size])
        })
    }

    /// The values of a channel.
    pub(crate) fn values(self, data: &TensorData<'_>, grid: Grid, channel: usize) -> Vec<f64> {
        let mut values = Vec::with_capacity(self.width(grid));
        for (start, len) in self.runs(grid, channel) {
            let at = values.len();
            values.resize(at + len, 0.0);
            data.read_f64(start, &mut values[at..]);
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use fanin_core::param::Slice;

    use super::*;

    /// Two positions, three inputs and four outputs, in every order.
    #[test]
    fn channels_are_read_wherever_they_lie() {
        let element = |position: u8, input: u8, output: u8| f32::from(100 * position + 10 * input + output);
        let oik: Vec<f32> = (0..24_u8).map(|at| element(at % 2, at / 2 % 3, at / 6)).collect();
        let kio: Vec<f32> = (0..24_u8).map(|at| element(at / 12, at / 4 % 3, at % 4)).collect();
        let okio: Vec<f32> = (0..24_u8).map(|at| element(at / 3 % 2, at % 3, at / 6)).collect();
        let channels = |side, count, lines, adjacent| Channels { side, count, lines, adjacent, noun: "input" };
        for (values, grid, inputs) in [
            (&oik, Grid::matrix(4, 6), channels(Side::Columns, 3, 2, true)),
            (&kio, Grid::matrix(6, 4), channels(Side::Rows, 3, 2, false)),
            (&okio, Grid::matrix(4, 6), channels(Side::Columns, 3, 2, false)),
        ] {
            let data = TensorData::from(Slice::F32(values));
            for input in 0..3_u8 {
                let mut read = inputs.values(&data, grid, usize::from(input));
                assert!(read.iter().all(|value| (value / 10.0).floor() % 10.0 == f64::from(input)), "{read:?}");
                read.sort_by(f64::total_cmp);
                read.dedup();
                assert_eq!((read.len(), inputs.width(grid)), (8, 8));
            }
            let pairs = |more: bool| inputs.pairwise(&data, grid, (0, 2), |a, b| (b[0] - a[0] == 20.0) == more);
            assert!(pairs(true) && !pairs(false));
        }
    }
}
