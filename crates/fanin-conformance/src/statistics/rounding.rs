//! The grid of values that an element type can represent.

use fanin_core::{Dtype, Element};
use half::{bf16, f16};

/// Returns the value of the type nearest to `value`, exactly as `f64`.
#[must_use]
pub fn rounded(dtype: Dtype, value: f64) -> f64 {
    match dtype {
        Dtype::F64 => value,
        Dtype::F32 => f32::from_f64(value).to_f64(),
        Dtype::F16 => <f16 as Element>::from_f64(value).to_f64(),
        Dtype::BF16 => <bf16 as Element>::from_f64(value).to_f64(),
    }
}

/// Returns the midpoint between `value`, which the type represents, and the next value above: the upper end of the cell
/// that rounds to `value`.
///
/// ```
/// use fanin_conformance::statistics::upper_edge;
/// use fanin_core::Dtype;
///
/// assert_eq!(upper_edge(Dtype::BF16, 1.0), 1.0 + 2.0_f64.powi(-8));
/// ```
#[must_use]
pub fn upper_edge(dtype: Dtype, value: f64) -> f64 {
    f64::midpoint(value, next_up(dtype, value))
}

/// Returns the distance from `|value|`, rounded to the type, to the next value above it.
#[must_use]
pub fn spacing(dtype: Dtype, value: f64) -> f64 {
    let value = rounded(dtype, value.abs());
    next_up(dtype, value) - value
}

/// Returns the next value of the type above `value`.
fn next_up(dtype: Dtype, value: f64) -> f64 {
    match dtype {
        Dtype::F64 => value.next_up(),
        Dtype::F32 => f32::from_f64(value).next_up().to_f64(),
        Dtype::F16 => f16::from_bits(next_bits(<f16 as Element>::from_f64(value).to_bits())).to_f64(),
        Dtype::BF16 => bf16::from_bits(next_bits(<bf16 as Element>::from_f64(value).to_bits())).to_f64(),
    }
}

/// Returns the bits of the next 16-bit value above. Values are ordered like their bits, mirrored below zero.
const fn next_bits(bits: u16) -> u16 {
    match bits {
        0x8000 => 1,
        below if below > 0x8000 => below - 1,
        above => above.saturating_add(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_lie_between_neighbors() {
        for dtype in Dtype::ALL {
            for value in [-3.0, -1.0, -0.0, 0.0, 0.5, 1.0, 250.0] {
                let edge = upper_edge(dtype, value);
                assert!(edge >= value && edge - value <= spacing(dtype, value), "{dtype} {value}: {edge}");
            }
        }
        assert_eq!(spacing(Dtype::F64, 1.0), f64::EPSILON);
        assert_eq!(spacing(Dtype::F16, 1.0), 2.0_f64.powi(-10));
        assert_eq!(spacing(Dtype::F32, -2.0), 2.0_f64.powi(-22));
        assert_eq!(upper_edge(Dtype::F16, -1.0), -1.0 + 2.0_f64.powi(-12));
    }
}
