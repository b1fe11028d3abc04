//! The burn backend: values for any burn module from a plan or a recipe and a seed, and a multi-layer perceptron on
//! burn's autodiff.
//!
//! [`init`] gives a module its values, as configured by a [`Blueprint`]. [`Blueprint::reinitialize`] assigns new values
//! to parts of a module. [`Mlp`] is the perceptron.
//!
//! | folder | contents |
//! |---|---|
//! | `module/` | modules, through burn's visitors and mappers |
//! | `network/` | the perceptron |
//!
//! The [`guide`] leads from `LinearConfig` to [`init`].
//!
//! `fanin_ndarray::Mlp` and `fanin_candle::Mlp` have the same interface, so switching backends means changing the `use`
//! line. For the same seed and plan, all start with identical bits; after training, their values agree up to rounding.
//!
//! # Versions of burn
//! This release supports burn 0.22 and no other version, because a module of one version is not a module of another.
//! A minor release of fanin moves to the next stable release of burn; pre-releases are not supported. The values of an
//! address do not depend on burn.
//!
//! # Threads
//! burn's CPU backend runs large matrix products on rayon. If a run's bits must not depend on the machine, or if several
//! runs share it, use a pool of one thread: `rayon::ThreadPoolBuilder::new().num_threads(1).build()?.install(|| ...)`.
//!
//! # Devices
//! Values are drawn on the CPU and uploaded once. This crate enables burn's CPU backend, `flex`; enable others with
//! burn's own features, and pass their devices to your modules or to [`Mlp::on`].
//!
//! ```
//! use fanin_burn::Mlp;
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

pub mod guide;
mod module;
mod network;

pub use burn_core;
pub use module::{
    Blueprint, Initialized, ModuleError, ModuleParam, ModuleParams, Pretrained, Report, init, list, values,
};
pub use network::{Batch, Float, Mlp, Optimizer, sample};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
