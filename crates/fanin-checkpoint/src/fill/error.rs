//! Why a checkpoint could not be filled.

use std::io;
use std::path::{Path, PathBuf};

use fanin_core::InitError;
use fanin_recipes::RecipeError;
use thiserror::Error;

use super::size::ByteSize;
use crate::reading::ReadError;

/// Why a checkpoint could not be filled.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FillError {
    /// The recipe does not fit the model.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// An initializer refused or failed.
    #[error(transparent)]
    Init(#[from] InitError),
    /// The checkpoint from which a buffer is copied cannot be read.
    #[error(transparent)]
    Source(#[from] ReadError),
    /// Two tensors of one name.
    #[error("two tensors are called '{name}'; a checkpoint holds a name once")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// A name that the format keeps for itself.
    #[error("a tensor is called '{name}', which the format keeps for itself; give it another name")]
    Reserved {
        /// The name.
        name: String,
    },
    /// There is nothing to fill.
    #[error("the model has no tensors")]
    Empty,
    /// An element type that is not filled.
    #[error("tensor '{name}' is {dtype}: {reason}")]
    Dtype {
        /// The tensor.
        name: String,
        /// Its element type.
        dtype: String,
        /// Why not, and what to do.
        reason: String,
    },
    /// Buffers that the recipe leaves as they are, where there is no file that has them.
    #[error(
        "the recipe leaves {} as it is, and no file has its values; leave it out of the list, or take --like a checkpoint that \
         has it", .names.join(", ")
    )]
    Left {
        /// Their names.
        names: Vec<String>,
    },
    /// A header that is longer than the format allows.
    #[error(
        "the header of {file} would have {bytes} bytes, and the format allows {allowed}; give a smaller --max-shard-size"
    )]
    Header {
        /// The file.
        file: String,
        /// Its header's length.
        bytes: u64,
        /// The longest.
        allowed: u64,
    },
    /// One file was asked for, and there are several.
    #[error(
        "{} is one file, and the checkpoint has {count} of at most {size} each; give a folder, or a larger --max-shard-size",
        .path.display()
    )]
    Several {
        /// The file.
        path: PathBuf,
        /// How many.
        count: usize,
        /// The greatest size of one.
        size: ByteSize,
    },
    /// A file that holds something else.
    #[error("{} is there, and holds something else ({reason}); take another place, or --force to replace it", .path.display())]
    Differs {
        /// The file.
        path: PathBuf,
        /// What is different.
        reason: String,
    },
    /// A file of another process that is of another seed, recipe or model.
    #[error(
        "{} is of another checkpoint than this process's files ({reason}); run every process with the same model, recipe and seed, \
         or empty the folder", .path.display()
    )]
    Mixed {
        /// The file.
        path: PathBuf,
        /// What is different.
        reason: String,
    },
    /// A file whose values are to be copied, and that would be removed before they are.
    #[error("{} holds values that the recipe leaves as they are, and would be removed before they are copied; write to another place", .path.display())]
    Removes {
        /// The file.
        path: PathBuf,
    },
    /// Weights beside the checkpoint's own, which loaders would take for a part of it.
    #[error("{} lies where the checkpoint goes, and is no file of it; take another folder, or remove it", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Another process writes the same file.
    #[error("{} is being written by another process; wait for it, or give each process its own --shard", .path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// Not enough room.
    #[error("{} has room for {free}, and {needed} are needed; make room, or take another place", .folder.display())]
    Room {
        /// The folder.
        folder: PathBuf,
        /// What is free.
        free: ByteSize,
        /// What this process is going to write.
        needed: ByteSize,
    },
    /// A file that cannot be written.
    #[error("{} cannot be written ({source}); it needs {needed}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// How much room it needs.
        needed: ByteSize,
        /// What the system says.
        source: io::Error,
    },
    /// A file that cannot be read.
    #[error("{} cannot be read: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The system gives no threads or no memory.
    #[error("{what}")]
    Machine {
        /// What it does not give, and what to do.
        what: String,
    },
}

impl FillError {
    pub(super) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::Read { path, source }
    }

    pub(super) fn write(path: &Path, needed: u64) -> impl Fn(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Write { path: path.clone(), needed: ByteSize(needed), source }
    }
}
