//! Element types of networks.

use fanin_core::network::Real;
use fanin_core::param::Lend;
use ndarray::NdFloat;

/// The element types that ndarray can compute with, activations are defined on, and initializers can fill: `f32` and
/// `f64`.
pub trait Float: NdFloat + Lend + Real {}

impl Float for f32 {}
impl Float for f64 {}
