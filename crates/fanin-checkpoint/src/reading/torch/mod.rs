//! Files written by `torch.save`: storages, and a pickle of names and views.
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
