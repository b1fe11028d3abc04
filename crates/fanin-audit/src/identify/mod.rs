//! The initializers that could have generated a tensor.
//!
//! Every candidate is a [distribution](fanin_core::Distribution): those of named initializers, with the fans of the tensor, and families
//! with fitted parameters. They are ranked by penalized likelihood.
//!
//! - **Likelihood.** Exact, including bounds. For 16-bit values it is the probability of their roundings. It covers all values of a
//!   tensor: one pass collects their sums and the counts of 65536 cells.
//! - **Penalty** (Schwarz 1978). A fitted mean or scale costs `ln(n) / 2` nats, and a fitted bound, whose error is `1 /
//!   n`, costs `ln n`. A distribution without a common name must be [a thousand times](LACK_OF_A_NAME) as likely as a
//!   common one.
//! - **Ties.** Candidates within [`EVIDENCE`] of the best, a likelihood ratio of 20, are tied with it. For equal fans the distributions
//!   of Glorot and `LeCun` coincide. If distributions that differ are tied, the verdict is *undetermined*.
//! - **Fit.** The best candidate may still be wrong. A Kolmogorov-Smirnov test, corrected for fitted parameters, and the homogeneity of
//!   rows and columns decide at [`ALPHA`] whether it could have generated the values. If not, the verdict is *none of these*: usually
//!   trained weights.
//! - **Padding.** Zero rows in a table of nonzero values are reported and excluded.
//! - **Structure.** Constants, identities, Hadamard and orthogonal matrices and sparse zeros are recognized directly.
//! - **Address.** fanin's own values are recognized bit by bit, with their seed.
//!
//! # Small tensors
//! No distribution is claimed for fewer than 64 values: the verdict is *too few values to tell*. The relative error of
//! the scale of `n` normal values is `1 / sqrt(2 n)`: 3 % at 512, 6 % at 128. Distributions of the same form whose
//! scales differ by less than five times that cannot be distinguished; He and Glorot normal at 8 outputs and 64 inputs
//! differ by 6 %. `campaigns/identify.txt` counts how often the right one comes first: nearly always for 512 values, in
//! 98 to 100 of 100 draws for 128.
//!
//! ```
//! use fanin_audit::identify::{self, IdentifyOptions, IdentityVerdict};
//! use fanin_core::{InitializerExt, Layout, ParamSpec, Seed, initializers::he_normal, param::Slice};
//!
//! let param = ParamSpec::new("fc.weight", [64, 8])?.with_layout(Layout::OutIn);
//! let values: Vec<f32> = he_normal().sample(&param, Seed(42))?;
//! let found = identify::values(Slice::F32(&values), &param, &IdentifyOptions::default());
//! assert_eq!(found.best()[0].text, "he_normal");
//! assert!(matches!(found.verdict(), IdentityVerdict::Address(address) if address.seed == 42));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod address;
mod candidate;
mod fitted;
mod likelihood;
mod model;
mod options;
mod padding;
mod structure;
mod tensor;
mod verdict;

use fanin_core::{ParamSpec, param::Slice};

pub use crate::judge::named::{Named, named, spelled_out};
pub use address::Address;
pub use candidate::{ALPHA, Candidate, CandidateKind, Fit};
pub use model::{Found, model};
pub use options::IdentifyOptions;
pub use tensor::{EVIDENCE, LACK_OF_A_NAME, tensor};
pub use verdict::{Identification, IdentityVerdict};

/// Identifies values in memory. Name, shape and fans come from the parameter; the layouts of the options are ignored.
#[must_use]
pub fn values(values: Slice<'_>, param: &ParamSpec, options: &IdentifyOptions) -> Identification {
    tensor(&values.into(), param, options)
}
