//! Tests of the burn backend: laws, matrix products, and modules.

mod burn;
mod laws;
mod module;
#[path = "../../fanin-ndarray/tests/network/mod.rs"]
mod network;
