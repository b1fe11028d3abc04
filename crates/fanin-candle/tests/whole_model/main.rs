//! Whole models of candle-nn and candle-transformers from a recipe or a plan and a seed.

mod addresses;
mod dtypes;
mod expected;
mod given;
mod gradients;
mod laws;
mod models;
mod names;
mod reinitialised;
mod strictness;
