//! Values v1: the mapping from an address to a number.
//!
//! A value is a pure function of `(seed, parameter name, element index)`:
//!
//! 1. [`Stream`] hashes the seed and the name with BLAKE3 to a Philox key and half a counter.
//! 2. [`philox4x32_10`] maps a block number of that stream to four words.
//! 3. A transform maps words to a uniform, normal or truncated normal value, with a fixed number of words per element
//!    and no rejection.
//!
//! Any window of any parameter can therefore be computed on its own: [`fill_uniform`], [`fill_normal`] and
//! [`fill_truncated_normal`] take the index of the first element and a slice.
//!
//! # Arithmetic
//! Kernels use only `+ - * /` and `sqrt`, each rounded once as IEEE 754 requires, and integer operations. There is no
//! fused multiply-add and no platform libm, so every processor produces the same bits. Scalars that enter values (Φ of
//! a bound, a gain) come from [`exact`], which uses the same operations.
//!
//! # Speed
//! One plain loop is compiled for three instruction sets (x86-64: baseline, AVX2, AVX-512), and the widest one that the
//! processor supports runs. The environment variable `FANIN_INSTRUCTION_SET` (`baseline`, `avx2` or `avx512`) selects
//! another, for benchmarks and for tests that all sets produce the same bits. From 2^17 elements, the threads of the
//! current rayon pool share the work.
//!
//! # Compatibility
//! `VALUES.md`, next to this crate's manifest, specifies the complete mapping for implementations in other languages.
//! This is [`VERSION`] 1 of the mapping. Changing a single bit is a breaking change; the golden vectors in the crate's
//! tests pin the mapping.

#![allow(
    clippy::inline_always,
    reason = "code that is not inlined is compiled for the baseline only and not vectorized"
)]
#![allow(clippy::needless_range_loop, reason = "lanes index several arrays at once")]

pub mod exact;

mod block;
mod choice;
mod destination;
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
mod runs;
#[cfg(test)]
mod sameness;
mod scattered;
mod slice;
mod stream;
mod strides;
mod support;
mod tile;
mod truncated_normal;
mod uniform;
mod window;

pub(crate) use destination::{Destination, each_slice, indexed};
pub use dtype::{Dtype, ParseDtypeError};
pub use element::Element;
pub use element_rng::ElementRng;
pub use fill::{fill_normal, fill_truncated_normal, fill_uniform};
pub(crate) use fill::{normal, truncated_normal, uniform};
pub use machine::StridedMut;
pub(crate) use machine::untouched_zeros;
pub(crate) use orthogonal::{Matrix, fill_orthogonal};
pub use philox::philox4x32_10;
pub(crate) use runs::Runs;
pub(crate) use scattered::{AnyScattered, Scattered, each as each_scattered};
pub use slice::{Slice, SliceMut};
pub use stream::Stream;
pub use strides::StrideError;
pub(crate) use support::{normal_support, truncated_normal_support};
pub use truncated_normal::{BoundsError, TruncatedUnitNormal};
pub(crate) use window::PARALLEL;
pub use window::WindowError;

#[cfg(test)]
mod accuracy;

/// The version of the mapping from address to value.
pub const VERSION: u32 = 1;
