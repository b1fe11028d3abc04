//! Checks whether an existing file belongs to this checkpoint: same shapes, seed and recipe.
//!
//! Length and header determine the shapes. For seed and recipe, a sample of the values is recomputed: a few at the
//! beginning, in the middle and at the end of every tensor. This is cheap compared with filling, and another seed, or
//! another rule for a tensor, changes nearly all of its values.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use fanin_core::Seed;
use rayon::ThreadPool;

use super::error::FillError;
use super::layout::{FileLayout, Placed};
use crate::positioned;

/// The number of values compared at each position.
const VALUES: usize = 64;

/// The state of one expected file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    Agrees,
    /// A different file, and the difference.
    Differs(&'static str),
}

/// The combined state of several files: a difference takes precedence over a missing file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Agree,
    Missing,
    Differ { path: PathBuf, reason: &'static str },
}

/// The state of the file expected at `path`.
pub(super) fn of(pool: &ThreadPool, file: &FileLayout, path: &Path, seed: Seed) -> Result<Found, FillError> {
    let opened = match positioned::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        opened => opened.map_err(FillError::read(path))?,
    };
    if let Some(reason) = looks_other(file, &opened, path)? {
        return Ok(Found::Differs(reason));
    }
    let agrees = pool.install(|| has_values(file, &opened, path, seed))?;
    Ok(if agrees { Found::Agrees } else { Found::Differs("another seed or recipe") })
}

/// The difference in length or header, if any.
pub(super) fn looks_other(file: &FileLayout, opened: &File, path: &Path) -> Result<Option<&'static str>, FillError> {
    if opened.metadata().map_err(FillError::read(path))?.len() != file.size {
        return Ok(Some("another length"));
    }
    let mut header = vec![0; file.header.len()];
    positioned::read_exact(opened, &mut header, 0).map_err(FillError::read(path))?;
    Ok(if header == file.header { None } else { Some("other tensors") })
}

/// Whether the sampled values match.
fn has_values(file: &FileLayout, opened: &File, path: &Path, seed: Seed) -> Result<bool, FillError> {
    let (mut ours, mut theirs) = ([0_u64; VALUES], [0_u8; VALUES * 8]);
    let mut covered = false;
    for placed in file.tensors.iter().filter(|placed| !placed.tensor.needs_one_window()) {
        covered |= placed.start < placed.end && placed.tensor.depends_on_seed();
        for (start, len) in sample(placed) {
            let ours = &mut bytemuck::cast_slice_mut::<u64, u8>(&mut ours)[..len];
            placed.tensor.write(seed, start, ours)?;
            positioned::read_exact(opened, &mut theirs[..len], placed.start + start).map_err(FillError::read(path))?;
            if *ours != theirs[..len] {
                return Ok(false);
            }
        }
    }
    if covered {
        return Ok(true);
    }
    // None of the sampled tensors depends on the seed: compute the cheapest tensor that does, in full.
    let whole = file.tensors.iter().filter(|placed| placed.start < placed.end && placed.tensor.needs_one_window());
    match whole.filter(|placed| placed.tensor.depends_on_seed()).min_by_key(|placed| placed.end - placed.start) {
        Some(placed) => has_the_whole(placed, opened, path, seed),
        None => Ok(true),
    }
}

/// Start and length of the sampled positions of a tensor, in bytes.
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
        what: format!(
            "tensor '{}' does not fit in memory, and its initializer cannot compute it in parts",
            placed.tensor.param.name()
        ),
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
