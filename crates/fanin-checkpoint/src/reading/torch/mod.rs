//! The files of `torch.save`: a pickle of names and views, and storages.
//!
//! <https://github.com/pytorch/pytorch/blob/main/torch/serialization.py>

mod archive;
mod host;
mod legacy;
mod names;
mod objects;
mod rebuild;
mod storage_type;
mod views;

pub(super) use archive::{of_archive, root};
pub(super) use legacy::of_pickles;
