//! Writes checkpoints from a recipe and a seed: one safetensors file, or shards with an index in Hugging Face's layout.
//!
//! Names, shapes, element types and the maximum file size determine the files and the position of each tensor; seed and
//! names determine the values. Nothing depends on the number of threads or processes: process `i` of `n` ([`Rank`])
//! writes the files whose number is `i` modulo `n`, and the result is byte-identical to that of a single process.
//!
//! # Guarantees
//! - No partial files: writes are atomic (hidden file, sync, rename).
//! - No index without its files: the process that finds all files complete after writing its own also writes the index.
//!   If a network file system hides files from every process, run any process again: it keeps its files and writes the
//!   index.
//! - No index for files that do not belong together: every file is checked against seed and recipe by its length, its
//!   header and a sample of values of every tensor. Files of other processes are checked before anything is written;
//!   all files are checked again before the index is written, under a folder lock. Replacing a file also takes the
//!   lock, and removes the index first.
//! - No mix with another checkpoint: an existing file is kept if it already has the right bytes, so a killed run can be
//!   finished by running it again. If a file differs, or the folder contains foreign weights, nothing is written.
//!   [`FillOptions::force`] replaces files: the index and the files of this process are removed first. Differing files
//!   of other processes count as missing, and the process that replaces the last of them writes the index.
//!
//! # Memory
//! One tile of 1 MiB per thread, regardless of the model. Initializers with dependent elements, such as `orthogonal`,
//! need memory for one whole tensor and its workspace.
//!
//! ```
//! use fanin_checkpoint::{config, fill::{ByteSize, NewCheckpoint, Destination, FillOptions}};
//! use fanin_recipes::Recipe;
//!
//! let model = config::parse(r#"{ "model_type": "gpt2", "n_embd": 12, "n_layer": 1, "vocab_size": 50, "n_positions": 16 }"#)?;
//! let recipe = Recipe::named(model.recipe)?.set_all(model.settings)?;
//! let checkpoint = NewCheckpoint::new(&model.entries, &recipe, None, ByteSize::OF_A_SHARD)?;
//! # let folder = tempfile::tempdir()?;
//! # let out = folder.path();
//! let written = checkpoint.write(&Destination::of(out), &FillOptions::default(), &|_| ())?;
//! assert_eq!((written.files, out.join("model.safetensors").exists()), (1, true));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod agreement;
mod destination;
mod early_sync;
mod error;
mod folder_lock;
mod header;
mod layout;
mod permits;
mod rank;
mod size;
mod tensor;
mod tiles;
mod unfinished;

use std::path::{Path, PathBuf};
use std::thread;

use fanin_core::resolve::Rules;
use fanin_core::{Dtype, Seed};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::listing::Entry;
use crate::positioned;

use agreement::{Found, Seen};

pub use destination::Destination;
pub use error::FillError;
use layout::{FileLayout, Layout};
pub use rank::{COUNT, Detected, Rank, RankError};
pub use size::{ByteSize, ParseSizeError};
use unfinished::{holds, write_small_file};

/// A checkpoint to be written: its layout and the initializer of each tensor.
#[derive(Debug)]
pub struct NewCheckpoint {
    layout: Layout,
    size: ByteSize,
    beside: Option<(&'static str, Vec<u8>)>,
}

/// Options for writing a checkpoint. Defaults: seed 0, all files, one thread per core.
#[derive(Clone, Copy, Debug)]
pub struct FillOptions {
    /// The seed.
    pub seed: Seed,
    /// The rank of this process.
    pub share: Rank,
    /// The number of computing threads.
    pub threads: usize,
    /// Whether to replace files with other content.
    pub force: bool,
}

/// The result of writing a checkpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// The number of files written by this process.
    pub files: usize,
    /// The total size of its files in bytes.
    pub bytes: u64,
    /// The number of files of this process that already existed with the right bytes.
    pub kept: usize,
    /// Whether the checkpoint is complete, including the index.
    pub whole: bool,
    /// With [`FillOptions::force`]: a file of another process that has another seed, recipe or model and still has to
    /// be replaced.
    pub old: Option<PathBuf>,
}

