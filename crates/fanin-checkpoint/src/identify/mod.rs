//! Which initializers could have made a tensor.
//!
//! Every candidate is a [distribution](fanin_core::Distribution): those of the initializers that have a name, with the fans of the tensor's shape, and
//! families whose numbers are fitted. They are ranked by likelihood, less what their freedom costs.
//!
//! - **Likelihood.** Exact, bounds included. Of 16-bit values it is the probability of their roundings. All values of a tensor
//!   count: one pass gathers their sums and how many lie in each of 65536 cells.
//! - **Cost** (Schwarz 1978). A fitted mean or scale costs `ln(n) / 2` nats, a fitted bound `ln n`, for a bound is known to `1 / n`.
//!   A distribution without a usual name must be [a thousand times](LACK_OF_A_NAME) as likely as one that has it.
//! - **Ties.** Candidates within [`EVIDENCE`] of the best are tied with it: no more than a factor of 20 tells them apart. Glorot's
//!   and `LeCun`'s distributions are the same where the fans are.
//! - **Fit.** The best of many bad distributions is no answer. Its distance from the values (Kolmogorov & Smirnov, with the distribution of the
//!   distance that holds for what was fitted) and the likeness of rows and of columns say whether it could have made them, at
//!   [`ALPHA`] for a tensor. Else it is *none of these*: trained weights, mostly.
//! - **Padding.** Rows of zeros in a table of other values are told and left out.
//! - **Structure.** Constants, identities, Hadamard matrices, orthogonal matrices and the zeros of sparse ones are seen as they are.
//! - **Address.** fanin's own values are recognized to the bit, with their seed.
//!
//! # What few values tell
//! The scale of `n` normal values is known to `1 / sqrt(2 n)`: 3 % at 512, 6 % at 128. Laws of one form whose scales differ by less
//! than five times that cannot be told apart; He's and Glorot's normal, at 8 outputs and 64 inputs, differ by 6 %. How often the right
//! one comes first is counted in `campaigns/identify.txt`: of 512 values always or nearly, of 128 in 98 to 100 of 100 draws.
//!
//! ```
//! use fanin_checkpoint::identify::{self, IdentifyOptions, IdentityVerdict};
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
pub(crate) mod cells;
mod fitted;
mod fitted_normal;
pub(crate) mod kolmogorov_smirnov;
mod likelihood;
mod lines;
mod model;
mod named;
mod options;
mod orthogonal;
mod padding;
pub(crate) mod sample;
mod structure;
mod tensor;
mod verdict;

use fanin_core::{ParamSpec, param::Slice};

pub use address::Address;
pub use candidate::{ALPHA, Candidate, CandidateKind, Fit};
pub use model::{Found, model};
pub use named::{Named, named};
pub use options::IdentifyOptions;
pub(crate) use orthogonal::is_orthogonal;
pub use tensor::{EVIDENCE, LACK_OF_A_NAME, tensor};
pub use verdict::{Identification, IdentityVerdict};

/// Identifies values that lie in memory. The parameter says name, shape and fans; of the options its layouts are not regarded.
#[must_use]
pub fn values(values: Slice<'_>, param: &ParamSpec, options: &IdentifyOptions) -> Identification {
    tensor(&values.into(), param, options)
}
