//! Initializers for specific layer types.

mod gate_bias;
mod mamba;
mod siren;

pub use gate_bias::{GateBias, GruOrder, LstmOrder};
pub use mamba::{MambaALog, MambaDtBias};
pub use siren::Siren;

use crate::notation::Entry;

/// The entries, in listing order.
pub(super) static ENTRIES: &[&Entry] =
    &[&siren::ENTRY, &gate_bias::LSTM_BIAS, &gate_bias::GRU_BIAS, &mamba::MAMBA_A_LOG, &mamba::MAMBA_DT_BIAS];
