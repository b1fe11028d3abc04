//! Initializers made of others.
//!
//! Each has a method of [`InitializerExt`](crate::InitializerExt), a constructor and a text form. One with a single inner initializer
//! passes its address on unchanged; one with several gives each a part of it ([`Key::part`](crate::Key::part)), so that their draws
//! are independent.

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
