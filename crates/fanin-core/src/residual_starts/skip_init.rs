//! `SkipInit`.

use super::{Needs, ResidualStartError, zero_biases};
use crate::initializers::{Zeros, he_normal};
use crate::network::MlpSpec;
use crate::plan::Plan;

/// Creates a `SkipInit` plan (De & Smith 2020, "Batch normalization biases residual blocks towards the identity
/// function in deep networks", section 4): one learnable factor at the end of each branch, which starts at 0. The
/// weights use He initialization, and biases start at 0.
///
/// A block starts as the identity, which batch normalization achieves approximately. The paper finds that this alone
/// lets networks with a thousand layers train without norms. At the first step only the factors learn; the branches
/// follow.
///
/// ```
/// use fanin_core::residual_starts::skip_init;
/// use fanin_core::{Activation, network::{Loss, MlpSpec, Residual}};
///
/// let spec = MlpSpec::new([64, 32, 32, 32, 10], Activation::Relu, Loss::SoftmaxCrossEntropy)?;
/// let spec = spec.residual(Residual::of(2).with_scale().ending_linear())?;
/// println!("{}", skip_init(&spec)?.resolve(spec.params())?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ResidualStartError`] if there are no blocks, a block has no factor, or there are norms.
pub fn skip_init(spec: &MlpSpec) -> Result<Plan, ResidualStartError> {
    Needs { start: "skip_init", scale: true, norms_are_allowed: false }.check(spec)?;
    Ok(zero_biases(Plan::new().rule("*.scale", Zeros).rule("*.weight", he_normal()), spec))
}
