//! A block of rows.

use std::ops::Range;

use super::columns::Columns;
use super::grid::Grid;
use super::lanes::{Lanes, Row};
use super::lines::{Lines, mixed};
use super::sample::Sample;
use super::statistics::Statistics;
use super::tally::Tally;
use fanin_checkpoint::reading::TensorData;

/// The number of elements in a chunk: a whole number of lanes, small enough for the L1 cache.
const CHUNK: usize = 1024;

/// The statistics of one block.
#[derive(Clone, Debug)]
pub(super) struct Block {
    grid: Grid,
    pub(super) statistics: Statistics,
}

impl Block {
    /// A block before its rows are read. The number of elements is that of the tensor.
    pub(super) fn new(grid: Grid, len: usize, rows: bool, columns: bool) -> Self {
        let lines = |kept: bool| kept.then(Lines::default);
        let statistics = Statistics { rows: lines(rows), columns: lines(columns), ..Statistics::empty(len) };
        Self { grid, statistics }
    }

    /// Reads a range of rows, and counts their cells in `tally`.
    pub(super) fn read(&mut self, data: &TensorData<'_>, rows: Range<usize>, mut tally: Option<&mut Tally>) {
        let width = self.grid.columns;
        let len = data.len();
        let elements = rows.start * width..(rows.end * width).min(len);
        let mut sample = Sample::of(len, &elements);
        let mut columns = self.statistics.columns.is_some().then(|| Columns::new(width));
        let in_place = data.as_f32();
        let mut buffer = [0.0_f32; CHUNK];
        for row in rows {
            let start = (row * width).min(len);
            let end = (start + width).min(len);
            let (mut lanes, mut counted) = (Lanes::new(), Row::default());
            let mut at = start;
            while at < end {
                let size = CHUNK.min(end - at);
                let values = match in_place {
                    Some(values) => values.get(at..at + size).unwrap_or_default(),
                    None => {
                        let read = data.read_f32(at, &mut buffer[..size]);
                        &buffer[..read]
                    }
                };
                if values.is_empty() {
                    break;
                }
                lanes.take(values, &mut counted);
                if let Some(columns) = &mut columns {
                    columns.take(at - start, values);
                }
                sample.take(at, values, &mut self.statistics.sample);
                if let Some(tally) = &mut tally {
                    tally.take(data, at, values);
                }
                at += values.len();
            }
            lanes.end(&mut counted, end.saturating_sub(start));
            if let Some(columns) = &mut columns {
                columns.end_row();
            }
            self.end_row(&counted);
        }
        self.statistics.columns = columns.map(Columns::end);
    }

    fn end_row(&mut self, row: &Row) {
        let all = &mut self.statistics;
        all.non_finite += row.non_finite;
        all.sum += row.sum;
        all.squares += row.squares;
        all.low = all.low.min(row.low);
        all.high = all.high.max(row.high);
        all.hash = mixed(all.hash, row.hash);
        if let Some(rows) = &mut all.rows {
            rows.sum.push(row.sum);
            rows.squares.push(row.squares);
            rows.low.push(row.low);
            rows.high.push(row.high);
            rows.hash.push(row.hash);
        }
    }
}
