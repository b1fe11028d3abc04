//! Bounds on the values that a fill can write.

use super::dtype::Dtype;
use super::truncated_normal::TruncatedUnitNormal;

/// Returns an upper bound on the magnitude of a unit normal value: the radius of the Box-Muller transform at its
/// smallest input, rounded up. This is `sqrt(-2 ln 2^-32)` in `f32` arithmetic and `sqrt(-2 ln 2^-53)` in `f64`.
const fn radius(dtype: Dtype) -> f64 {
    match dtype {
        Dtype::F64 => 8.5717,
        Dtype::F32 | Dtype::F16 | Dtype::BF16 => 6.6605,
    }
}

/// Returns bounds on the values that [`fill_normal`](super::fill_normal) writes for this element type.
pub(crate) fn normal_support(dtype: Dtype, mean: f64, std: f64) -> (f64, f64) {
    let reach = std.abs() * radius(dtype);
    (mean - reach, mean + reach)
}

/// Returns bounds on the values that [`fill_truncated_normal`](super::fill_truncated_normal) writes for this element
/// type.
pub(crate) fn truncated_normal_support(
    dtype: Dtype,
    distribution: &TruncatedUnitNormal,
    mean: f64,
    std: f64,
) -> (f64, f64) {
    // Beyond `a >= 0`, a tail of the unit normal decays at least as fast as exp(-(z^2 - a^2) / 2).
    let reach = |from: f64| from.max(0.0).hypot(radius(dtype));
    let (low, high) = (distribution.low(), distribution.high());
    let (low, high) = (low.max(-reach(-high)), high.min(reach(low)));
    let (first, second) = (mean + std * low, mean + std * high);
    (first.min(second), first.max(second))
}

#[cfg(test)]
mod tests {
    use super::super::{Stream, fill_normal, fill_truncated_normal};
    use super::*;

    #[test]
    fn no_value_lies_outside() {
        let stream = Stream::values(5, "w");
        let mut values = vec![0.0_f32; 1 << 16];
        let mut inside = |fill: &dyn Fn(&mut [f32]), (low, high): (f64, f64)| {
            fill(&mut values);
            values.iter().all(|value| (low..=high).contains(&f64::from(*value)))
        };
        assert!(inside(&|out| fill_normal(stream, 0, out, 1.0, 0.5).unwrap(), normal_support(Dtype::F32, 1.0, 0.5)));
        for (low, high) in [(-2.0, 2.0), (f64::NEG_INFINITY, -6.5), (1.0, f64::INFINITY), (40.0, f64::INFINITY)] {
            let unit = TruncatedUnitNormal::new(low, high).unwrap();
            let (first, last) = truncated_normal_support(Dtype::F32, &unit, 0.0, 1.0);
            assert!(first.is_finite() && last.is_finite());
            let fill = |out: &mut [f32]| fill_truncated_normal(stream, 0, out, &unit, 0.0, 1.0).unwrap();
            assert!(inside(&fill, (first - 1e-5, last + 1e-5)), "[{low}, {high}]");
        }
    }
}
