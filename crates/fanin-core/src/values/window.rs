//! Windows of a parameter, filled tile by tile and on several threads for large windows.

use rayon::prelude::*;

use super::element::Element;
use super::machine::InstructionSet;
use super::stream::Stream;
use super::tile::{LANES, Singles, Tile};

/// Smallest number of elements that is filled in parallel. One thread finishes fewer before others wake up.
pub(crate) const PARALLEL: usize = 1 << 17;

/// Pieces end at addresses that are multiples of this many bytes, so that no huge page is shared by two threads.
const PIECE: usize = 2 << 20;

/// Smallest piece, in bytes, for windows of few bytes.
const SMALL_PIECE: usize = 64 << 10;

/// The error returned when a window exceeds the range of indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a window of {len} elements from index {start} ends beyond index {}; use a lower start or a shorter window",
    u64::MAX
)]
pub struct WindowError {
    /// Index of the window's first element.
    pub start: u64,
    /// Number of elements in the window.
    pub len: usize,
}

/// A kernel restricted to the first `ROWS` rows of its tiles.
pub(crate) struct Rows<'k, K, const ROWS: usize>(pub(crate) &'k K);

impl<R, K: Tile<R>, const ROWS: usize> Tile<R> for Rows<'_, K, ROWS> {
    const SIZE: usize = ROWS * LANES;

    #[inline(always)]
    fn tile<T: Copy>(&self, stream: Stream, tile: u64, out: &mut [T], store: impl Fn(R) -> T) {
        self.0.rows::<T, ROWS>(stream, tile, out, store);
    }

    #[inline(always)]
    fn rows<T: Copy, const FEWER: usize>(&self, stream: Stream, tile: u64, out: &mut [T], store: impl Fn(R) -> T) {
        self.0.rows::<T, FEWER>(stream, tile, out, store);
    }

    #[inline(always)]
    fn singles<T: Copy>(&self, stream: Stream, singles: &Singles, out: &mut [T; LANES], store: impl Fn(R) -> T) {
        self.0.singles(stream, singles, out, store);
    }
}

/// A window of a parameter: the output, its stream and its first index.
#[derive(Debug)]
pub(crate) struct Window<'a, T> {
    pub(crate) stream: Stream,
    pub(crate) start: u64,
    pub(crate) out: &'a mut [T],
}

impl<T: Element> Window<'_, T> {
    /// Writes the kernel's value of element `start + i` to `out[i]`. Large windows use the threads of the current pool.
    ///
    /// # Errors
    /// Returns [`WindowError`] if `start + out.len()` overflows `u64`.
    pub(crate) fn fill<K: Tile<T::Real>>(self, kernel: &K) -> Result<(), WindowError> {
        let error = WindowError { start: self.start, len: self.out.len() };
        let len = u64::try_from(self.out.len()).map_err(|_| error)?;
        self.start.checked_add(len).ok_or(error)?;
        let set = InstructionSet::chosen();
        if self.out.len() < PARALLEL || rayon::current_num_threads() == 1 {
            self.fill_with(set, kernel);
        } else {
            self.pieces(rayon::current_num_threads()).into_par_iter().for_each(|piece| piece.fill_with(set, kernel));
        }
        Ok(())
    }

    /// Fills the window on the current thread.
    pub(crate) fn fill_with<K: Tile<T::Real>>(self, set: InstructionSet, kernel: &K) {
        let Self { stream, start, out } = self;
        let (mut tile, inside) = position(start, K::SIZE);
        // If the window starts inside a tile, fill the rest of that tile first.
        let head = if inside == 0 { 0 } else { (K::SIZE - inside).min(out.len()) };
        let (head, rest) = out.split_at_mut(head);
        if !head.is_empty() {
            part_of_tile(set, stream, tile, inside, head, kernel);
            tile += 1;
        }
        let whole = rest.len() / K::SIZE;
        let (tiles, tail) = rest.split_at_mut(whole * K::SIZE);
        if !tiles.is_empty() {
            set.fill_tiles(stream, tile, tiles, kernel);
        }
        if !tail.is_empty() {
            part_of_tile(set, stream, tile + whole as u64, 0, tail, kernel);
        }
    }

    /// Splits the window at addresses that are multiples of the piece size.
    fn pieces(self, threads: usize) -> Vec<Self> {
        let Self { stream, mut start, mut out } = self;
        let bytes = size_of_val(out);
        let piece =
            if bytes < 2 * threads * PIECE { (bytes / threads.max(1)).next_multiple_of(SMALL_PIECE) } else { PIECE };
        let mut pieces = Vec::with_capacity(bytes / piece + 2);
        while !out.is_empty() {
            let address = out.as_ptr().addr();
            let first = ((address / piece + 1) * piece - address).div_ceil(size_of::<T>());
            let (now, later) = out.split_at_mut(first.min(out.len()));
            pieces.push(Window { stream, start, out: now });
            start += first as u64;
            out = later;
        }
        pieces
    }
}

