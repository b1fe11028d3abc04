//! The expected distribution of each parameter of each family, written by hand.

use fanin_core::Distribution;
use fanin_core::values::TruncatedUnitNormal;

const ONE: Distribution = Distribution::Constant(1.0);
const ZERO: Distribution = Distribution::Constant(0.0);

fn normal(std: f64) -> Distribution {
    Distribution::Normal { mean: 0.0, std }
}

/// Truncated at two sigma, with uncorrected std.
fn truncated(scale: f64) -> Distribution {
    Distribution::TruncatedNormal { mean: 0.0, scale, unit: TruncatedUnitNormal::new(-2.0, 2.0).expect("bounds") }
}

/// Uniform on `±1 / sqrt(fan)`.
fn uniform(fan: usize) -> Distribution {
    let bound = 1.0 / (fan as f64).sqrt();
    Distribution::Uniform { low: -bound, high: bound }
}

/// The expected distribution of a parameter of the family.
#[allow(clippy::match_same_arms, reason = "one family after another")]
pub(crate) fn distribution(family: &str, name: &str, shape: &[usize]) -> Distribution {
    match family {
        "bert" if name.ends_with("LayerNorm.weight") => ONE,
        "bert" if name.ends_with(".bias") => ZERO,
        "bert" => normal(0.02),
        "llama" | "llama, tied" if name.ends_with("norm.weight") => ONE,
        "llama" | "llama, tied" => normal(0.02),
        "vit" if name.contains("layernorm") && name.ends_with("weight") => ONE,
        "vit" if name.ends_with(".bias") => ZERO,
        "vit" => normal(0.02),
        "dinov2" if name.contains("norm") && name.ends_with("weight") => ONE,
        "dinov2" if name.ends_with("gamma") => Distribution::Constant(1e-5),
        "dinov2" if name == "cls_token" => normal(1e-6),
        "dinov2" if name.starts_with("patch_embed.proj") => uniform(3 * 14 * 14),
        "dinov2" if name.ends_with(".bias") => ZERO,
        "dinov2" => truncated(0.02),
        "resnet18" => match (name, shape) {
            (_, [out, _, height, width]) => normal((2.0 / (out * height * width) as f64).sqrt()),
            ("fc.weight" | "fc.bias", _) => uniform(512),
            _ if name.ends_with("running_var") => ONE,
            _ if name.ends_with("running_mean") || name.ends_with("bias") => ZERO,
            // The last norm of each block starts at zero; those of the stem and the shortcuts start at one.
            _ if name.ends_with(".bn2.weight") => ZERO,
            _ => ONE,
        },
        "efficientnet" => match (name, shape) {
            // Depthwise kernels have one input channel and one group per output.
            (_, [_, 1, height, width]) => normal((2.0 / (height * width) as f64).sqrt()),
            (_, [out, _, height, width]) => normal((2.0 / (out * height * width) as f64).sqrt()),
            (_, [out, _]) => uniform(*out),
            _ if name.ends_with("running_var") || name.ends_with("weight") => ONE,
            _ => ZERO,
        },
        other => panic!("no family is called {other}"),
    }
}
