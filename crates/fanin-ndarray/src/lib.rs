//! The ndarray backend: a multi-layer perceptron, written to be read.
//!
//! Each part of the network has its own file, with its formulas next to the code:
//!
//! | file | contents |
//! |---|---|
//! | `mlp.rs` | parameters and their memory |
//! | `forward.rs` | `z = a W' + b`, then `f(z)`, layer by layer; norms and residual blocks |
//! | `activation.rs` | `f` and `f'` over whole arrays |
//! | `norm.rs` | layer and batch normalization, and the chain rule through it |
//! | `loss.rs` | losses and their gradients with respect to the outputs |
//! | `backward.rs` | the chain rule, layer by layer in reverse |
//! | `optimizer.rs` | gradient descent, momentum, Adam |
//! | `batch.rs` | samples as arrays |
//!
//! `fanin_candle::Mlp` has the same interface on top of candle's autograd, so switching backends means changing the
//! `use` line. For the same seed and plan, both start with identical bits; after training, their values agree up to
//! rounding.
//!
//! ```
//! use fanin_core::initializers::{Zeros, glorot_normal};
//! use fanin_core::{Activation, Plan, Seed, network::{Loss, MlpSpec, Network, OptimizerSpec, Samples, Targets, Trainable}};
//! use fanin_ndarray::Mlp;
//!
//! let spec = MlpSpec::new([2, 4, 1], Activation::Tanh, Loss::BinaryCrossEntropy)?;
//! let mut network = Mlp::<f32>::new(&spec)?;
//! Plan::new().rule("*.bias", Zeros).rule("*.weight", glorot_normal()).apply(&mut network, Seed(42))?;
//!
//! let xor = Samples {
//!     inputs: &[0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0],
//!     features: 2,
//!     targets: Targets::Classes(&[0, 1, 1, 0]),
//! };
//! let batch = network.load(&xor)?;
//! let mut optimizer = network.optimizer(&OptimizerSpec::adam(0.05))?;
//! let first = network.step(&batch, &mut optimizer)?;
//! for _ in 0..500 {
//!     network.step(&batch, &mut optimizer)?;
//! }
//! assert!(network.step(&batch, &mut optimizer)? < 0.1 * first);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod activation;
mod allocation;
mod backward;
mod batch;
mod float;
mod forward;
mod loss;
mod mlp;
mod network;
mod norm;
mod optimizer;
mod sample;
mod show;

pub use batch::Batch;
pub use float::Float;
pub use mlp::Mlp;
pub use optimizer::Optimizer;
pub use sample::sample;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
