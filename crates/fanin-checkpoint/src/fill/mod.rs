//! Checkpoints filled from a recipe and a seed: safetensors, in one file or in several with an index, as Hugging Face lays them out.
//!
//! The set of files and the places of the tensors in them depend on names, shapes, element types and the greatest size of a file;
//! the values on seed and names. Nothing depends on threads or processes: process `i` of `n` ([`Rank`]) writes the files whose
//! number is `i` modulo `n`, and together they write the very bytes of one.
//!
//! # What is never there
//! - A file that looks whole and is not: a file is made under a hidden name, brought to the disk and renamed.
//! - An index without its files: it is written by the process that, having finished its own, finds all of them there. Where a
//!   network file system shows that to none of them, any process that is run again finds its own files done, and writes it.
//! - An index of files that do not belong together: files are held to this process's seed and recipe by their length, their header and a
//!   sample of the values of every tensor, those of others before anything is made, and all before the index is written. Meanwhile the
//!   folder is locked; who replaces a file takes the lock too, and removes the index first.
//! - Something of another checkpoint: a file that is there already must have the very bytes that it is going to have, and is then
//!   kept, so that a run that was killed is finished by running it again. Otherwise, and where other weights lie in the folder, nothing
//!   is written. [`FillOptions::force`] replaces files: the index and this process's own are removed before anything is made. The others' that
//!   differ count as not there yet: the process that replaces the last of them writes the index.
//!
//! # Memory
//! A tile of 1 MiB a thread, whatever the model. An initializer whose elements depend on each other, such as `orthogonal`, is
//! made in one window: then one tensor, and what its initializer needs, is in memory.
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use fanin_checkpoint::{config, fill::{ByteSize, NewCheckpoint, Destination, FillOptions}};
//! use fanin_recipes::Recipe;
//!
//! let model = config::parse(r#"{ "model_type": "gpt2", "n_embd": 12, "n_layer": 1, "vocab_size": 50, "n_positions": 16 }"#)?;
//! let settings = model.settings.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect::<BTreeMap<_, _>>();
//! let checkpoint =
//!     NewCheckpoint::new(&model.entries, &Recipe::named(model.recipe)?, &settings, None, ByteSize::OF_A_SHARD)?;
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
mod positioned;
mod rank;
mod size;
mod tensor;
mod tiles;
mod unfinished;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread;

use fanin_core::{Dtype, Seed};
use fanin_recipes::Recipe;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::listing::Entry;

use agreement::{Found, Seen};

pub use destination::Destination;
pub use error::FillError;
use layout::{FileLayout, Layout};
pub use rank::{COUNT, Detected, Rank, RankError};
pub use size::{ByteSize, ParseSizeError};
pub use unfinished::remove_unfinished;
use unfinished::{Unfinished, holds, write_whole};

/// A checkpoint that is decided and not yet written.
#[derive(Debug)]
pub struct NewCheckpoint {
    layout: Layout,
    size: ByteSize,
    beside: Option<(&'static str, Vec<u8>)>,
}

/// How a checkpoint is written. The default is seed 0, everything, as many threads as the machine has cores.
#[derive(Clone, Copy, Debug)]
pub struct FillOptions {
    /// The seed.
    pub seed: Seed,
    /// Which of several processes this is.
    pub share: Rank,
    /// The threads that compute; one more writes.
    pub threads: usize,
    /// Files that hold something else are replaced.
    pub force: bool,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// The files that this process has made.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// The files of this process that were there already, with the right bytes.
    pub kept: usize,
    /// Whether the checkpoint is whole: every file is there, and the index.
    pub whole: bool,
    /// With [`FillOptions::force`]: a file of another process that is of another seed, recipe or model, and still to be replaced.
    pub old: Option<PathBuf>,
}

impl Default for FillOptions {
    fn default() -> Self {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        Self { seed: Seed(0), share: Rank::ALL, threads, force: false }
    }
}

impl NewCheckpoint {
    /// What a recipe gives to the entries, in files of at most `size` bytes of values each. Entries have the element types that they
    /// state, or `f32`; `dtype` goes before those of them that are types of floats. What the recipe leaves as it is, is copied from
    /// the file that holds it.
    ///
    /// # Errors
    /// [`FillError`]: the recipe does not fit, names are used twice, or an element type cannot be filled.
    pub fn new(
        entries: &[Entry],
        recipe: &Recipe,
        settings: &BTreeMap<String, f64>,
        dtype: Option<Dtype>,
        size: ByteSize,
    ) -> Result<Self, FillError> {
        let tensors = tensor::tensors(entries, recipe, settings, dtype)?;
        Ok(Self { layout: Layout::new(tensors, size)?, size, beside: None })
    }

    /// The same, with the text of the model's `config.json`, which process 0 puts beside the files of a folder: with it transformers
    /// loads the folder.
    #[must_use]
    pub fn with_config(mut self, text: Vec<u8>) -> Self {
        self.beside = Some(("config.json", text));
        self
    }

