//! Initialization of residual networks without norms: plans created from an [`MlpSpec`].
//!
//! In a residual network whose branches all start at full size, the variance doubles at each block (Hanin & Rolnick
//! 2018; Zhang et al. 2019, section 2): after `L` blocks it is `2^L` times the input's. Norms hide this; the following
//! methods avoid it.
//!
//! | method | effect | requirements |
//! |---|---|---|
//! | [`fixup`] | branches end in zeros; their other layers shrink with depth | blocks; uses factors and input biases |
//! | [`skip_init`] | the factor of each branch is zero | blocks with factors |
//! | [`re_zero`] | the same, with any weights and also with norms | blocks with factors |

mod error;
mod fixup;
mod re_zero;
mod skip_init;

pub use error::ResidualStartError;
pub use fixup::fixup;
pub use re_zero::re_zero;
pub use skip_init::skip_init;

use crate::initializers::Zeros;
use crate::network::{Layer, MlpSpec};
use crate::plan::Plan;

/// The requirements of a method.
struct Needs {
    start: &'static str,
    scale: bool,
    norms_are_allowed: bool,
}

impl Needs {
    fn check(&self, spec: &MlpSpec) -> Result<(), ResidualStartError> {
        let start = self.start;
        let layers = || spec.layers().iter();
        if layers().all(|layer| layer.skip.is_none()) {
            return Err(ResidualStartError::NoBlocks { start });
        }
        let lacks_scale = |layer: &&Layer| layer.skip.as_ref().is_some_and(|skip| skip.scale.is_none());
        if self.scale
            && let Some(layer) = layers().find(lacks_scale)
        {
            return Err(ResidualStartError::NoScale { start, weight: layer.weight.clone() });
        }
        match layers().find(|layer| layer.norm.is_some() && !self.norms_are_allowed) {
            Some(layer) => Err(ResidualStartError::Normalized { start, weight: layer.weight.clone() }),
            None => Ok(()),
        }
    }
}

/// Adds rules for zero biases, except those of norms.
fn zero_biases(plan: Plan, spec: &MlpSpec) -> Plan {
    let plan = plan.rule("*.bias", Zeros);
    if spec.layers().iter().any(|layer| layer.input_bias.is_some()) { plan.rule("*.input_bias", Zeros) } else { plan }
}
