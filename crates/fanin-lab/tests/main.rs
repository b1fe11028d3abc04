//! Tests of the lab's experiments.

mod own_backend;
mod presets;
