//! Element types of networks.

use fanin_core::Element;
use fanin_core::network::Real;
use ndarray::NdFloat;

/// The element types that ndarray can compute with, activations are defined on, and initializers can fill: `f32` and
/// `f64`.
pub trait Float: NdFloat + Element + Real {}

impl Float for f32 {}
impl Float for f64 {}
