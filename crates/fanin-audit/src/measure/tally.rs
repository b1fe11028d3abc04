//! Counts the cells of values as they are read.

use fanin_checkpoint::reading::TensorData;
use fanin_core::Dtype;

use super::cells::{self, CELLS, Cell};

/// Below this many elements, values are sorted, which is faster than scanning all cells.
const FEW: usize = 4096;

/// The cells of the values seen so far.
pub(super) struct Tally {
    dtype: Dtype,
    seen: Seen,
}

enum Seen {
    /// The bits of every value.
    Few(Vec<u16>),
    /// The number of values with each of the 65536 combinations of bits.
    Many(Vec<u64>),
}

impl Tally {
    pub(super) fn new(dtype: Dtype, len: usize) -> Self {
        let seen = if len < FEW { Seen::Few(Vec::with_capacity(len)) } else { Seen::Many(vec![0; CELLS]) };
        Self { dtype, seen }
    }

    /// An empty tally for a part of the same tensor.
    pub(super) fn part(&self) -> Self {
        let seen = match &self.seen {
            Seen::Few(_) => Seen::Few(Vec::new()),
            Seen::Many(_) => Seen::Many(vec![0; CELLS]),
        };
        Self { dtype: self.dtype, seen }
    }

    /// Counts the values of a chunk that starts at element `start`.
    pub(super) fn take(&mut self, data: &TensorData<'_>, start: usize, values: &[f32]) {
        match self.dtype {
            Dtype::F16 => {
                let bytes = data.bytes().get(2 * start..2 * (start + values.len())).unwrap_or_default();
                self.extend(bytes.as_chunks::<2>().0.iter().map(|bytes| u16::from_le_bytes(*bytes)));
            }
            Dtype::BF16 | Dtype::F32 | Dtype::F64 => self.extend(values.iter().map(|value| cells::of_f32(*value))),
        }
    }

    fn extend(&mut self, bits: impl Iterator<Item = u16>) {
        match &mut self.seen {
            Seen::Few(all) => all.extend(bits),
            // In range: there is a count for each 16-bit number.
            Seen::Many(counts) => bits.for_each(|bits| counts[usize::from(bits)] += 1),
        }
    }

    /// Adds the counts of a part.
    pub(super) fn add(&mut self, part: Self) {
        match (&mut self.seen, part.seen) {
            (Seen::Many(counts), Seen::Many(more)) => {
                counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
            }
            (_, Seen::Few(more)) => self.extend(more.into_iter()),
            (Seen::Few(_), Seen::Many(_)) => {}
        }
    }

    /// The cells with values, in ascending order.
    pub(super) fn cells(self) -> Vec<Cell> {
        match self.seen {
            Seen::Few(bits) => {
                let mut ranks: Vec<u16> = bits.into_iter().map(cells::rank).collect();
                ranks.sort_unstable();
                let runs = ranks.chunk_by(PartialEq::eq).filter_map(|run| Some((*run.first()?, run.len() as u64)));
                cells::filled(self.dtype, runs)
            }
            Seen::Many(counts) => {
                let ordered = (0..=u16::MAX).map(|rank| (rank, counts[usize::from(cells::bits(rank))]));
                cells::filled(self.dtype, ordered)
            }
        }
    }
}
