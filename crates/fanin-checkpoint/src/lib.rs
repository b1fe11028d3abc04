//! Checkpoints: what parameters they hold, and new ones from a recipe and a seed.
//!
//! [`listing`] reads names and shapes, without the values: from safetensors files, alone or sharded as Hugging Face lays them
//! out, and from lists of shapes in JSON. [`config`] takes them from Hugging Face's `config.json`. [`fill`] writes the checkpoint.
//! [`reading`] maps the files and reads the values. [`identify`] says which initializers could have made a tensor,
//! [`diff`] what differs between two checkpoints, [`audit`] what is wrong with one.

pub mod audit;
pub mod config;
pub mod diff;
pub mod fill;
pub mod identify;
pub mod listing;
pub mod reading;

pub use config::ConfigError;
pub use fill::FillError;
pub use listing::ListingError;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
