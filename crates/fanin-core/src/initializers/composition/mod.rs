//! Initializers made of others.
//!
//! Each is made by a method of [`InitializerExt`](crate::InitializerExt), by its own constructor or by its text. What hands its
//! address on to one other initializer hands it on unchanged; what hands it on to several gives each a part of it
//! ([`Key::part`](crate::Key::part)), so that they never draw the same.

mod block_diagonal;
mod embedding;
mod masked;
mod mirrored;
mod packed;
mod scaled;
mod slices;
mod sum;

pub use block_diagonal::BlockDiagonal;
pub use embedding::Embedding;
pub use masked::Masked;
pub use mirrored::Mirrored;
pub use packed::{Packed, PerSlice, gru_gates, lstm_gates};
pub use scaled::Scaled;
pub use sum::Sum;

use crate::notation::Entry;

/// In the order in which they are listed.
pub(super) static ENTRIES: &[&Entry] = &[
    &scaled::ENTRY,
    &masked::ENTRY,
    &sum::ENTRY,
    &packed::PACKED,
    &packed::LSTM_GATES,
    &packed::GRU_GATES,
    &packed::PER_SLICE,
    &block_diagonal::ENTRY,
    &mirrored::ENTRY,
    &embedding::ENTRY,
];
