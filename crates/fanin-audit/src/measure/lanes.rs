//! The statistics of a row, computed in lanes.

use super::lines::mixed;

/// The number of lanes: with five values each, all of them fit into the sixteen registers of SSE2.
pub(super) const LANES: usize = 8;

/// The initial value of a hash.
pub(super) const SEED: u32 = 0x811c_9dc5;

/// Statistics of a row; each lane covers every eighth column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lanes {
    sum: [f32; LANES],
    squares: [f32; LANES],
    low: [f32; LANES],
    high: [f32; LANES],
    hash: [u32; LANES],
}

/// The statistics of a row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row {
    pub(super) sum: f64,
    pub(super) squares: f64,
    pub(super) low: f32,
    pub(super) high: f32,
    pub(super) hash: u64,
    pub(super) non_finite: u64,
}

/// Continues a hash with a value. Cheap, and only a hint: lines with equal hashes are compared.
#[inline(always)]
pub(super) fn hashed(hash: u32, bits: u32) -> u32 {
    hash.rotate_left(5).wrapping_add(bits)
}

impl Lanes {
    pub(super) fn new() -> Self {
        Self {
            sum: [0.0; LANES],
            squares: [0.0; LANES],
            low: [f32::INFINITY; LANES],
            high: [f32::NEG_INFINITY; LANES],
            hash: [SEED; LANES],
        }
    }

    /// Adds a chunk and flushes the sums into the row, so that no lane accumulates more than a chunk in 32 bits. The length of every
    /// chunk except the last is a multiple of the number of lanes.
    #[inline]
    pub(super) fn take(&mut self, values: &[f32], row: &mut Row) {
        let mut lanes = *self;
        let (whole, rest) = values.as_chunks::<LANES>();
        for values in whole {
            for lane in 0..LANES {
                lanes.element(lane, values[lane]);
            }
        }
        for (lane, value) in rest.iter().enumerate() {
            lanes.element(lane, *value);
        }
        let total =
            |lanes: &mut [f32; LANES]| lanes.iter_mut().map(|lane| f64::from(std::mem::take(lane))).sum::<f64>();
        let squares = total(&mut lanes.squares);
        row.sum += total(&mut lanes.sum);
        row.squares += squares;
        // Non-finite values make the squares non-finite; so do squares that overflow.
        if !squares.is_finite() {
            row.non_finite += values.iter().filter(|value| !value.is_finite()).count() as u64;
        }
        *self = lanes;
    }

    #[inline(always)]
    fn element(&mut self, lane: usize, value: f32) {
        // Turns -0 into 0, so that equal values have equal bits.
        let value = value + 0.0;
        self.sum[lane] += value;
        self.squares[lane] += value * value;
        self.low[lane] = if value < self.low[lane] { value } else { self.low[lane] };
        self.high[lane] = if value > self.high[lane] { value } else { self.high[lane] };
        self.hash[lane] = hashed(self.hash[lane], value.to_bits());
    }

    /// Ends a row of this many columns.
    pub(super) fn end(self, row: &mut Row, columns: usize) {
        let used = columns.min(LANES);
        row.low = self.low[..used].iter().copied().fold(f32::INFINITY, f32::min);
        row.high = self.high[..used].iter().copied().fold(f32::NEG_INFINITY, f32::max);
        row.hash = self.hash[..used].iter().fold(columns as u64, |hash, lane| mixed(hash, u64::from(*lane)));
    }
}
