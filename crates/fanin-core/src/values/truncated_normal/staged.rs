//! The `f32` kernel over a whole tile, in stages.

use super::single::Single;
use crate::values::block::words_of_tile;
use crate::values::element::Element;
use crate::values::logarithm::minus_ln_f32;
use crate::values::normal::Normal;
use crate::values::polynomial::{horner_f32, single};
use crate::values::stream::Stream;
use crate::values::tile::{LANES, Tile};

/// Elements in a tile.
const SIZE: usize = 4 * LANES;

/// Values of the kernel [`Single`], with the same bits as [`Single::value`] one by one.
///
/// The polynomials are long chains in which each operation waits for the one before. A stage is one chain for all elements
/// of the tile: the processor works on many at once. In one loop the tile took twice the time.
pub(super) struct Staged {
    pub(super) kernel: Single,
    pub(super) place: Normal<f32>,
}

impl Tile<f32> for Staged {
    const SIZE: usize = SIZE;

    #[inline(always)]
    fn tile<T: Element<Real = f32>>(&self, stream: Stream, tile: u64, out: &mut [T]) {
        self.rows::<T, 4>(stream, tile, out);
    }

    #[inline(always)]
    fn rows<T: Element<Real = f32>, const ROWS: usize>(&self, stream: Stream, tile: u64, out: &mut [T]) {
        let kernel = self.kernel;
        let words = words_of_tile::<ROWS>(stream, tile);
        let mut stages = [[[0_f32; LANES]; ROWS]; 3];
        let [q, w, factor] = stages.each_mut().map(|stage| stage.as_flattened_mut());
        let words = words.as_flattened();
        let size = ROWS * LANES;
        for i in 0..size {
            let k = words[i] >> 1;
            q[i] = kernel.tail(k, kernel.is_left(k));
        }
        for i in 0..size {
            w[i] = minus_ln_f32(4.0 * q[i] * (1.0 - q[i]));
        }
        for i in 0..size {
            factor[i] = horner_f32(w[i] - 2.5, &single::CENTRE);
        }
        for i in 0..size {
            let tail = horner_f32(w[i].sqrt() - 3.5, &single::TAIL);
            factor[i] = if w[i] < 5.0 { factor[i] } else { tail };
        }
        for i in 0..size.min(out.len()) {
            let z = (1.0 - 2.0 * q[i]) * factor[i];
            let z = kernel.signed_and_clamped(z, words[i] >> 1);
            out[i] = T::from_real(self.place.place(z));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::tile::Window;
    use crate::values::truncated_normal::TruncatedUnitNormal;

    #[test]
    fn the_stages_give_the_bits_of_the_function() {
        for (low, high) in [(-2.0, 2.0), (-1.0, 4.0), (0.5, 3.0), (-6.0, f64::INFINITY)] {
            let law = TruncatedUnitNormal::new(low, high).expect("bounds");
            let kernel = Single::new(&law).expect("the f32 kernel");
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
