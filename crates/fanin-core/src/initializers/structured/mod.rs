//! Initializers with position-dependent values: identities, convolution kernels, transforms, ramps.

mod bernoulli;
mod center;
mod convolution_aware;
mod delta_orthogonal;
mod dirac;
mod eye;
mod hadamard;
mod kernel;
mod ramp;
mod sparse;
mod triangle;
mod zero_hadamard;

pub use bernoulli::Bernoulli;
pub use center::Center;
pub use convolution_aware::ConvolutionAware;
pub use delta_orthogonal::DeltaOrthogonal;
pub use dirac::Dirac;
pub use eye::{Eye, identity};
pub use hadamard::Hadamard;
pub use ramp::{Linspace, Ramp};
pub use sparse::Sparse;
pub use triangle::{Triangle, TrianglePart};
pub use zero_hadamard::ZeroHadamard;

use crate::notation::Entry;

/// The entries, in listing order.
pub(super) static ENTRIES: &[&Entry] = &[
    &sparse::ENTRY,
    &bernoulli::ENTRY,
    &delta_orthogonal::ENTRY,
    &convolution_aware::ENTRY,
    &eye::ENTRY,
    &dirac::ENTRY,
    &center::ENTRY,
    &hadamard::ENTRY,
    &zero_hadamard::ENTRY,
    &triangle::ENTRY,
    &ramp::LINSPACE,
    &ramp::RAMP,
];
