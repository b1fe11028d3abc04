//! Loops over `rand_distr` as one writes them, and the plain `memset`, on as many threads as fanin's fills.

use bytemuck::Pod;
use rand::{Rng, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

/// A generator for each thread, with an equal part of the memory for each.
#[derive(Clone, Debug)]
pub struct Loop<R> {
    generators: Vec<Apart<R>>,
}

/// A generator in cache lines of its own: beside another's, each draw of one thread would stop the other.
#[derive(Clone, Debug)]
#[repr(align(128))]
struct Apart<R>(R);

impl<R: Rng + SeedableRng + Send> Loop<R> {
    /// For as many threads.
    #[must_use]
    pub fn on(threads: usize) -> Self {
        Self { generators: (0..threads as u64).map(|seed| Apart(R::seed_from_u64(seed))).collect() }
    }

    /// Every element is `draw`n from its thread's generator.
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
