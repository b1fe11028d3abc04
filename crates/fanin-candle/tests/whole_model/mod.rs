//! Whole models of candle-nn and candle-transformers from a recipe or a plan and a seed.

#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "the sizes of small models are exact")]
#![allow(clippy::needless_pass_by_value, reason = "candle's models take a `VarBuilder` by value")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "these are names of parameters")]

mod addresses;
mod applied;
mod dtypes;
mod expected;
mod filled;
mod given;
mod gradients;
mod laws;
mod models;
mod names;
mod reinitialized;
mod strictness;
