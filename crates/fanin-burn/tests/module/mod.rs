//! Modules of burn-nn and of strangers, from a recipe or a plan and a seed.

#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "these are names of parameters")]

mod dtypes;
mod filled;
mod given;
mod layers;
mod lazy;
mod models;
mod other_backends;
mod reinitialized;
mod strictness;
