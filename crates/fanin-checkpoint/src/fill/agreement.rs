//! Whether a file that is there is one of this checkpoint: of the same shapes, seed and recipe.
//!
//! Its length and header say the first. For the rest a sample of its values is computed again: of every tensor a few at the
//! beginning, in the middle and at the end. That costs nothing beside the filling, and another seed, or another rule for one of the
//! tensors, makes all or nearly all of them others.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use fanin_core::Seed;
use rayon::ThreadPool;

use super::error::FillError;
use super::layout::{FileLayout, Placed};
use super::positioned;

/// The values of one place that are compared.
const VALUES: usize = 64;

/// What is where a file should be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    Agrees,
    /// Another file, and how it differs.
    Differs(&'static str),
}

/// What several files are together: whether one differs, else whether one is missing.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Agree,
    Missing,
    Differ { path: PathBuf, reason: &'static str },
}

/// What is at `path`, where a file is expected.
pub(super) fn of(pool: &ThreadPool, file: &FileLayout, path: &Path, seed: Seed) -> Result<Found, FillError> {
    let opened = match positioned::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        opened => opened.map_err(FillError::read(path))?,
    };
    if let Some(reason) = looks_other(file, &opened, path)? {
        return Ok(Found::Differs(reason));
    }
    let agrees = pool.install(|| has_values(file, &opened, path, seed))?;
    Ok(if agrees { Found::Agrees } else { Found::Differs("values of another seed or recipe") })
}

/// How a file differs by its length or its header.
pub(super) fn looks_other(file: &FileLayout, opened: &File, path: &Path) -> Result<Option<&'static str>, FillError> {
    if opened.metadata().map_err(FillError::read(path))?.len() != file.size {
        return Ok(Some("another length"));
    }
    let mut header = vec![0; file.header.len()];
    positioned::read_exact(opened, &mut header, 0).map_err(FillError::read(path))?;
    Ok(if header == file.header { None } else { Some("other tensors") })
}

/// Whether the sample has the values that it should.
fn has_values(file: &FileLayout, opened: &File, path: &Path, seed: Seed) -> Result<bool, FillError> {
    let (mut ours, mut theirs) = ([0_u64; VALUES], [0_u8; VALUES * 8]);
    let mut told = false;
    for placed in file.tensors.iter().filter(|placed| !placed.tensor.is_made_whole()) {
        told |= placed.start < placed.end && placed.tensor.depends_on_seed();
        for (start, len) in sample(placed) {
            let ours = &mut bytemuck::cast_slice_mut::<u64, u8>(&mut ours)[..len];
            placed.tensor.write(seed, start, ours)?;
            positioned::read_exact(opened, &mut theirs[..len], placed.start + start).map_err(FillError::read(path))?;
            if *ours != theirs[..len] {
                return Ok(false);
            }
        }
    }
    if told {
        return Ok(true);
    }
    // Nothing of that depends on the seed: the cheapest of what does is made whole.
    let whole = file.tensors.iter().filter(|placed| placed.start < placed.end && placed.tensor.is_made_whole());
    match whole.filter(|placed| placed.tensor.depends_on_seed()).min_by_key(|placed| placed.end - placed.start) {
        Some(placed) => has_the_whole(placed, opened, path, seed),
        None => Ok(true),
    }
}

/// Beginning and length of the places of a tensor that are looked at, in bytes.
fn sample(placed: &Placed) -> impl Iterator<Item = (u64, usize)> {
    let (size, element) = (placed.end - placed.start, placed.tensor.element_bytes());
    let window = (VALUES as u64 * element).min(size);
    let last = size - window;
    let middle = last / 2 / element * element;
    let count = if window == 0 { 0 } else { 3 };
    [0, middle, last].into_iter().take(count).map(move |start| (start, usize::try_from(window).unwrap_or_default()))
}

fn has_the_whole(placed: &Placed, opened: &File, path: &Path, seed: Seed) -> Result<bool, FillError> {
    let size = placed.end - placed.start;
    let memory = || FillError::Machine {
        what: format!("'{}' is made whole, and does not fit memory", placed.tensor.param.name()),
    };
    let len = usize::try_from(size).map_err(|_| memory())?;
    let mut ours = Vec::<u64>::new();
    ours.try_reserve_exact(len.div_ceil(8)).map_err(|_| memory())?;
    ours.resize(len.div_ceil(8), 0);
    let ours = &mut bytemuck::cast_slice_mut::<u64, u8>(&mut ours)[..len];
    placed.tensor.write(seed, 0, ours)?;
    let mut theirs = vec![0; len.min(1 << 20)];
    for (offset, ours) in (placed.start..).step_by(1 << 20).zip(ours.chunks(1 << 20)) {
        let theirs = &mut theirs[..ours.len()];
        positioned::read_exact(opened, theirs, offset).map_err(FillError::read(path))?;
        if ours != &*theirs {
            return Ok(false);
        }
    }
    Ok(true)
}
