#![cfg_attr(feature = "burn", doc = include_str!("overview.md"))]
#![cfg_attr(not(feature = "burn"), doc = "The burn backend. Everything in this crate needs the feature `burn`.")]

#[cfg(feature = "burn")]
pub mod guide;
#[cfg(feature = "burn")]
mod module;
#[cfg(feature = "burn")]
mod network;

#[cfg(feature = "burn")]
pub use burn_core;
#[cfg(feature = "burn")]
pub use module::{
    Blueprint, Initialized, ModuleError, ModuleParam, ModuleParams, Pretrained, Report, init, list, values,
};
#[cfg(feature = "burn")]
pub use network::{Batch, Float, Mlp, Optimizer, sample};

#[cfg(all(doctest, feature = "tests"))]
#[doc = include_str!("../README.md")]
mod readme {}
