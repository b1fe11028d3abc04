//! Checkpoints: what parameters they hold.
//!
//! [`listing`] reads names and shapes, without the values: from safetensors files, alone or sharded as Hugging Face lays them
//! out, and from lists of shapes in JSON.

pub mod listing;

pub use listing::ListingError;
