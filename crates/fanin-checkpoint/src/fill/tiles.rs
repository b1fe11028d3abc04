//! Fills a file tile by tile. Each worker writes the tiles it computes while they are still in cache. The number of
//! workers exceeds the number of compute permits by one, so that computing continues during writes.
//!
//! Tiles start at multiples of [`TILE`] in the file, regardless of tensor boundaries: large tensors are computed in
//! windows, small ones together. Each thread holds one tile in memory. Tensors that must be computed in one window come
//! last, one at a time, on all threads.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use fanin_core::Seed;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::error::FillError;
use super::layout::FileLayout;
use super::permits::Permits;

/// The size of a tile in bytes: a multiple of the page size and of every element size.
pub(super) const TILE: u64 = 1 << 20;

/// Receives the bytes at an offset of the file.
pub(super) type Sink<'a> = dyn Fn(u64, &[u8]) -> Result<(), FillError> + Sync + 'a;

/// The buffer of a tile, aligned for any element.
type Buffer = Vec<u64>;

/// Computes every byte of the file and passes it to `sink`, in any order and from several threads at once.
pub(super) fn make(pool: &ThreadPool, file: &FileLayout, seed: Seed, sink: &Sink<'_>) -> Result<(), FillError> {
    let (tiles, whole) = file.cut();
    let threads = pool.current_num_threads().min(tiles.len()).max(1);
    let work = Work { file, seed, tiles, next: AtomicUsize::new(0), computing: Permits::new(threads), sink };
    thread::scope(|scope| {
        let begin = |_| thread::Builder::new().name("fanin-tiles".to_owned()).spawn_scoped(scope, || work.make_tiles());
        let workers: Result<Vec<_>, _> = (0..=threads).map(begin).collect();
        let workers = workers.map_err(|error| {
            work.end();
            no_thread(&error)
        })?;
        let join = |worker: thread::ScopedJoinHandle<'_, _>| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        // Wait for all threads, then report the first error.
        let done: Vec<Result<(), FillError>> = workers.into_iter().map(join).collect();
        done.into_iter().collect::<Result<(), _>>()
    })?;
    for at in whole {
        compute_in_one_window(pool, file, seed, at, sink)?;
    }
    Ok(())
}

/// The work queue of the tiles of a file.
struct Work<'a> {
    file: &'a FileLayout,
    seed: Seed,
    tiles: Vec<Range<u64>>,
    next: AtomicUsize,
    computing: Permits,
    sink: &'a Sink<'a>,
}

impl Work<'_> {
    /// Processes tiles until the queue is empty.
    fn make_tiles(&self) -> Result<(), FillError> {
        // A single-threaded pool keeps initializers from using other threads for a tile.
        let _alone =
            ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().map_err(|error| no_thread(&error))?;
        let mut buffer = vec![0_u64; buffer_len(TILE)?];
        loop {
            let permit = self.computing.take();
            let Some(at) = self.tiles.get(self.next.fetch_add(1, Ordering::Relaxed)) else { break };
            let made = self.file.fill(self.seed, at.start, bytes(&mut buffer, at));
            drop(permit);
            // If the system serializes writes to a file, its own lock is cheaper than one here.
            let written = made.and_then(|()| (self.sink)(at.start, bytes(&mut buffer, at)));
            if written.is_err() {
                self.end();
                return written;
            }
        }
        Ok(())
    }

    /// Empties the queue.
    fn end(&self) {
        self.next.store(self.tiles.len(), Ordering::Relaxed);
    }
}

/// Computes a tensor in one window and passes it to `sink`.
fn compute_in_one_window(
    pool: &ThreadPool,
    file: &FileLayout,
    seed: Seed,
    at: Range<u64>,
    sink: &Sink<'_>,
) -> Result<(), FillError> {
    let mut memory = Buffer::new();
    let len = buffer_len(at.end - at.start)?;
    memory.try_reserve_exact(len).map_err(|_| {
        let needed = super::ByteSize(at.end - at.start);
        FillError::Machine {
            what: format!("a tensor of {} cannot be computed in parts and does not fit in memory: {needed}", file.name),
        }
    })?;
    memory.resize(len, 0);
    let bytes = bytes(&mut memory, &at);
    pool.install(|| file.fill(seed, at.start, bytes))?;
    for (offset, part) in (at.start..).step_by(buffer_len(TILE)? * 8).zip(bytes.chunks(buffer_len(TILE)? * 8)) {
        sink(offset, part)?;
    }
    Ok(())
}

fn no_thread(error: &impl std::fmt::Display) -> FillError {
    FillError::Machine { what: format!("cannot start a thread: {error}") }
}

fn buffer_len(bytes: u64) -> Result<usize, FillError> {
    let refuse = |_| FillError::Machine { what: format!("{bytes} bytes exceed the address space") };
    usize::try_from(bytes.div_ceil(8)).map_err(refuse)
}

/// The part of a buffer that a tile uses.
fn bytes<'a>(buffer: &'a mut Buffer, at: &Range<u64>) -> &'a mut [u8] {
    let bytes: &mut [u8] = bytemuck::cast_slice_mut(buffer);
    let len = usize::try_from(at.end - at.start).unwrap_or(usize::MAX).min(bytes.len());
    &mut bytes[..len]
}

