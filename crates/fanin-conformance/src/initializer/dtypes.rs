//! Checks that 16-bit values are rounded 32-bit values.

use fanin_core::{Distribution, Dtype, Initializer};

use super::InitializerCase;
use super::draw::Draw;
use crate::statistics::rounded;
use crate::violation::{Verdict, same_bits};

/// `f16` and `bf16` hold the `f32` value rounded to nearest, ties to even, wherever a distribution is stated.
pub(super) fn dtypes(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    let stated =
        matches!(initializer.distribution(&case.param), Distribution::Fixed | Distribution::Orthonormal { .. });
    if case.expectation(initializer).is_none() && !stated {
        return Ok(());
    }
    let single = Draw::whole(case, Dtype::F32).by(initializer)?;
    for dtype in [Dtype::F16, Dtype::BF16] {
        let half = Draw::whole(case, dtype).by(initializer)?;
        let wanted: Vec<f64> = single.iter().map(|value| rounded(dtype, *value)).collect();
        same_bits(&format!("{dtype} compared with f32"), &half, &wanted)?;
    }
    Ok(())
}