    /// The names of its files and their bytes, without the index.
    pub fn files(&self) -> impl Iterator<Item = (&str, u64)> {
        self.layout.files.iter().map(|file| (file.name.as_str(), file.size))
    }

    /// The number of parameters, running statistics included.
    #[must_use]
    pub fn elements(&self) -> u64 {
        let tensors = self.layout.files.iter().flat_map(|file| &file.tensors);
        tensors.fold(0, |sum: u64, placed| sum.saturating_add(placed.tensor.param.len() as u64))
    }

    /// The bytes of the files of one process.
    #[must_use]
    pub fn bytes(&self, share: Rank) -> u64 {
        self.of(share).fold(0, |sum, file| sum.saturating_add(file.size))
    }

    fn of(&self, share: Rank) -> impl Iterator<Item = &FileLayout> {
        self.layout.files.iter().enumerate().filter(move |(number, _)| share.has(*number)).map(|(_, file)| file)
    }

    /// Writes the files of one process, and the index if they were the last. `progress` is told the bytes of each tile, from
    /// any thread.
    ///
    /// # Errors
    /// [`FillError`]: the place holds something else or has no room, the system fails, or an initializer does. What was finished
    /// before stays.
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
            place_beside(&folder.join(name), text, force)?;
        }
        let mut written = Written::default();
        let index = self.layout.index.as_ref().and_then(|_| destination.index());
        thread::scope(|scope| {
            // While one file is brought to the disk, the next is made.
            let mut finishing: Option<thread::ScopedJoinHandle<'_, Result<(), FillError>>> = None;
            for file in &own {
                let path = destination.path(file);
                let begun = match kept.contains(&file.name.as_str()) {
                    true => None,
                    // Another process may have finished it since it was looked for, and none begins it now.
                    false => Some(Unfinished::begin(&path, file.size)?).filter(|_| force || !path.exists()),
                };
                let Some(unfinished) = begun else {
                    compare(&pool, file, &path, seed, progress)?;
                    written.kept += 1;
                    continue;
                };
                let refuse = FillError::write(&path, file.size);
                early_sync::alongside(&unfinished.file, file.size, &refuse, |written| {
                    tiles::make(&pool, file, seed, &|offset, bytes| {
                        positioned::write_all(&unfinished.file, bytes, offset).map_err(&refuse)?;
                        written(bytes.len() as u64);
                        progress(bytes.len() as u64);
                        Ok(())
                    })
                })?;
                written.files += 1;
                written.bytes += file.size;
                join(finishing.take())?;
                let replaced = index.as_deref().filter(|_| force);
                finishing = Some(scope.spawn(move || unfinished.finish(replaced)));
            }
            join(finishing)
        })?;
        // From the last look at the files until their index is there, nobody exchanges one.
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
                // Another process may have written it meanwhile, for the old files.
                destination.remove_index()?;
                written.old = Some(path);
            }
            Seen::Differ { path, reason } => return Err(FillError::Mixed { path, reason: reason.to_owned() }),
        }
        Ok(written)
    }

    /// Whether files, chosen by their numbers, are there and of this checkpoint. One that differs goes before one that is missing.
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
            // All processes write the same bytes; what another has just written is left.
            if force || !path.exists() {
                write_whole(&path, index).or_else(|error| match error {
                    FillError::Locked { .. } => Ok(()),
                    error => Err(error),
                })?;
            }
        }
        Ok(())
    }
}

/// As many threads as are asked for, and no more than there are tiles.
fn pool(threads: usize, own: &[&FileLayout]) -> Result<ThreadPool, FillError> {
    let tiles = own.iter().map(|file| file.size.div_ceil(tiles::TILE)).max().unwrap_or_default();
    let threads = threads.min(usize::try_from(tiles).unwrap_or(usize::MAX)).max(1);
    let pool = ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| FillError::Machine { what: format!("the system gives no threads: {error}") })
}

fn join(finishing: Option<thread::ScopedJoinHandle<'_, Result<(), FillError>>>) -> Result<(), FillError> {
    match finishing.map(thread::ScopedJoinHandle::join) {
        None => Ok(()),
        Some(Ok(finished)) => finished,
        Some(Err(panic)) => std::panic::resume_unwind(panic),
    }
}

/// Whether a file has the bytes that it would be given.
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

/// Puts a small file that belongs to a checkpoint beside it, whole or not at all.
fn place_beside(path: &Path, bytes: &[u8], force: bool) -> Result<(), FillError> {
    match holds(path, bytes) {
        Ok(true) => Ok(()),
        Ok(false) if !force => Err(FillError::Differs { path: path.to_owned(), reason: "another text".to_owned() }),
        _ => write_whole(path, bytes),
    }
}
