//! The values of a kernel at scattered elements.
//!
//! A long run is computed like a window: tile by tile. The ends of runs, and short runs, would each cost a whole tile,
//! so their elements are collected and computed 64 at a time, each from its own block.

use rayon::prelude::*;

use super::Scattered;
use crate::values::element::Element;
use crate::values::machine::{InstructionSet, StridedMut};
use crate::values::stream::Stream;
use crate::values::tile::{LANES, MAX_TILE, Tile};
use crate::values::window::{PARALLEL, part_of_tile, position};

/// The largest part of a tile that is cheaper to compute element by element.
const FEW: usize = LANES;

/// Elements per parallel work item.
const PIECE: usize = 1 << 17;

/// Scattered elements and the stream of their values.
#[derive(Debug)]
pub(crate) struct InStream<'a, T> {
    pub(crate) stream: Stream,
    pub(crate) elements: Scattered<'a, T>,
}

impl<T: Element> InStream<'_, T> {
    /// Sets every element to the kernel's value at its index. Uses the threads of the current pool if there are many.
    pub(crate) fn fill<K: Tile<T::Real>>(self, kernel: &K) {
        let set = InstructionSet::chosen();
        let Self { stream, elements } = self;
        let (len, threads) = (elements.len(), rayon::current_num_threads());
        if len < PARALLEL || threads == 1 {
            fill_with(set, stream, elements, kernel);
        } else {
            let piece = len.div_ceil(threads).clamp(PIECE / 4, PIECE);
            elements.pieces(piece).into_par_iter().for_each(|piece| fill_with(set, stream, piece, kernel));
        }
    }
}

/// Sets every element on the current thread.
fn fill_with<T: Element, K: Tile<T::Real>>(
    set: InstructionSet,
    stream: Stream,
    mut elements: Scattered<'_, T>,
    kernel: &K,
) {
    let mut singles = Singles::new(set, stream, kernel);
    elements.runs(|memory, run| {
        let (mut index, mut at, mut left) = (run.index, run.position, run.len);
        while left > 0 {
            let (tile, inside) = position(index, K::SIZE);
            let count = if inside == 0 && left >= K::SIZE {
                let count = left / K::SIZE * K::SIZE;
                whole_tiles(set, stream, tile, memory, at, count, kernel);
                count
            } else {
                let count = left.min(K::SIZE - inside);
                if count <= FEW {
                    singles.add(memory, index, at, count);
                } else {
                    let mut buffer = [T::default(); MAX_TILE];
                    let buffer = &mut buffer[..count];
                    match memory.slice(at, count) {
                        Some(out) => part_of_tile(set, stream, tile, inside, out, kernel),
                        None => {
                            part_of_tile(set, stream, tile, inside, buffer, kernel);
                            memory.write(at, buffer);
                        }
                    }
                }
                count
            };
            (index, at, left) = (index + count as u64, at + count, left - count);
        }
    });
    singles.finish(&mut elements.memory);
}

/// Computes `count` elements, a whole number of tiles, in place if the memory is contiguous.
fn whole_tiles<T: Element, K: Tile<T::Real>>(
    set: InstructionSet,
    stream: Stream,
    first: u64,
    memory: &mut StridedMut<'_, T>,
    at: usize,
    count: usize,
    kernel: &K,
) {
    if let Some(out) = memory.slice(at, count) {
        set.fill_tiles(stream, first, out, kernel);
        return;
    }
    for (number, offset) in (0..count).step_by(K::SIZE).enumerate() {
        let mut buffer = [T::default(); MAX_TILE];
        let buffer = &mut buffer[..K::SIZE];
        set.fill_tiles(stream, first.wrapping_add(number as u64), buffer, kernel);
        memory.write(at + offset, buffer);
    }
}

/// Elements collected until there are enough to fill the lanes.
struct Singles<'k, K> {
    set: InstructionSet,
    stream: Stream,
    kernel: &'k K,
    indices: [u64; LANES],
    count: usize,
    /// The position in memory and the number of elements of each run.
    runs: [(usize, usize); LANES],
    run_count: usize,
}

impl<'k, K> Singles<'k, K> {
    fn new(set: InstructionSet, stream: Stream, kernel: &'k K) -> Self {
        Self { set, stream, kernel, indices: [0; LANES], count: 0, runs: [(0, 0); LANES], run_count: 0 }
    }

    /// Adds `count` elements, at most [`LANES`], from an index and a position on.
    fn add<T: Element>(&mut self, memory: &mut StridedMut<'_, T>, mut index: u64, mut at: usize, mut count: usize)
    where
        K: Tile<T::Real>,
    {
        while count > 0 {
            let now = count.min(LANES - self.count);
            for (lane, index) in self.indices[self.count..self.count + now].iter_mut().zip(index..) {
                *lane = index;
            }
            self.runs[self.run_count] = (at, now);
            self.count += now;
            self.run_count += 1;
            (index, at, count) = (index + now as u64, at + now, count - now);
            if self.count == LANES {
                self.finish(memory);
            }
        }
    }

    /// Computes and writes the collected elements.
    fn finish<T: Element>(&mut self, memory: &mut StridedMut<'_, T>)
    where
        K: Tile<T::Real>,
    {
        let mut values = [T::default(); LANES];
        if self.count > 0 {
            self.set.fill_singles(self.stream, &self.indices, &mut values, self.kernel);
        }
        let mut rest = &values[..];
        for (at, count) in &self.runs[..self.run_count] {
            let (now, later) = rest.split_at(*count);
            memory.write(*at, now);
            rest = later;
        }
        (self.count, self.run_count) = (0, 0);
    }
}
