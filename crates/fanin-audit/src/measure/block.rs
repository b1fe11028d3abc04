//! A block of rows.

use std::ops::Range;

use super::columns::Columns;
use super::counts::Tally;
use super::grid::Grid;
use super::lanes::{Lanes, Row};
use super::lines::{Lines, mixed};
use super::sample::Sample;
use fanin_checkpoint::reading::TensorData;

/// The number of elements in a chunk: a whole number of lanes, small enough for the L1 cache.
const CHUNK: usize = 1024;

/// The statistics of one block.
#[derive(Clone, Debug)]
pub(super) struct Block {
    grid: Grid,
    pub(super) non_finite: u64,
    pub(super) sum: f64,
    pub(super) squares: f64,
    pub(super) low: f32,
    pub(super) high: f32,
    pub(super) hash: u64,
    pub(super) rows: Option<Lines>,
    pub(super) columns: Option<Lines>,
    pub(super) sample: Vec<f32>,
}

impl Block {
    pub(super) fn new(grid: Grid, rows: bool, columns: bool) -> Self {
        Self {
            grid,
            non_finite: 0,
            sum: 0.0,
            squares: 0.0,
            low: f32::INFINITY,
            high: f32::NEG_INFINITY,
            hash: 0,
            rows: rows.then(Lines::default),
            columns: columns.then(Lines::default),
            sample: Vec::new(),
        }
    }

    /// Reads a range of rows, and counts their cells in `tally`.
    pub(super) fn read(&mut self, data: &TensorData<'_>, rows: Range<usize>, mut tally: Option<&mut Tally>) {
        let width = self.grid.columns;
        let len = data.len();
        let elements = rows.start * width..(rows.end * width).min(len);
        let mut sample = Sample::of(len, &elements);
        let mut columns = self.columns.is_some().then(|| Columns::new(width));
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
                sample.take(at, values, &mut self.sample);
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
        self.columns = columns.map(Columns::end);
    }

    fn end_row(&mut self, row: &Row) {
        self.non_finite += row.non_finite;
        self.sum += row.sum;
        self.squares += row.squares;
        self.low = self.low.min(row.low);
        self.high = self.high.max(row.high);
        self.hash = mixed(self.hash, row.hash);
        if let Some(rows) = &mut self.rows {
            rows.sum.push(row.sum);
            rows.squares.push(row.squares);
            rows.low.push(row.low);
            rows.high.push(row.high);
            rows.hash.push(row.hash);
        }
    }
}
