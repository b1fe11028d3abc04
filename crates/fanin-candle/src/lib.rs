//! The candle backend: whole candle models from a plan or a recipe and a seed, and a multi-layer perceptron on candle's
//! autograd.
//!
//! [`build`] builds any model that takes a `VarBuilder`, as configured by a [`Blueprint`]; [`SeededBackend`] is the
//! backend of that `VarBuilder`. [`Blueprint::reinitialize`] assigns new values to an existing `VarMap`. [`Mlp`] is the
//! perceptron.
//!
//! | file | contents |
//! |---|---|
//! | `whole_model/` | whole models, through candle's `VarBuilder` |
//! | `mlp.rs` | parameters, as [`candle_core::Var`]s |
//! | `storage.rs` | access to their memory: in place on the CPU, one upload elsewhere |
//! | `forward.rs` | `z = a W' + b`, then `f(z)`, layer by layer; norms and residual blocks |
//! | `activation.rs` | `f`, built from operations that candle differentiates exactly |
//! | `elementwise.rs` | activations that candle has no operations for |
//! | `norm.rs` | layer and batch normalization |
//! | `relu.rs` | a ReLU whose derivative at 0 is 0 |
//! | `loss.rs` | losses and their gradients with respect to the outputs |
//! | `backward.rs` | candle's backward pass, and the events for observers |
//! | `optimizer.rs` | candle's SGD and Adam; momentum |
//! | `batch.rs` | samples as tensors |
//! | `unreached.rs` | variables without a gradient |
//! | `thread_count.rs` | the number of threads that candle reads from the environment |
//!
//! `fanin_ndarray::Mlp` has the same interface, so switching backends means changing the `use` line. For the same seed
//! and plan, both start with identical bits; after training, their values agree up to rounding.
//!
//! # Threads
//! candle runs every matrix product on rayon regardless of its size, which slows down small products. If a run's bits
//! must not depend on the machine, or if several runs share it, use a pool of one thread:
//! `rayon::ThreadPoolBuilder::new().num_threads(1).build()?.install(|| ...)`.
//!
//! candle also queries the number of cores from the operating system at every matrix product, unless the environment
//! variable `RAYON_NUM_THREADS` is set, which takes longer than a small product. Call [`fix_thread_count`] first in
//! `main`, or set the variable.
//!
//! # Operations without a gradient
//! In candle 0.11, some operations have no backward pass. Gradients end there, without an error, or bypass them along
//! a residual path, so that a model may train only its head. After the first backward pass, [`unreached`] names the
//! variables without a gradient, for a `VarMap`; [`Variables::unreached`] does for a model from [`build`].
//!
//! | no gradient | alternative with a gradient |
//! |---|---|
//! | `candle_nn::LayerNorm` and `ops::layer_norm`, on contiguous input | `ops::layer_norm_slow` |
//! | `candle_nn::RmsNorm` and `ops::rms_norm`, on contiguous input | `RmsNorm::forward_diff`, `ops::rms_norm_slow` |
//! | `ops::softmax_last_dim` | `ops::softmax(x, D::Minus1)` |
//! | `rotary_emb::rope`, `rope_thd` | `rotary_emb::rope_slow` |
//! | `rotary_emb::rope_i` | `rotary_emb::rope_i_slow` |
//! | `max_pool2d` with a stride unlike its size: an error | `max_pool2d` with equal stride and size, or a convolution |
//!
//! Train in `f32` on the CPU: not every operation of candle has a `bf16` version there.
//!
//! # CUDA
//! The feature `cuda` enables candle's CUDA support. Pass the device to [`Mlp::on`].
//!
//! ```
//! use fanin_candle::Mlp;
//! use fanin_core::initializers::{Zeros, glorot_normal};
//! use fanin_core::{Activation, Plan, Seed, network::{Loss, MlpSpec, Network, OptimizerSpec, Samples, Targets, Trainable}};
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
mod backward;
mod batch;
mod elementwise;
mod float;
mod forward;
mod loss;
mod mlp;
mod network;
mod norm;
mod optimizer;
mod relu;
mod sample;
mod show;
mod storage;
mod thread_count;
mod unreached;
mod whole_model;

pub use batch::Batch;
pub use float::{Float, Stored};
pub use mlp::Mlp;
pub use optimizer::Optimizer;
pub use sample::sample;
pub use thread_count::fix_thread_count;
pub use unreached::unreached;
pub use whole_model::{
    Blueprint, BuildError, Built, Pretrained, Request, Requests, SeededBackend, Variable, Variables, build, record,
};
pub use {candle_core, candle_nn};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
