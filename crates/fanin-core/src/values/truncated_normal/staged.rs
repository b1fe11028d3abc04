//! Applies the `f32` kernel to a whole tile, in stages.

use super::single::Single;
use crate::values::block::{words_of_singles, words_of_tile};
use crate::values::choice::either_f32;
use crate::values::logarithm::minus_ln_f32;
use crate::values::normal::Normal;
use crate::values::polynomial::{horner_f32, single};
use crate::values::stream::Stream;
use crate::values::tile::{LANES, Singles, Tile};

/// The number of elements in a tile.
const SIZE: usize = 4 * LANES;

/// Computes values of the kernel [`Single`], with the same bits as [`Single::value`].
///
/// The polynomials are long dependency chains. Each stage computes one chain for all elements of the tile, so the
/// processor works on many at once. A single loop took twice as long per tile.
pub(in crate::values) struct Staged {
    pub(in crate::values) kernel: Single,
    pub(in crate::values) place: Normal<f32>,
}

impl Tile<f32> for Staged {
    const SIZE: usize = SIZE;

    #[inline(always)]
    fn tile<T: Copy>(&self, stream: Stream, tile: u64, out: &mut [T], store: impl Fn(f32) -> T) {
        self.rows::<T, 4>(stream, tile, out, store);
    }

    #[inline(always)]
    fn rows<T: Copy, const ROWS: usize>(&self, stream: Stream, tile: u64, out: &mut [T], store: impl Fn(f32) -> T) {
        let (rows, _) = out.as_chunks_mut::<LANES>();
        let Ok(rows) = <&mut [[T; LANES]; ROWS]>::try_from(rows) else { return };
        self.stages(&words_of_tile::<ROWS>(stream, tile), rows, store);
    }

    #[inline(always)]
    fn singles<T: Copy>(&self, stream: Stream, singles: &Singles, out: &mut [T; LANES], store: impl Fn(f32) -> T) {
        self.stages(&[words_of_singles(stream, singles)], std::array::from_mut(out), store);
    }
}

impl Staged {
    /// Computes the values of some rows of words.
    #[inline(always)]
    fn stages<T: Copy, const ROWS: usize>(
        &self,
        words: &[[u32; LANES]; ROWS],
        rows: &mut [[T; LANES]; ROWS],
        store: impl Fn(f32) -> T,
    ) {
        let kernel = self.kernel;
        // Use separate arrays of known length: with slices, the baseline's loops took 50% longer.
        let (mut q, mut w) = ([[0_f32; LANES]; ROWS], [[0_f32; LANES]; ROWS]);
        let (mut center, mut tail) = ([[0_f32; LANES]; ROWS], [[0_f32; LANES]; ROWS]);
        each::<ROWS>(|row, lane| {
            let k = words[row][lane] >> 1;
            q[row][lane] = kernel.tail(k, kernel.is_left(k));
        });
        each::<ROWS>(|row, lane| w[row][lane] = minus_ln_f32(4.0 * q[row][lane] * (1.0 - q[row][lane])));
        // Skip a polynomial that no element needs: within 2.5 sigma there is no tail.
        let (mut inside, mut outside) = (0, 0);
        each::<ROWS>(|row, lane| {
            let is_inside = u32::from(w[row][lane] < 5.0);
            inside |= is_inside;
            outside |= is_inside ^ 1;
        });
        if inside != 0 {
            each::<ROWS>(|row, lane| center[row][lane] = horner_f32(w[row][lane] - 2.5, &single::CENTER));
        }
        if outside != 0 {
            each::<ROWS>(|row, lane| tail[row][lane] = horner_f32(w[row][lane].sqrt() - 3.5, &single::TAIL));
        }
        each::<ROWS>(|row, lane| {
            let factor = either_f32(w[row][lane] < 5.0, center[row][lane], tail[row][lane]);
            let z = (1.0 - 2.0 * q[row][lane]) * factor;
            let z = kernel.signed_and_clamped(z, words[row][lane] >> 1);
            rows[row][lane] = store(self.place.place(z));
        });
    }
}

/// Runs one stage on every element of the rows.
#[inline(always)]
fn each<const ROWS: usize>(mut stage: impl FnMut(usize, usize)) {
    for row in 0..ROWS {
        for lane in 0..LANES {
            stage(row, lane);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::truncated_normal::TruncatedUnitNormal;
    use crate::values::window::Window;

    #[test]
    fn the_stages_give_the_bits_of_the_function() {
        for (low, high) in [(-2.0, 2.0), (-1.0, 4.0), (0.5, 3.0), (4.0, 6.0), (-6.0, f64::INFINITY)] {
            let distribution = TruncatedUnitNormal::new(low, high).expect("bounds");
            let kernel = Single::new(&distribution).expect("the f32 kernel");
            let stream = Stream::values(3, "w");
            let mut out = vec![0_f32; 1 << 16];
            let place = Normal::<f32>::new(0.0, 1.0);
            Window { stream, start: 0, out: &mut out }.fill(&Staged { kernel, place }).expect("a window inside u64");
            for (i, value) in out.iter().enumerate() {
                let word = stream.block((i / SIZE * LANES + i % LANES) as u64)[i / LANES % 4];
                let one = place.place(kernel.value(word >> 1));
                assert_eq!(value.to_bits(), one.to_bits(), "element {i} of [{low}, {high}]");
            }
        }
    }
}
