//! Weight initialization in which every weight has an address.
//!
//! `value = f(seed, parameter name, element index)`: nothing else affects a value, not the thread count, the order in
//! which layers are created, the backend or the processor. This crate contains the contracts and everything that
//! determines a value. It does not depend on any tensor library.
//!
//! | module | contents |
//! |---|---|
//! | [`address`] | [`Seed`] and [`Key`]: the address of a value |
//! | [`values`] | the map from an address to a number, "values v1" |
//! | [`param`] | [`ParamSpec`], layouts and fans, memory views, [`Parameters`] and [`ParametersMut`] |
//! | [`initializer`] | the [`Initializer`] trait, its errors and its [`Distribution`] |
//! | [`initializers`] | the initializers themselves |
//! | [`text`] | the text form of initializers, `normal(std = 0.01)`: parsing and printing |
//! | [`resolve`] | the resolver of rules: [`Rules`](resolve::Rules), [`Assignment`](resolve::Assignment), [`Resolution`](resolve::Resolution) |
//! | [`plan`] | [`Plan`]: name patterns with initializers, for a whole model |
//! | [`message`] | lists in error messages |
//! | [`residual_starts`] | plans for residual networks without norms: Fixup, `SkipInit`, `ReZero` |
//! | [`data_dependent`] | initialization from a batch: LSUV, weight normalization, within-layer |
//! | [`activation`] | [`Activation`]: activations, with their derivatives and pages |
//! | [`gain`] | [`Gains`](gain::Gains): the effect of an activation on a standard normal, by quadrature, also for closures |
//! | [`network`] | [`Network`](network::Network), [`Trainable`](network::Trainable), [`Observer`](network::Observer), [`Loss`](network::Loss), [`MlpSpec`](network::MlpSpec) |
//!
//! ```
//! use fanin_core::{InitializerExt, Layout, ParamSpec, Seed, initializers::he_normal};
//!
//! let weight = ParamSpec::new("layers.0.weight", [32, 64])?.with_layout(Layout::OutIn);
//! let values: Vec<f32> = he_normal().sample(&weight, Seed(42))?;
//! let window: Vec<f32> = he_normal().sample_window(&weight, Seed(42), 1000, 5)?;
//! assert_eq!(values[1000..1005], window[..]);
//! # Ok::<(), fanin_core::InitError>(())
//! ```

pub mod activation;
pub mod address;
pub mod data_dependent;
mod error;
pub mod gain;
pub mod initializer;
pub mod initializers;
pub mod message;
pub mod network;
mod notation;
pub mod param;
pub mod plan;
pub mod residual_starts;
pub mod resolve;
pub mod text;
pub mod values;

pub use activation::Activation;
pub use address::{Key, Seed};
pub use error::InitError;
pub use initializer::{Distribution, Initializer, fill_block};
pub use initializers::InitializerExt;
pub use param::{Layout, ParamSpec, ParamView, ParamViewMut, Parameters, ParametersExt, ParametersMut, Role};
pub use plan::Plan;
pub use resolve::ResolveError;
pub use values::{Dtype, Element};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
