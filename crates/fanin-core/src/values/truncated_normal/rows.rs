//! Applies the `f64` kernels to a tile, one row of lanes at a time.

use crate::values::block::{two_words, words_of_singles, words_of_tile};
use crate::values::choice::either_u64;
use crate::values::normal::Normal;
use crate::values::real::Real;
use crate::values::stream::Stream;
use crate::values::tile::{LANES, Singles, Tile};

/// An `f64` kernel. Maps a draw of the configured number of bits to a unit value within the bounds, increasing with the
/// draw.
///
/// Draws are integers below `2^52` stored in `f64`, which represents them and their differences exactly, because
/// vectors of `u64` have neither comparisons nor conversions before AVX-512.
pub(in crate::values) trait Kernel: Sync {
    /// Returns the value of draw `k`. Must always be inlined, and must be branch-free if [`Kernel::values`] is not
    /// overridden.
    fn value(&self, k: f64) -> f64;

    /// Returns the values of a row of draws, with the same bits as `value`.
    #[inline(always)]
    fn values(&self, draws: &[f64; LANES]) -> [f64; LANES] {
        let mut z = [0.0; LANES];
        for lane in 0..LANES {
            z[lane] = self.value(draws[lane]);
        }
        z
    }
}

/// Applies a kernel row by row, to 31-bit draws in `f32` arithmetic and 52-bit draws in `f64`.
pub(in crate::values) struct Rows<K, R> {
    pub(in crate::values) kernel: K,
    pub(in crate::values) place: Normal<R>,
}

impl<K: Kernel> Tile<f32> for Rows<K, f32> {
    const SIZE: usize = 4 * LANES;

    #[inline(always)]
    fn tile<T: Copy>(&self, stream: Stream, tile: u64, out: &mut [T], store: impl Fn(f32) -> T) {
        self.rows::<T, 4>(stream, tile, out, store);
    }

    #[inline(always)]
    fn rows<T: Copy, const ROWS: usize>(&self, stream: Stream, tile: u64, out: &mut [T], store: impl Fn(f32) -> T) {
        let words = words_of_tile::<ROWS>(stream, tile);
        let (rows, _) = out.as_chunks_mut::<LANES>();
        for (row, words) in rows.iter_mut().zip(&words) {
            let mut draws = [0.0; LANES];
            for lane in 0..LANES {
                draws[lane] = f64::from((words[lane] >> 1).cast_signed());
            }
            let z = self.kernel.values(&draws);
            for lane in 0..LANES {
                row[lane] = store(self.place.place(f32::nearest(z[lane])));
            }
        }
    }

    #[inline(always)]
    fn singles<T: Copy>(&self, stream: Stream, singles: &Singles, out: &mut [T; LANES], store: impl Fn(f32) -> T) {
        let words = words_of_singles(stream, singles);
        let mut draws = [0.0; LANES];
        for lane in 0..LANES {
            draws[lane] = f64::from((words[lane] >> 1).cast_signed());
        }
        let z = self.kernel.values(&draws);
        for lane in 0..LANES {
            out[lane] = store(self.place.place(f32::nearest(z[lane])));
        }
    }
}

impl<K: Kernel> Tile<f64> for Rows<K, f64> {
    const SIZE: usize = 2 * LANES;

    #[inline(always)]
    fn tile<T: Copy>(&self, stream: Stream, tile: u64, out: &mut [T], store: impl Fn(f64) -> T) {
        self.rows::<T, 2>(stream, tile, out, store);
    }

    #[inline(always)]
    fn rows<T: Copy, const ROWS: usize>(&self, stream: Stream, tile: u64, out: &mut [T], store: impl Fn(f64) -> T) {
        let words = words_of_tile::<4>(stream, tile);
        let (rows, _) = out.as_chunks_mut::<LANES>();
        for (number, row) in rows.iter_mut().enumerate().take(2) {
            let mut draws = [0.0; LANES];
            for lane in 0..LANES {
                let pair = two_words([words[0][lane], words[1][lane], words[2][lane], words[3][lane]]);
                draws[lane] = whole_f64(pair[number] >> 12);
            }
            let z = self.kernel.values(&draws);
            for lane in 0..LANES {
                row[lane] = store(self.place.place(z[lane]));
            }
        }
    }

