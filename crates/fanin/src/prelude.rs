//! The items that most programs need: `use fanin::prelude::*;`.
//!
//! It contains the contracts, plans and networks, the common initializers, and, with the feature `recipes`,
//! `Recipe`. Backends are not included, so that a single `use` line selects the backend.

#[doc(no_inline)]
pub use crate::initializers::{
    Constant, Normal, Ones, Orthogonal, TruncatedNormal, Uniform, VarianceScaling, Zeros, from_distribution, from_fn,
    glorot_normal, glorot_uniform, he_normal, he_uniform, lecun_normal, lecun_uniform,
};
#[doc(no_inline)]
pub use crate::network::{FromMlpSpec, Loss, MlpSpec, Network, NetworkExt, OptimizerSpec, Samples, Targets, Trainable};
#[cfg(feature = "recipes")]
#[doc(no_inline)]
pub use crate::recipes::Recipe;
#[doc(no_inline)]
pub use crate::{
    Activation, Distribution, Dtype, InitError, Initializer, InitializerExt, Key, Layout, ParamSpec, ParamView,
    ParamViewMut, Parameters, ParametersExt, ParametersMut, Plan, ResolveError, Role, Seed,
};
