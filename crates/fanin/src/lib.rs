//! Weight initialization in which every weight has an address: `value = f(seed, parameter name, element index)`.
//!
//! The same seed and name give the same bits on every backend, thread count and processor, for a whole parameter or a
//! window of it. This crate re-exports the others under short names, so you only need to depend on `fanin`.
//!
//! # Choose a backend
//!
//! Choosing a backend takes one `use` line and one feature: `ndarray` (on by default), `candle` or `burn`. All start
//! from the same bits. A plan is an ordered list of name patterns, each with an initializer; the first match wins.
//!
#![cfg_attr(feature = "ndarray", doc = "```")]
#![cfg_attr(not(feature = "ndarray"), doc = "```text")]
//! use fanin::ndarray::Mlp; // or fanin::candle::Mlp or fanin::burn::Mlp, with the feature of that name
//! use fanin::prelude::*;
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let spec = MlpSpec::new([2, 8, 1], Activation::Relu, Loss::BinaryCrossEntropy)?;
//!     let plan = Plan::new().rule("*.bias", Zeros).rule("*.weight", he_normal());
//!     println!("{}", plan.resolve(spec.params())?); // each parameter, its initializer and its rule
//!
//!     let mut network = Mlp::<f32>::new(&spec)?;
//!     plan.apply(&mut network, Seed(42))?;
//!
//!     let inputs = [0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0];
//!     let batch = network.load(&Samples { inputs: &inputs, features: 2, targets: Targets::Classes(&[0, 1, 1, 0]) })?;
//!     let mut optimizer = network.optimizer(&OptimizerSpec::adam(0.05))?;
//!     for step in 0..=300 {
//!         let loss = network.step(&batch, &mut optimizer)?;
//!         if step % 100 == 0 {
//!             println!("step {step:>3}: loss {loss:.4}");
//!         }
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # Write an initializer
//!
//! `fill` is the only required method. Each element is computed from its address, so a window equals the same part of
//! the whole.
//!
//! ```
//! use fanin::prelude::*;
//!
//! /// GPT-2's residual projections: the std decreases with the number of layers that add to the residual stream.
//! #[derive(Debug)]
//! struct Residual {
//!     std: f64,
//!     layers: u32,
//! }
//!
//! impl Initializer for Residual {
//!     fn fill(&self, _: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
//!         out.fill_normal(key, 0.0, self.std / f64::from(2 * self.layers).sqrt())
//!     }
//! }
//!
//! fn main() -> Result<(), InitError> {
//!     let projection = ParamSpec::new("h.0.attn.c_proj.weight", [768, 768])?;
//!     let residual = Residual { std: 0.02, layers: 12 };
//!     let values: Vec<f32> = residual.sample(&projection, Seed(42))?;
//!     let window: Vec<f32> = residual.sample_window(&projection, Seed(42), 1000, 3)?;
//!     println!("{window:?}");
//!     assert_eq!(values[1000..1003], window[..]);
//!     Ok(())
//! }
//! ```
//!
//! Any [`rand_distr`] distribution becomes an initializer with [`from_distribution`](initializers::from_distribution),
//! and any closure that draws from a random generator with [`from_fn`](initializers::from_fn). Use the [`rand`] and
//! [`rand_distr`] re-exported by this crate to avoid version mismatches. `fanin::conformance` tests custom
//! initializers.
//!
//! # Build a candle model from a recipe
//!
//! A recipe describes how a published model is initialized, with rules whose numbers depend on depth and width. Any
//! candle model that takes a `VarBuilder` can be built from a recipe or a plan and a seed. This requires the feature
//! `candle`.
//!
#![cfg_attr(feature = "candle", doc = "```")]
#![cfg_attr(not(feature = "candle"), doc = "```text")]
//! use candle_core::{DType, Device};
//! use candle_transformers::models::bert::{BertModel, Config};
//! use fanin::prelude::*;
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let config = Config { vocab_size: 1000, hidden_size: 48, num_hidden_layers: 2, ..Config::default() };
//!     let built = fanin::candle::build(Recipe::named("bert")?, Seed(42), DType::F32, &Device::Cpu, |vb| {
//!         BertModel::load(vb, &config)
//!     })?;
//!     println!("{}", built.variables); // name, shape, type, initializer and rule of each parameter
//!     let variables = built.variables.all_vars(); // for an optimizer
//!     assert_eq!(variables.len(), 37);
//!     Ok(())
//! }
//! ```
//!
//! # Features
//!
//! | feature | module | contents |
//! |---|---|---|
//! | `ndarray` (default) | `fanin::ndarray` | a multi-layer perceptron on ndarray |
//! | `candle` | `fanin::candle` | whole candle models from a `VarBuilder`; the perceptron on candle; turns on `recipes` |
//! | `burn` | `fanin::burn` | values for any burn module; the perceptron on burn; turns on `recipes` |
//! | `recipes` | `fanin::recipes` | published initialization recipes for whole models |
//! | `checkpoint` | `fanin::checkpoint` | reading and filling safetensors, `.npz` and PyTorch files; turns on `recipes` |
//! | `audit` | `fanin::audit` | audits of checkpoints, the initializer of a tensor, comparison; turns on `checkpoint` |
//! | `diagnostics` | `fanin::diagnostics` | symmetry, saturation, signal propagation |
//! | `conformance` | `fanin::conformance` | conformance laws for initializers and backends |
//! | `lab` | `fanin::lab` | data sets, experiments, pictures |
//! | `full` | | all of the above except `burn`, which takes minutes to compile |
//! | `candle-avx512` | | candle's matrix products use AVX-512 if the processor supports it |
//! | `candle-cuda` | | candle on an NVIDIA GPU; needs a CUDA toolkit |
//!
//! The last two change how candle itself is built, for every crate that uses it: enable them in a binary, not in a
//! library. The lab embeds handwritten digits by E. Alpaydin and C. Kaynak (CC BY 4.0) and the font Noto Sans (OFL
//! 1.1).

#[doc(inline)]
pub use fanin_core::{
    Activation, Distribution, Dtype, Element, InitError, Initializer, InitializerExt, Key, Layout, ParamSpec,
    ParamView, ParamViewMut, Parameters, ParametersExt, ParametersMut, Plan, ResolveError, Role, Seed,
};
#[doc(inline)]
pub use fanin_core::{
    activation, address, data_dependent, gain, initializer, initializers, network, param, plan, residual_starts,
    resolve, text, values,
};
pub use {rand, rand_distr};

#[cfg(feature = "audit")]
#[doc(inline)]
pub use fanin_audit as audit;
#[cfg(feature = "burn")]
#[doc(inline)]
pub use fanin_burn as burn;
#[cfg(feature = "candle")]
#[doc(inline)]
pub use fanin_candle as candle;
#[cfg(feature = "checkpoint")]
#[doc(inline)]
pub use fanin_checkpoint as checkpoint;
#[cfg(feature = "conformance")]
#[doc(inline)]
pub use fanin_conformance as conformance;
#[cfg(feature = "diagnostics")]
#[doc(inline)]
pub use fanin_diagnostics as diagnostics;
#[cfg(feature = "lab")]
#[doc(inline)]
pub use fanin_lab as lab;
#[cfg(feature = "ndarray")]
#[doc(inline)]
pub use fanin_ndarray as ndarray;
#[cfg(feature = "recipes")]
#[doc(inline)]
pub use fanin_recipes as recipes;

pub mod prelude;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