    #[inline(always)]
    fn singles<T: Copy>(&self, stream: Stream, singles: &Singles, out: &mut [T; LANES], store: impl Fn(f64) -> T) {
        let mut draws = [0.0; LANES];
        for lane in 0..LANES {
            let (words, row) = singles.block_and_row::<2>(stream, lane);
            let [first, second] = two_words(words);
            draws[lane] = whole_f64(either_u64(row != 0, second, first) >> 12);
        }
        let z = self.kernel.values(&draws);
        for lane in 0..LANES {
            out[lane] = store(self.place.place(z[lane]));
        }
    }
}

/// Converts an integer below `2^52` to `f64` by setting its bits.
#[inline(always)]
fn whole_f64(k: u64) -> f64 {
    const TWO_POW_52: f64 = 4_503_599_627_370_496.0;
    f64::from_bits(TWO_POW_52.to_bits() | k) - TWO_POW_52
}

#[cfg(test)]
mod tests {
    use super::super::central::Central;
    use super::super::far::Far;
    use super::super::narrow::Narrow;
    use super::*;
    use crate::values::truncated_normal::TruncatedUnitNormal;

    /// Computes a single value, in a separate function so that it is not vectorized.
    #[inline(never)]
    fn one(kernel: &impl Kernel, k: f64) -> u64 {
        kernel.value(k).to_bits()
    }

    #[expect(clippy::cast_precision_loss, reason = "below 2^52")]
    fn same(kernel: &impl Kernel, bits: u32, title: &str) {
        let last = (1_u64 << bits) - 1;
        for step in [1, 977, last / 64, last / 4096] {
            for from in [0, last / 2 - 32 * step.min(last / 128), last - 63 * step.min(last / 64)] {
                let draws: [f64; LANES] =
                    std::array::from_fn(|lane| from.saturating_add(lane as u64 * step).min(last) as f64);
                for (k, z) in draws.into_iter().zip(kernel.values(&draws)) {
                    assert_eq!(z.to_bits(), one(kernel, k), "draw {k} of {title}, {bits} bits");
                }
            }
        }
    }

    #[test]
    fn rows_give_the_bits_of_the_kernels_one_by_one() {
        let distribution = |low, high| TruncatedUnitNormal::new(low, high).expect("bounds");
        for bits in [31, 52] {
            for (low, high) in [(-2.0, 2.0), (8.0, 9.0), (1.0, f64::INFINITY), (f64::NEG_INFINITY, -6.5), (-9.0, 3.0)] {
                same(&Central::new(&distribution(low, high), bits), bits, &format!("[{low}, {high}]"));
            }
            for (low, high) in [(40.0, f64::INFINITY), (-50.0, -40.0), (30.0, 30.1), (1e12, 2e12)] {
                same(&Far::new(&distribution(low, high), bits), bits, &format!("[{low}, {high}]"));
            }
            for (low, high) in [(1.0, 1.000_001), (-0.02, 0.02), (-100.0, -99.999_999)] {
                same(&Narrow::new(&distribution(low, high), bits), bits, &format!("[{low}, {high}]"));
            }
        }
    }

    #[test]
    fn whole_numbers_are_exact() {
        for k in [0, 1, (1 << 31) - 1, (1 << 51) + 1, (1 << 52) - 1] {
            #[expect(clippy::cast_precision_loss, reason = "below 2^52")]
            let wanted = k as f64;
            assert_eq!(whole_f64(k).to_bits(), wanted.to_bits());
        }
    }
}
