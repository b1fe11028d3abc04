//! Tests the ndarray backend against the laws of every backend.

mod laws;
mod ndarray;
mod network;
