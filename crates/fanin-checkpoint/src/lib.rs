//! Reads and writes checkpoints.
//!
//! [`listing`] reads names and shapes without values, from checkpoints and from JSON lists of shapes. [`config`]
//! derives them from Hugging Face's `config.json`. [`fill`] writes a checkpoint from a recipe and a seed. [`reading`]
//! maps files and reads values. The crate `fanin-audit` examines the values.

pub mod atomic_file;
pub mod config;
pub mod fill;
pub mod listing;
mod positioned;
pub mod reading;

pub use config::ConfigError;
pub use fill::FillError;
pub use listing::ListingError;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
