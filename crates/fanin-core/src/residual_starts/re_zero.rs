//! `ReZero`.

use super::{Needs, ResidualStartError, zero_biases};
use crate::initializer::Initializer;
use crate::initializers::{Ones, Zeros};
use crate::network::MlpSpec;
use crate::plan::Plan;

/// Creates a `ReZero` plan (Bachlechner et al. 2020, "`ReZero` is all you need: fast convergence at large depth", eq.
/// 1):
///
/// ```text
/// x <- x + alpha F(x),    alpha = 0 at the start
/// ```
///
/// with a learnable factor `alpha` for each block and any branch `F`, including norms. The blocks start as the
/// identity, so signal and gradient pass through any depth unchanged (all singular values of the blocks' Jacobian are
/// 1). The weights start as given by `weights`, biases at 0, the gains of norms at 1.
///
/// ```
/// use fanin_core::initializers::glorot_uniform;
/// use fanin_core::residual_starts::re_zero;
/// use fanin_core::{Activation, network::{Loss, MlpSpec, Residual}};
///
/// let spec = MlpSpec::new([64, 32, 32, 32, 10], Activation::Relu, Loss::SoftmaxCrossEntropy)?;
/// let spec = spec.residual(Residual::of(1).with_scale())?;
/// println!("{}", re_zero(&spec, glorot_uniform())?.resolve(spec.params())?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ResidualStartError`] if there are no blocks, or if a block has no factor.
pub fn re_zero(spec: &MlpSpec, weights: impl Initializer + 'static) -> Result<Plan, ResidualStartError> {
    Needs { start: "re_zero", scale: true, norms_are_allowed: true }.check(spec)?;
    let mut plan = Plan::new().rule("*.scale", Zeros);
    if spec.layers().iter().any(|layer| layer.norm.is_some()) {
        plan = plan.rule("*.norm.weight", Ones).rule("*.norm.bias", Zeros);
    }
    Ok(zero_biases(plan.rule("*.weight", weights), spec))
}
