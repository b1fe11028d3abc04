//! Element types of networks.

use fanin_core::{Element, network::Real};

/// The element types in which [`Mlp`](crate::Mlp) trains: `f32` and `f64`.
pub trait Float: Element + Real + burn_core::tensor::Element {}

impl Float for f32 {}
impl Float for f64 {}
