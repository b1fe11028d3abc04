//! Tests of checkpoints on disk: reading and filling.

mod config_shapes;
mod fill;
mod fill_shared;
mod fixtures;
mod hostile;
mod quantized;
