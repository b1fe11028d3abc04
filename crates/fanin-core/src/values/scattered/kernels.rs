//! The values of a kernel at scattered elements.
//!
//! A long run is computed like a window: tile by tile. The ends of runs, and short runs, would each cost a whole tile,
//! so their elements are collected and computed 64 at a time, each from its own block.

use rayon::prelude::*;

use super::Scattered;
use crate::values::element::Element;
use crate::values::machine::{InstructionSet, StridedMut};
use crate::values::stream::Stream;
use crate::values::tile::{LANES, MAX_TILE, Singles, Tile};
use crate::values::window::{PARALLEL, Rows, position};

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
            fill_in_order(set, stream, elements, kernel);
        } else {
            let piece = len.div_ceil(threads).clamp(PIECE / 4, PIECE);
            elements.pieces(piece).into_par_iter().for_each(|piece| fill_in_order(set, stream, piece, kernel));
        }
    }
}

/// Sets every element on the current thread, in the order of memory.
fn fill_in_order<T: Element, K: Tile<T::Real>>(
    set: InstructionSet,
    stream: Stream,
    elements: Scattered<'_, T>,
    kernel: &K,
) {
    elements.in_memory_order(false, |elements| fill_with(set, stream, elements, kernel));
}

/// Sets every element, in the order of indices.
fn fill_with<T: Element, K: Tile<T::Real>>(
    set: InstructionSet,
    stream: Stream,
    mut elements: Scattered<'_, T>,
    kernel: &K,
) {
    let mut collected = Collected::new(set, stream, kernel);
    let mut tile_memory = [T::default(); MAX_TILE];
    elements.runs(|memory, run| {
        let (mut index, mut at, mut left) = (run.index, run.position, run.len);
        while left > 0 {
            let (tile, inside) = position(index, K::SIZE);
            let count = if inside == 0 && left >= K::SIZE {
                let count = left / K::SIZE * K::SIZE;
                whole_tiles(set, stream, tile, memory, (at, count), &mut tile_memory, kernel);
                count
            } else {
                let count = left.min(K::SIZE - inside);
                if count <= FEW {
                    collected.add(memory, index, at, count);
                } else {
                    let rows = rows_of_tile(set, stream, tile, inside + count, &mut tile_memory, kernel);
                    if let Some(part) = rows.get(inside..inside + count) {
                        memory.write(at, part);
                    }
                }
                count
            };
            (index, at, left) = (index + count as u64, at + count, left - count);
        }
    });
    collected.finish(&mut elements.memory);
}

/// Computes `count` elements, a whole number of tiles, in place if the memory is contiguous.
fn whole_tiles<T: Element, K: Tile<T::Real>>(
    set: InstructionSet,
    stream: Stream,
    first: u64,
    memory: &mut StridedMut<'_, T>,
    (at, count): (usize, usize),
    tile_memory: &mut [T; MAX_TILE],
    kernel: &K,
) {
    if let Some(out) = memory.slice(at, count) {
        set.fill_tiles(stream, first, out, kernel);
        return;
    }
    for (number, offset) in (0..count).step_by(K::SIZE).enumerate() {
        let values = &mut tile_memory[..K::SIZE];
        set.fill_tiles(stream, first.wrapping_add(number as u64), values, kernel);
        memory.write(at + offset, values);
    }
}

/// Computes the rows of a tile that hold its first `count` elements, and returns them.
fn rows_of_tile<'m, T: Element, K: Tile<T::Real>>(
    set: InstructionSet,
    stream: Stream,
    tile: u64,
    count: usize,
    memory: &'m mut [T; MAX_TILE],
    kernel: &K,
) -> &'m [T] {
    let rows = count.div_ceil(LANES);
    let memory = &mut memory[..if rows > 2 { K::SIZE } else { rows * LANES }];
    match rows {
        1 => set.fill_tiles(stream, tile, memory, &Rows::<K, 1>(kernel)),
        2 => set.fill_tiles(stream, tile, memory, &Rows::<K, 2>(kernel)),
        _ => set.fill_tiles(stream, tile, memory, kernel),
    }
    memory
}

/// Elements collected until there are enough to fill the lanes.
struct Collected<'k, K> {
    set: InstructionSet,
    stream: Stream,
    kernel: &'k K,
    singles: Singles,
    count: usize,
    /// The position in memory and the number of elements of each run.
    runs: [(usize, usize); LANES],
    run_count: usize,
}

impl<'k, K> Collected<'k, K> {
    fn new(set: InstructionSet, stream: Stream, kernel: &'k K) -> Self {
        let singles = Singles { base: 0, offsets: [0; LANES] };
        Self { set, stream, kernel, singles, count: 0, runs: [(0, 0); LANES], run_count: 0 }
    }

    /// Adds `count` elements of a tile, at most [`LANES`], from an index and a position on.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "the lower half of the index; a tile does not cross 2^32")]
    fn add<T: Element>(&mut self, memory: &mut StridedMut<'_, T>, index: u64, mut at: usize, mut count: usize)
    where
        K: Tile<T::Real>,
    {
        let (base, mut offset) = (index & !0xffff_ffff, index as u32);
        if base != self.singles.base {
            self.finish(memory);
            self.singles.base = base;
        }
        while count > 0 {
            let now = count.min(LANES - self.count);
            for (number, lane) in self.singles.offsets[self.count..self.count + now].iter_mut().enumerate() {
                *lane = offset.wrapping_add(number as u32);
            }
            // Short runs mostly follow each other in memory.
            match self.runs[..self.run_count].last_mut() {
                Some((start, count)) if *start + *count == at => *count += now,
                _ => {
                    self.runs[self.run_count] = (at, now);
                    self.run_count += 1;
                }
            }
            self.count += now;
            (offset, at, count) = (offset.wrapping_add(now as u32), at + now, count - now);
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
        if self.count == 0 {
            return;
        }
        let mut values = [T::default(); LANES];
        self.set.fill_singles(self.stream, &self.singles, &mut values, self.kernel);
        let mut rest = &values[..];
        for (at, count) in &self.runs[..self.run_count] {
            let (now, later) = rest.split_at(*count);
            memory.write(*at, now);
            rest = later;
        }
        (self.count, self.run_count) = (0, 0);
    }
}
