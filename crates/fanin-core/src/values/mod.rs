//! Values v1: from an address to a number.
//!
//! A value is a function of `(seed, parameter name, element index)` and of nothing else:
//!
//! 1. [`Stream`] hashes the seed and the name (BLAKE3) to a Philox key and half a counter;
//! 2. [`philox4x32_10`] turns a block number of that stream into four words;
//! 3. a transform turns words into a uniform, normal or truncated normal value, with a fixed number of words for an
//!    element and no rejection.
//!
//! Any window of any parameter can therefore be made alone: [`fill_uniform`], [`fill_normal`] and
//! [`fill_truncated_normal`] take the index of the first element and a slice.
//!
//! # The arithmetic
//! Only `+ - * /` and `sqrt`, each rounded once as IEEE 754 demands, and integer operations: no fused multiply-add
//! and no platform libm, so that every processor makes the same bits. The scalars that enter values (Φ of a bound, a
//! gain) come from [`exact`], which keeps to the same operations.
//!
//! # Speed
//! One plain loop is compiled for three instruction sets (x86-64: baseline, AVX2, AVX-512) and the widest that the processor
//! has runs. `FANIN_INSTRUCTION_SET=baseline`, `avx2` or `avx512` in the environment names another, for measurements and for
//! tests that none changes a bit. From 2^17 elements on, the threads of the current rayon pool share the work.
//!
//! # The contract
//! `VALUES.md`, beside this crate's manifest, is the whole map for somebody who wants the same numbers in another language.
//! The map from address to value is [`VERSION`] 1. A change of one bit is a breaking change; the golden vectors in the
//! crate's tests pin it.

#![allow(
    clippy::inline_always,
    reason = "what is not inlined is compiled for the baseline alone, and loses its vectors"
)]
#![allow(clippy::needless_range_loop, reason = "a lane is an index into several arrays at once")]

pub mod exact;

mod block;
mod choice;
mod dtype;
mod element;
mod element_rng;
mod fill;
mod logarithm;
mod machine;
mod normal;
mod orthogonal;
mod philox;
mod polynomial;
pub(crate) mod quadrature;
mod real;
mod round_half;
#[cfg(test)]
mod sameness;
mod slice;
mod stream;
mod support;
mod tile;
mod truncated_normal;
mod uniform;
mod window;

pub use dtype::{Dtype, ParseDtypeError};
pub use element::Element;
pub use element_rng::ElementRng;
pub use fill::{fill_normal, fill_truncated_normal, fill_uniform};
pub(crate) use machine::untouched_zeros;
pub(crate) use orthogonal::{Matrix, fill_orthogonal};
pub use philox::philox4x32_10;
pub use slice::{Slice, SliceMut};
pub use stream::Stream;
pub(crate) use support::{normal_support, truncated_normal_support};
pub use truncated_normal::{BoundsError, TruncatedUnitNormal};
pub(crate) use window::PARALLEL;
pub use window::WindowError;

#[cfg(test)]
mod accuracy;

/// The version of the map from address to value.
pub const VERSION: u32 = 1;
