//! Loops over `rand_distr` as one writes them, and the plain `memset`, on as many threads as fanin's fills.

use bytemuck::Pod;
use rand::{Rng, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

/// A generator for each thread, with an equal part of the memory for each.
#[derive(Clone, Debug)]
pub struct Loop<R> {
    generators: Vec<R>,
}

impl<R: Rng + SeedableRng + Send> Loop<R> {
    /// For as many threads.
    #[must_use]
    pub fn on(threads: usize) -> Self {
        Self { generators: (0..threads as u64).map(R::seed_from_u64).collect() }
    }

    /// Every element is `draw`n from its thread's generator.
    pub fn fill<T: Send>(&mut self, out: &mut [T], draw: impl Fn(&mut R) -> T + Sync) {
        match self.generators.as_mut_slice() {
            [] => (),
            [only] => fill(only, out, draw),
            generators => {
                let part = out.len().div_ceil(generators.len());
                out.par_chunks_mut(part).zip(generators).for_each(|(part, rng)| fill(rng, part, &draw));
            }
        }
    }
}

/// The loop. A function of its own, so that the compiler knows that no element is the generator.
fn fill<T, R>(rng: &mut R, out: &mut [T], draw: impl Fn(&mut R) -> T) {
    for element in out {
        *element = draw(rng);
    }
}

/// Every byte is the same, on as many threads: as fast as this machine's memory takes anything.
pub fn memset<T: Pod>(threads: usize, out: &mut [T]) {
    let bytes: &mut [u8] = bytemuck::cast_slice_mut(out);
    if threads == 1 {
        bytes.fill(MEMSET_BYTE);
    } else {
        let part = bytes.len().div_ceil(threads);
        bytes.par_chunks_mut(part).for_each(|part| part.fill(MEMSET_BYTE));
    }
}

/// What [`memset`] writes.
pub const MEMSET_BYTE: u8 = 0x3c;

/// A unit normal.
pub fn normal<T, R: Rng>(rng: &mut R) -> T
where
    StandardNormal: Distribution<T>,
{
    StandardNormal.sample(rng)
}
