//! Initializers composed of others.
//!
//! Each has a method of [`InitializerExt`](crate::InitializerExt), a constructor and a text form. Those with a single
//! inner initializer pass the address on unchanged; those with several give each a part of it
//! ([`Key::part`](crate::Key::part)), so that their draws are independent.

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

/// The entries, in listing order.
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
