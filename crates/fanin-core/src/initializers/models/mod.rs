//! Initializers that belong to one kind of layer.

mod gate_bias;
mod mamba;
mod siren;

pub use gate_bias::{GateBias, GruOrder, LstmOrder};
pub use mamba::{MambaALog, MambaDtBias};
pub use siren::Siren;
