//! Errors of filling a checkpoint.

use std::io;
use std::path::{Path, PathBuf};

use fanin_core::message::FirstFew;
use fanin_core::{InitError, ResolveError};
use thiserror::Error;

use super::size::ByteSize;
use crate::reading::ReadError;

/// An error of filling a checkpoint.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FillError {
    /// The rules do not fit the model.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// An initializer refused a parameter or failed.
    #[error(transparent)]
    Init(#[from] InitError),
    /// The checkpoint from which values are copied cannot be read.
    #[error(transparent)]
    Source(#[from] ReadError),
    /// Two tensors with the same name.
    #[error("duplicate tensor name '{name}'; names must be unique in a checkpoint")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// A name that the format reserves.
    #[error("tensor name '{name}' is reserved by the safetensors format; rename the tensor")]
    Reserved {
        /// The name.
        name: String,
    },
    /// A model without tensors.
    #[error("the model has no tensors")]
    Empty,
    /// An unsupported element type.
    #[error("tensor '{name}' is {dtype}: {reason}")]
    Dtype {
        /// The tensor.
        name: String,
        /// The element type.
        dtype: String,
        /// The reason, and what to do.
        reason: String,
    },
    /// Buffers that the recipe does not fill, without a file to copy them from.
    #[error(
        "the recipe does not initialize {}, and no file provides values; remove it from the list, or use --like with \
         a checkpoint that contains it", FirstFew::of(.names)
    )]
    Left {
        /// The names.
        names: Vec<String>,
    },
    /// The header is longer than the format allows.
    #[error(
        "the header of {file} would have {bytes} bytes, but the format allows {allowed}; use a smaller --max-shard-size"
    )]
    Header {
        /// The file.
        file: String,
        /// The length of its header.
        bytes: u64,
        /// The limit.
        allowed: u64,
    },
    /// A single file was requested, but the checkpoint needs several.
    #[error(
        "{} is a single file, but the checkpoint needs {count} files of at most {size}; use a folder or a larger \
         --max-shard-size",
        .path.display()
    )]
    Several {
        /// The file.
        path: PathBuf,
        /// The number of files.
        count: usize,
        /// The maximum size of a file.
        size: ByteSize,
    },
    /// An existing file has other content.
    #[error("{} already exists with other content ({reason}); choose another path, or use --force to replace \
             it", .path.display())]
    Differs {
        /// The file.
        path: PathBuf,
        /// The difference.
        reason: String,
    },
    /// A file of another process has another seed, recipe or model.
    #[error(
        "{} does not match this process's files ({reason}); run every process with the same model, recipe and seed, \
         or empty the folder", .path.display()
    )]
    Mixed {
        /// The file.
        path: PathBuf,
        /// The difference.
        reason: String,
    },
    /// A file whose values are needed would be removed first.
    #[error("{} contains values to be copied, but would be removed first; choose another path", .path.display())]
    Removes {
        /// The file.
        path: PathBuf,
    },
    /// The folder contains a foreign weight file, which loaders would mistake for a part of the checkpoint.
    #[error("{} is in the output folder but not part of the checkpoint; choose another folder, or remove the \
             file", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Another process is writing the same file.
    #[error("{} is being written by another process; wait for it, or use a different --shard for each \
             process", .path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// Not enough disk space.
    #[error("not enough disk space in {}: {free} free, {needed} needed; free some space or choose another \
             path", .folder.display())]
    Room {
        /// The folder.
        folder: PathBuf,
        /// The free space.
        free: ByteSize,
        /// The total size of this process's files.
        needed: ByteSize,
    },
    /// A file that cannot be written.
    #[error("cannot write {} ({needed}): {source}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Its size.
        needed: ByteSize,
        /// The system error.
        source: io::Error,
    },
    /// A file that cannot be read.
    #[error("{} cannot be read: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system error.
        source: io::Error,
    },
    /// The system cannot provide threads or memory.
    #[error("{what}")]
    Machine {
        /// The problem, and what to do.
        what: String,
    },
}

impl FillError {
    pub(super) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::Read { path, source }
    }

    pub(super) fn write(path: &Path, needed: u64) -> impl Fn(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::ResourceBusy => Self::Locked { path: path.clone() },
            _ => Self::Write { path: path.clone(), needed: ByteSize(needed), source },
        }
    }
}
