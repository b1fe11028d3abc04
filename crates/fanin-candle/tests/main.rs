//! Tests of the candle backend: laws, matrix products, and whole models.

mod candle;
mod laws;
#[path = "../../fanin-ndarray/tests/network/mod.rs"]
mod network;
mod products;
mod whole_model;