impl Default for FillOptions {
    fn default() -> Self {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        Self { seed: Seed(0), share: Rank::ALL, threads, force: false }
    }
}

impl NewCheckpoint {
    /// Resolves a recipe or plan for the entries and lays them out in files of at most `size` bytes of values. Entries
    /// have their stated element types or `f32`; `dtype` overrides floating-point types. Values that the rules leave
    /// unchanged are copied from the file that contains them.
    ///
    /// # Errors
    /// [`FillError`] if the rules do not fit, names are not unique, or an element type is not supported.
    pub fn new(entries: &[Entry], rules: &dyn Rules, dtype: Option<Dtype>, size: ByteSize) -> Result<Self, FillError> {
        let tensors = tensor::tensors(entries, rules, dtype)?;
        Ok(Self { layout: Layout::new(tensors, size)?, size, beside: None })
    }

    /// Adds the text of the model's `config.json`, which process 0 writes to the folder so that transformers can load
    /// it.
    #[must_use]
    pub fn with_config(mut self, text: Vec<u8>) -> Self {
        self.beside = Some(("config.json", text));
        self
    }

    /// The names and sizes of its files, without the index.
    pub fn files(&self) -> impl Iterator<Item = (&str, u64)> {
        self.layout.files.iter().map(|file| (file.name.as_str(), file.size))
    }

    /// The number of parameters, including running statistics.
    #[must_use]
    pub fn elements(&self) -> u64 {
        let tensors = self.layout.files.iter().flat_map(|file| &file.tensors);
        tensors.fold(0, |sum: u64, placed| sum.saturating_add(placed.tensor.param.len() as u64))
    }

    /// The total size of the files of one process.
    #[must_use]
    pub fn bytes(&self, share: Rank) -> u64 {
        self.of(share).fold(0, |sum, file| sum.saturating_add(file.size))
    }

    fn of(&self, share: Rank) -> impl Iterator<Item = &FileLayout> {
        self.layout.files.iter().enumerate().filter(move |(number, _)| share.has(*number)).map(|(_, file)| file)
    }

