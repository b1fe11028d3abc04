//! Weight initialization in which every weight has an address.
//!
//! `value = f(seed, parameter name, element index)`: nothing else enters, neither the thread count nor the order in which
//! layers are made, neither the backend nor the processor. This crate holds the contracts and everything that decides a
//! value; it knows no tensor library.
//!
//! | module | what it holds |
//! |---|---|
//! | [`address`] | [`Seed`] and [`Key`]: where a value lives |
//! | [`values`] | the map from an address to a number, "values v1" |
//! | [`param`] | [`ParamSpec`], layouts and fans, views of lent memory, [`Parameters`] and [`ParametersMut`] |
//! | [`initializer`] | the [`Initializer`] trait, its errors and its [`Distribution`] |
//! | [`initializers`] | the initializers themselves |
//! | [`text`] | their written form, `normal(std = 0.01)`, parsed and printed |
//! | [`plan`] | [`Plan`]: name patterns to initializers, for a whole model |
//! | [`residual_starts`] | plans for residual networks without norms: Fixup, `SkipInit`, `ReZero` |
//! | [`data_dependent`] | starts that look at a batch: LSUV, weight normalization's, within-layer |
//! | [`activation`] | [`Activation`]: what follows a layer's sum, with its derivative and its page |
//! | [`gain`] | [`Gains`]: what an activation makes of a unit normal, by quadrature, closures too |
//! | [`network`] | [`Network`], [`Trainable`], [`Observer`], [`Loss`], [`MlpSpec`] |
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
pub mod gain;
pub mod initializer;
pub mod initializers;
pub mod network;
mod notation;
pub mod param;
pub mod plan;
pub mod residual_starts;
pub mod text;
pub mod values;

pub use activation::Activation;
pub use address::{Key, Seed};
pub use initializer::{Distribution, InitError, Initializer, InitializerExt};
pub use param::{Layout, ParamSpec, ParamView, ParamViewMut, Parameters, ParametersExt, ParametersMut, Role};
pub use plan::{Plan, PlanError};
pub use values::{Dtype, Element};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
