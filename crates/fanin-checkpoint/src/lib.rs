//! Checkpoints: what parameters they hold.
//!
//! [`listing`] reads names and shapes, without the values: from safetensors files, alone or sharded as Hugging Face lays them
//! out, and from lists of shapes in JSON. [`reading`] maps the files and reads the values.

pub mod audit;
pub mod listing;
pub mod reading;

pub use listing::ListingError;
