//! Reads, writes and audits checkpoints.
//!
//! [`listing`] reads names and shapes without values, from checkpoints and from JSON lists of shapes. [`config`] derives them from
//! Hugging Face's `config.json`. [`fill`] writes a checkpoint from a recipe and a seed. [`reading`] maps files and reads values.
//! [`identify`] finds the initializers that could have generated a tensor, [`diff`] compares two checkpoints, and [`audit`] finds faulty
//! weights.

pub mod atomic_file;
pub mod audit;
pub mod config;
pub mod diff;
pub mod fill;
pub mod identify;
pub mod listing;
mod positioned;
pub mod reading;

pub use config::ConfigError;
pub use fill::FillError;
pub use listing::ListingError;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
