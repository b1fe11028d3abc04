//! The statistics of a row, in lanes.

use super::lines::mixed;

/// The lanes: sixteen fill four vectors of SSE2, two of AVX2 and one of AVX-512.
pub(super) const LANES: usize = 16;

/// The factor of the hash of FNV-1a, of 32 bits.
pub(super) const FACTOR: u32 = 0x0100_0193;

/// The bits of an infinite exponent.
const INFINITE: u32 = 0x7f80_0000;

/// A row's statistics, each lane its own share of the columns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lanes {
    sum: [f32; LANES],
    squares: [f32; LANES],
    low: [f32; LANES],
    high: [f32; LANES],
    hash: [u32; LANES],
    non_finite: [u32; LANES],
    zeros: [u32; LANES],
}

/// What a row comes to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row {
    pub(super) sum: f64,
    pub(super) squares: f64,
    pub(super) low: f32,
    pub(super) high: f32,
    pub(super) hash: u64,
    pub(super) non_finite: u64,
    pub(super) zeros: u64,
}

impl Lanes {
    pub(super) fn new() -> Self {
        Self {
            sum: [0.0; LANES],
            squares: [0.0; LANES],
            low: [f32::INFINITY; LANES],
            high: [f32::NEG_INFINITY; LANES],
            hash: [0x811c_9dc5; LANES],
            non_finite: [0; LANES],
            zeros: [0; LANES],
        }
    }

    /// Takes in a chunk of the row; every chunk but the last has a whole number of lanes.
    #[inline]
    pub(super) fn take(&mut self, values: &[f32]) {
        let (whole, rest) = values.as_chunks::<LANES>();
        for values in whole {
            for lane in 0..LANES {
                self.element(lane, values[lane]);
            }
        }
        for (lane, value) in rest.iter().enumerate() {
            self.element(lane, *value);
        }
    }

    #[inline(always)]
    fn element(&mut self, lane: usize, value: f32) {
        // Equal means equal after this: -0 becomes 0.
        let value = value + 0.0;
        let bits = value.to_bits();
        self.sum[lane] += value;
        self.squares[lane] += value * value;
        self.low[lane] = if value < self.low[lane] { value } else { self.low[lane] };
        self.high[lane] = if value > self.high[lane] { value } else { self.high[lane] };
        self.hash[lane] = (self.hash[lane] ^ bits).wrapping_mul(FACTOR);
        self.non_finite[lane] += u32::from(bits & INFINITE == INFINITE);
        self.zeros[lane] += u32::from(bits == 0);
    }

    /// Empties the sums into the row, so that no lane adds up more than a chunk in 32 bits.
    pub(super) fn pour(&mut self, row: &mut Row) {
        let total =
            |lanes: &mut [f32; LANES]| lanes.iter_mut().map(|lane| f64::from(std::mem::take(lane))).sum::<f64>();
        let count =
            |lanes: &mut [u32; LANES]| lanes.iter_mut().map(|lane| u64::from(std::mem::take(lane))).sum::<u64>();
        row.sum += total(&mut self.sum);
        row.squares += total(&mut self.squares);
        row.non_finite += count(&mut self.non_finite);
        row.zeros += count(&mut self.zeros);
    }

    /// Ends a row of so many columns.
    pub(super) fn end(self, row: &mut Row, columns: usize) {
        let used = columns.min(LANES);
        row.low = self.low[..used].iter().copied().fold(f32::INFINITY, f32::min);
        row.high = self.high[..used].iter().copied().fold(f32::NEG_INFINITY, f32::max);
        row.hash = self.hash[..used].iter().fold(columns as u64, |hash, lane| mixed(hash, u64::from(*lane)));
    }
}
