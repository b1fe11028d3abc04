//! The statistics of a tensor.

use fanin_checkpoint::reading::TensorData;
use rayon::prelude::*;

use super::lines::{Lines, mixed};

/// The number of elements that a thread sums in 64 bits: a multiple of the number read at a time.
const PIECE: usize = 1 << 18;

/// The statistics of a tensor.
#[derive(Clone, Debug)]
pub struct Statistics {
    /// The number of elements.
    pub len: usize,
    /// The number of NaN and infinite values. If there are any, sums and extremes are meaningless.
    pub non_finite: u64,
    /// The sum.
    pub sum: f64,
    /// The sum of squares.
    pub squares: f64,
    /// The smallest value.
    pub low: f32,
    /// The largest value.
    pub high: f32,
    /// A hash of the values, with `-0` as `0`. Equal tensors have equal hashes.
    pub hash: u64,
    /// Statistics of each row, if rows are meaningful and not too many.
    pub rows: Option<Lines>,
    /// Statistics of each column, under the same condition.
    pub columns: Option<Lines>,
    /// Up to [`SAMPLE`](super::SAMPLE) finite values, spread evenly over the tensor, in ascending order.
    pub sample: Vec<f32>,
}

impl Statistics {
    /// Statistics without values, of a tensor of `len` elements.
    pub(super) fn empty(len: usize) -> Self {
        Self {
            len,
            non_finite: 0,
            sum: 0.0,
            squares: 0.0,
            low: f32::INFINITY,
            high: f32::NEG_INFINITY,
            hash: 0,
            rows: None,
            columns: None,
            sample: Vec::new(),
        }
    }

    /// Sums in 64 bits, where values that overflow 32 bits are finite and small deviations from a large mean are not lost.
    pub(super) fn sum_precisely(&mut self, data: &TensorData<'_>) {
        let piece = |start: usize| {
            let (mut buffer, mut sums) = ([0.0_f64; 1024], (0, 0.0, 0.0));
            for at in (start..data.len().min(start + PIECE)).step_by(buffer.len()) {
                let read = data.read_f64(at, &mut buffer);
                for value in &buffer[..read] {
                    sums = (sums.0 + u64::from(!value.is_finite()), sums.1 + value, sums.2 + value * value);
                }
            }
            sums
        };
        let pieces: Vec<_> = (0..data.len()).into_par_iter().step_by(PIECE).map(piece).collect();
        let add = |a: (u64, f64, f64), b: (u64, f64, f64)| (a.0 + b.0, a.1 + b.1, a.2 + b.2);
        (self.non_finite, self.sum, self.squares) = pieces.into_iter().fold((0, 0.0, 0.0), add);
    }

    /// Adds the statistics of the rows that follow.
    pub(super) fn join(&mut self, block: Self) {
        self.non_finite += block.non_finite;
        self.sum += block.sum;
        self.squares += block.squares;
        self.low = self.low.min(block.low);
        self.high = self.high.max(block.high);
        self.hash = mixed(self.hash, block.hash);
        self.sample.extend(block.sample);
        if let Some(rows) = block.rows {
            self.rows.get_or_insert_with(Lines::default).append(rows);
        }
        if let Some(columns) = block.columns {
            match &mut self.columns {
                Some(all) => all.add(&columns),
                None => self.columns = Some(columns),
            }
        }
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.sum / self.count()
    }

    /// The standard deviation around the mean.
    #[must_use]
    pub fn std(&self) -> f64 {
        self.variance().sqrt()
    }

    /// The variance.
    #[must_use]
    pub fn variance(&self) -> f64 {
        if self.low == self.high {
            return 0.0;
        }
        let mean = self.mean();
        (self.squares / self.count() - mean * mean).max(0.0)
    }

    /// The sum of squared distances from `origin`.
    #[must_use]
    pub fn squares_about(&self, origin: f64) -> f64 {
        let off = self.mean() - origin;
        (self.variance() + off * off) * self.count()
    }

    /// Whether the values deviate so little from their mean that 32-bit sums lose the deviation.
    pub(crate) fn is_far_from_zero(&self) -> bool {
        let mean = self.mean();
        self.variance() < mean * mean / 16.0
    }

    /// The root mean square.
    #[must_use]
    pub fn root_mean_square(&self) -> f64 {
        (self.squares / self.count()).sqrt()
    }

    /// The largest absolute value.
    #[must_use]
    pub fn greatest(&self) -> f32 {
        self.high.max(-self.low)
    }

    /// Whether every value is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.is_constant() && self.high == 0.0
    }

    /// Whether all values are equal.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.len > 0 && self.non_finite == 0 && self.low == self.high
    }

    /// Whether sums and extremes are meaningful: there are values, all are finite, and no square overflows `f32`.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.len > 0 && self.non_finite == 0 && self.squares.is_finite()
    }

    #[expect(clippy::cast_precision_loss, reason = "no tensor has 2^53 elements")]
    pub(crate) fn count(&self) -> f64 {
        self.len.max(1) as f64
    }
}