impl FileLayout {
    /// Splits the file into the ranges of the tiles and of the tensors computed in one window.
    fn cut(&self) -> (Vec<Range<u64>>, Vec<Range<u64>>) {
        let whole = self.tensors.iter().filter(|placed| placed.end > placed.start && placed.tensor.needs_one_window());
        let whole: Vec<Range<u64>> = whole.map(|placed| placed.start..placed.end).collect();
        let (mut tiles, mut start) = (Vec::new(), 0);
        let ends = whole.iter().map(|at| (at.start, at.end)).chain([(self.size, self.size)]);
        for (end, next) in ends {
            while start < end {
                let tile = start..end.min((start / TILE + 1) * TILE);
                start = tile.end;
                tiles.push(tile);
            }
            start = next;
        }
        (tiles, whole)
    }

    /// Computes the bytes of the file from `start` on.
    fn fill(&self, seed: Seed, start: u64, out: &mut [u8]) -> Result<(), FillError> {
        let end = start + out.len() as u64;
        let part = |from: u64, until: u64| {
            let place = |at: u64| usize::try_from(at.clamp(start, end) - start).unwrap_or(usize::MAX);
            place(from)..place(until)
        };
        let header = part(0, self.header.len() as u64);
        if !header.is_empty() {
            let from = usize::try_from(start).unwrap_or(usize::MAX);
            let header_len = header.len();
            out[header].copy_from_slice(&self.header[from..from + header_len]);
        }
        let first = self.tensors.partition_point(|placed| placed.end <= start);
        for placed in self.tensors[first..].iter().take_while(|placed| placed.start < end) {
            let from = placed.start.max(start);
            placed.tensor.write(seed, from - placed.start, &mut out[part(placed.start, placed.end)])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use fanin_core::ParamSpec;
    use fanin_recipes::Recipe;
    use safetensors::Dtype;

    use super::*;
    use crate::fill::layout::Layout;
    use crate::fill::size::ByteSize;
    use crate::fill::tensor::tensors;
    use crate::listing::Entry;

    /// A file with tensors of every element type, larger and smaller than a tile, one of which needs a single window.
    fn file() -> FileLayout {
        let entry = |name: &str, shape: &[usize], dtype: Dtype| Entry {
            dtype: Some(dtype),
            ..Entry::new(ParamSpec::new(name, shape).unwrap())
        };
        let mut entries = vec![
            entry("big", &[700, 1001], Dtype::F32),
            entry("half", &[3, 500_001], Dtype::BF16),
            entry("double", &[300, 999], Dtype::F64),
            entry("turn.orthogonal", &[600, 500], Dtype::F16),
            entry("batches", &[], Dtype::I64),
            entry("empty", &[0, 5], Dtype::F32),
        ];
        entries.extend((0..300).map(|place| entry(&format!("small.{place}"), &[place], Dtype::F16)));
        let recipe: Recipe = "name = 'r'\ntitle = 'r'\nsource = 'r'\nlayout = 'oi'\nrules = [\
                              { match = 'batches', init = 'zeros' }, { match = '*.orthogonal', init = 'orthogonal' }, \
                              { match = '*', init = 'normal' }]"
            .parse()
            .unwrap();
        let tensors = tensors(&entries, &recipe, None).unwrap();
        Layout::new(tensors, ByteSize(u64::MAX)).unwrap().files.remove(0)
    }

    fn made(file: &FileLayout, threads: usize) -> Vec<u8> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let all = Mutex::new(vec![0xAA_u8; usize::try_from(file.size).unwrap()]);
        make(&pool, file, Seed(7), &|offset, bytes| {
            let offset = usize::try_from(offset).unwrap();
            all.lock().unwrap()[offset..offset + bytes.len()].copy_from_slice(bytes);
            Ok(())
        })
        .unwrap();
        all.into_inner().unwrap()
    }

    #[test]
    fn tiles_cover_the_file_once() {
        let file = file();
        let (mut tiles, whole) = file.cut();
        assert_eq!(whole.len(), 1);
        tiles.extend(whole);
        tiles.sort_by_key(|at| at.start);
        assert_eq!((tiles[0].start, tiles[tiles.len() - 1].end), (0, file.size));
        assert!(tiles.windows(2).all(|pair| pair[0].end == pair[1].start) && tiles.len() > 5);
    }

    /// The bytes depend on neither tiles nor threads: they equal those of each tensor computed in one window.
    #[test]
    fn a_file_is_its_header_and_its_tensors() {
        let file = file();
        let mut expected = file.header.clone();
        for placed in &file.tensors {
            let mut memory = vec![0_u64; usize::try_from((placed.end - placed.start).div_ceil(8)).unwrap()];
            let bytes = bytes(&mut memory, &(placed.start..placed.end));
            placed.tensor.write(Seed(7), 0, bytes).unwrap();
            expected.extend_from_slice(bytes);
        }
        for threads in [1, 2, 5] {
            assert!(made(&file, threads) == expected, "{threads}");
        }
    }

    #[test]
    fn the_first_error_ends_the_work() {
        let file = file();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let fails = |offset, _: &[u8]| match offset {
            0 => Ok(()),
            _ => Err(FillError::Empty),
        };
        assert!(matches!(make(&pool, &file, Seed(7), &fails), Err(FillError::Empty)));
    }
}
