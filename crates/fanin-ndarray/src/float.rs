//! The numbers that a network can be made of.

use fanin_core::network::Real;
use fanin_core::param::Lend;
use ndarray::NdFloat;

/// `f32` or `f64`: what ndarray computes with, activations are defined on, and initializers can fill.
pub trait Float: NdFloat + Lend + Real {}

impl Float for f32 {}
impl Float for f64 {}
