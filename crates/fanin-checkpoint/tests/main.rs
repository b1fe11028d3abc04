//! Tests of checkpoints on disk: reading, filling, comparing, identifying.

mod config_shapes;
mod diff;
mod fill;
mod fill_shared;
mod fixtures;
mod hostile;
mod identify;
mod identify_twelve;