/// Returns the tile of an index and the offset inside it.
#[allow(clippy::cast_possible_truncation, reason = "a remainder below 256")]
pub(crate) fn position(index: u64, size: usize) -> (u64, usize) {
    let size = size as u64;
    (index / size, (index % size) as usize)
}

/// Writes the part of a tile that starts at offset `inside`.
fn part_of_tile<T: Element, K: Tile<T::Real>>(
    set: InstructionSet,
    stream: Stream,
    tile: u64,
    inside: usize,
    out: &mut [T],
    kernel: &K,
) {
    match (inside + out.len()).div_ceil(LANES) {
        1 => part_of_rows::<T, _, 1>(set, stream, tile, inside, out, &Rows::<K, 1>(kernel)),
        2 => part_of_rows::<T, _, 2>(set, stream, tile, inside, out, &Rows::<K, 2>(kernel)),
        _ => part_of_rows::<T, _, 4>(set, stream, tile, inside, out, kernel),
    }
}

/// Computes at most `ROWS` rows of a kernel: in place if `out` covers all of them, otherwise in a temporary buffer.
fn part_of_rows<T: Element, K: Tile<T::Real>, const ROWS: usize>(
    set: InstructionSet,
    stream: Stream,
    tile: u64,
    inside: usize,
    out: &mut [T],
    kernel: &K,
) {
    if out.len() == K::SIZE {
        set.fill_tiles(stream, tile, out, kernel);
        return;
    }
    let mut rows = [[T::default(); LANES]; ROWS];
    let rows = &mut rows.as_flattened_mut()[..K::SIZE];
    set.fill_tiles(stream, tile, rows, kernel);
    out.copy_from_slice(&rows[inside..inside + out.len()]);
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::Mutex;
    use std::thread::{self, ThreadId};

    use super::super::tile::MAX_TILE;
    use super::*;

    /// A kernel that writes nothing and records the threads that call it.
    #[derive(Default)]
    struct Witness {
        threads: Mutex<HashSet<ThreadId>>,
        outside_of_a_pool: Mutex<usize>,
    }

    impl Tile<f32> for Witness {
        const SIZE: usize = MAX_TILE;

        fn tile<T: Copy>(&self, _: Stream, _: u64, _: &mut [T], _: impl Fn(f32) -> T) {
            self.threads.lock().unwrap().insert(thread::current().id());
            *self.outside_of_a_pool.lock().unwrap() += usize::from(rayon::current_thread_index().is_none());
        }

        fn rows<T: Copy, const ROWS: usize>(&self, stream: Stream, tile: u64, out: &mut [T], store: impl Fn(f32) -> T) {
            self.tile(stream, tile, out, store);
        }

        fn singles<T: Copy>(&self, stream: Stream, _: &Singles, out: &mut [T; LANES], store: impl Fn(f32) -> T) {
            self.tile(stream, 0, out, store);
        }
    }

    fn witnessed(len: usize) -> Witness {
        let witness = Witness::default();
        let mut out = vec![0.0_f32; len];
        Window { stream: Stream::values(0, "w"), start: 3, out: &mut out }.fill(&witness).expect("a window inside u64");
        witness
    }

    #[test]
    fn fewer_than_2_pow_17_elements_wake_no_thread() {
        let me = thread::current().id();
        let few = witnessed((1 << 17) - 1);
        assert_eq!(few.threads.into_inner().unwrap(), HashSet::from([me]));
        assert!(few.outside_of_a_pool.into_inner().unwrap() >= (1 << 17) / MAX_TILE);
        // This many are handed to the pool, if it has more than one thread.
        let many = witnessed(1 << 17).outside_of_a_pool.into_inner().unwrap();
        assert_eq!(many == 0, rayon::current_num_threads() > 1, "{many} tiles outside of the pool");
    }

    #[test]
    fn a_pool_of_one_thread_is_not_entered() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let threads = pool.install(|| {
            let threads = witnessed(1 << 18).threads.into_inner().unwrap();
            threads == HashSet::from([thread::current().id()])
        });
        assert!(threads);
    }
}
