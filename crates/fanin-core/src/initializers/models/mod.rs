//! Initializers for one kind of layer.

mod gate_bias;
mod mamba;
mod siren;

pub use gate_bias::{GateBias, GruOrder, LstmOrder};
pub use mamba::{MambaALog, MambaDtBias};
pub use siren::Siren;

use crate::notation::Entry;

/// In the order in which they are listed.
pub(super) static ENTRIES: &[&Entry] =
    &[&siren::ENTRY, &gate_bias::LSTM_BIAS, &gate_bias::GRU_BIAS, &mamba::MAMBA_A_LOG, &mamba::MAMBA_DT_BIAS];
