//! Reported situations as small checkpoints with the right answer, healthy and faulty.

#![allow(dead_code, reason = "each case uses part of the builder")]

mod adapters;
mod axes;
mod coverage;
mod experts;
mod faulty;
mod filters;
mod frameworks;
mod gains;
mod kernels;
mod made;
mod peers;
mod pruning;
mod stage;