    /// Writes the files of one process, and the index if all files are then complete. `progress` is called with the
    /// size of each tile, from any thread.
    ///
    /// # Errors
    /// [`FillError`] if the destination has other content or too little space, or if the system or an initializer
    /// fails. Finished files are kept.
    pub fn write(
        &self,
        destination: &Destination,
        options: &FillOptions,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Written, FillError> {
        let FillOptions { seed, share, threads, force } = *options;
        let own: Vec<&FileLayout> = self.of(share).collect();
        let kept = destination.prepare(&self.layout, &own, self.size, force)?;
        let pool = pool(threads, &own)?;
        if !force
            && let Seen::Differ { path, reason } = self.found(destination, &|number| !share.has(number), &pool, seed)?
        {
            return Err(FillError::Mixed { path, reason: reason.to_owned() });
        }
        if let (Some((name, text)), Destination::Folder(folder), 0) = (&self.beside, destination, share.index()) {
            write_next_to_files(&folder.join(name), text, force)?;
        }
        let mut written = Written::default();
        let index = self.layout.index.as_ref().and_then(|_| destination.index());
        thread::scope(|scope| {
            // Sync one file while computing the next.
            let mut finishing: Option<thread::ScopedJoinHandle<'_, Result<(), FillError>>> = None;
            for file in &own {
                let path = destination.path(file);
                let begun = match kept.contains(&file.name.as_str()) {
                    true => None,
                    // Another process may have finished it since the check; from now on the lock prevents that.
                    false => Some(unfinished::begin(&path, file.size)?).filter(|_| force || !path.exists()),
                };
                let Some(begun) = begun else {
                    compare(&pool, file, &path, seed, progress)?;
                    written.kept += 1;
                    continue;
                };
                let refuse = FillError::write(&path, file.size);
                early_sync::alongside(&begun.file, file.size, &refuse, |written| {
                    tiles::make(&pool, file, seed, &|offset, bytes| {
                        positioned::write_all(&begun.file, bytes, offset).map_err(&refuse)?;
                        written(bytes.len() as u64);
                        progress(bytes.len() as u64);
                        Ok(())
                    })
                })?;
                written.files += 1;
                written.bytes += file.size;
                join(finishing.take())?;
                let replaced = index.as_deref().filter(|_| force);
                finishing = Some(scope.spawn(move || unfinished::finish(begun, file.size, replaced)));
            }
            join(finishing)
        })?;
        // No process may replace a file between the last check and the index.
        let _alone = folder_lock::lock(destination.folder());
        let all = self.layout.files.iter().all(|file| destination.path(file).exists());
        let found = if all { self.found(destination, &|_| true, &pool, seed)? } else { Seen::Missing };
        match found {
            Seen::Agree => {
                self.complete(destination, force)?;
                written.whole = true;
            }
            Seen::Missing => {}
            Seen::Differ { path, .. } if force => {
                // Another process may have written an index for the old files in the meantime.
                destination.remove_index()?;
                written.old = Some(path);
            }
            Seen::Differ { path, reason } => return Err(FillError::Mixed { path, reason: reason.to_owned() }),
        }
        Ok(written)
    }

    /// Whether the chosen files exist and belong to this checkpoint. A difference takes precedence over a missing file.
    fn found(
        &self,
        destination: &Destination,
        chosen: &dyn Fn(usize) -> bool,
        pool: &ThreadPool,
        seed: Seed,
    ) -> Result<Seen, FillError> {
        let mut seen = Seen::Agree;
        for (_, file) in self.layout.files.iter().enumerate().filter(|(number, _)| chosen(*number)) {
            let path = destination.path(file);
            match agreement::of(pool, file, &path, seed)? {
                Found::Agrees => {}
                Found::Nothing => seen = Seen::Missing,
                Found::Differs(reason) => return Ok(Seen::Differ { path, reason }),
            }
        }
        Ok(seen)
    }

    /// Writes the index.
    fn complete(&self, destination: &Destination, force: bool) -> Result<(), FillError> {
        if let (Some(index), Some(path)) = (&self.layout.index, destination.index()) {
            // All processes write the same bytes; keep the file of another process.
            if force || !path.exists() {
                write_small_file(&path, index).or_else(|error| match error {
                    FillError::Locked { .. } => Ok(()),
                    error => Err(error),
                })?;
            }
        }
        Ok(())
    }
}

/// A pool with the requested number of threads, at most one per tile.
fn pool(threads: usize, own: &[&FileLayout]) -> Result<ThreadPool, FillError> {
    let tiles = own.iter().map(|file| file.size.div_ceil(tiles::TILE)).max().unwrap_or_default();
    let threads = threads.min(usize::try_from(tiles).unwrap_or(usize::MAX)).max(1);
    let pool = ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| FillError::Machine { what: format!("cannot start threads: {error}") })
}

fn join(finishing: Option<thread::ScopedJoinHandle<'_, Result<(), FillError>>>) -> Result<(), FillError> {
    match finishing.map(thread::ScopedJoinHandle::join) {
        None => Ok(()),
        Some(Ok(finished)) => finished,
        Some(Err(panic)) => std::panic::resume_unwind(panic),
    }
}

/// Checks that a file has the right bytes.
fn compare(
    pool: &ThreadPool,
    file: &FileLayout,
    path: &Path,
    seed: Seed,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<(), FillError> {
    let opened = positioned::open(path).map_err(FillError::read(path))?;
    tiles::make(pool, file, seed, &|offset, bytes| {
        let mut there = vec![0; bytes.len()];
        positioned::read_exact(&opened, &mut there, offset).map_err(FillError::read(path))?;
        if there != bytes {
            return Err(FillError::Differs { path: path.to_owned(), reason: "other values".to_owned() });
        }
        progress(bytes.len() as u64);
        Ok(())
    })
}

/// Writes a small file next to the checkpoint, atomically.
fn write_next_to_files(path: &Path, bytes: &[u8], force: bool) -> Result<(), FillError> {
    match holds(path, bytes) {
        Ok(true) => Ok(()),
        Ok(false) if !force => Err(FillError::Differs { path: path.to_owned(), reason: "other text".to_owned() }),
        _ => write_small_file(path, bytes),
    }
}
