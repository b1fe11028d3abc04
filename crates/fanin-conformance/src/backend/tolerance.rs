//! Tolerances for comparisons with the reference.

use fanin_core::Dtype;
use serde::Deserialize;

use crate::violation::{Verdict, hold};

/// Differences are relative to the largest value of a list, but at least to 0.1, because gradients may cancel.
const FLOOR: f64 = 0.1;

/// The tolerance for one element type.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tolerance {
    /// For one pass: outputs, losses and gradients.
    pub pass: f64,
    /// For parameters after a few optimizer steps.
    pub training: f64,
}

/// The tolerances by element type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tolerances {
    f32: Option<Tolerance>,
    f64: Option<Tolerance>,
    f16: Option<Tolerance>,
    bf16: Option<Tolerance>,
}

impl Tolerances {
    pub(crate) fn of(&self, dtype: Dtype) -> Result<Tolerance, String> {
        let tolerance = match dtype {
            Dtype::F32 => self.f32,
            Dtype::F64 => self.f64,
            Dtype::F16 => self.f16,
            Dtype::BF16 => self.bf16,
        };
        tolerance.ok_or_else(|| format!("no tolerance for {dtype}; add one under [tolerance]"))
    }
}

/// Checks that no element differs by more than `tolerance` times the largest magnitude of `wanted`.
pub(crate) fn near(what: &str, seen: &[f64], wanted: &[f64], tolerance: f64) -> Verdict {
    hold(seen.len() == wanted.len(), || format!("{what}: {} values, not {}", seen.len(), wanted.len()))?;
    let scale = wanted.iter().fold(FLOOR, |scale, value| scale.max(value.abs()));
    let limit = tolerance * scale;
    for (at, (seen, wanted)) in seen.iter().zip(wanted).enumerate() {
        // NaN never compares as near.
        hold((seen - wanted).abs() <= limit, || {
            format!("{what}: element {at} is {seen:e}, not {wanted:e} ± {limit:.1e}")
        })?;
    }
    Ok(())
}
