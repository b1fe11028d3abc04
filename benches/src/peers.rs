//! Typical loops over `rand_distr`, and a plain `memset`, on as many threads as fanin's fills.

use bytemuck::Pod;
use rand::{Rng, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

/// One generator per thread; each thread fills an equal part of the memory.
#[derive(Clone, Debug)]
pub struct Loop<R> {
    generators: Vec<Apart<R>>,
}

/// A generator in its own cache lines, to avoid false sharing between threads.
#[derive(Clone, Debug)]
#[repr(align(128))]
struct Apart<R>(R);

impl<R: Rng + SeedableRng + Send> Loop<R> {
    /// Creates generators for this many threads.
    #[must_use]
    pub fn on(threads: usize) -> Self {
        Self { generators: (0..threads as u64).map(|seed| Apart(R::seed_from_u64(seed))).collect() }
    }

    /// Fills every element with `draw` from its thread's generator.
    pub fn fill<T: Send>(&mut self, out: &mut [T], draw: impl Fn(&mut R) -> T + Copy + Send + Sync) {
        match self.generators.as_mut_slice() {
            [] => (),
            [only] => fill(&mut only.0, out, draw),
            generators => {
                let part = out.len().div_ceil(generators.len());
                out.par_chunks_mut(part).zip(generators).for_each(|(part, rng)| fill(&mut rng.0, part, draw));
            }
        }
    }
}

/// The loop, in its own function, so that the compiler knows that no element aliases the generator.
fn fill<T, R>(rng: &mut R, out: &mut [T], draw: impl Fn(&mut R) -> T) {
    for element in out {
        *element = draw(rng);
    }
}

/// Fills memory with a constant byte on as many threads, at the maximum speed of this machine's memory.
pub fn memset<T: Pod>(threads: usize, out: &mut [T]) {
    let bytes: &mut [u8] = bytemuck::cast_slice_mut(out);
    if threads == 1 {
        bytes.fill(MEMSET_BYTE);
    } else {
        let part = bytes.len().div_ceil(threads);
        bytes.par_chunks_mut(part).for_each(|part| part.fill(MEMSET_BYTE));
    }
}

/// The byte that [`memset`] writes.
pub const MEMSET_BYTE: u8 = 0x3c;

/// A standard normal.
pub fn normal<T, R: Rng>(rng: &mut R) -> T
where
    StandardNormal: Distribution<T>,
{
    StandardNormal.sample(rng)
}
