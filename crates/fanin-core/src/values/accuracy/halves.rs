//! Tests that 16-bit types round as values v1 requires: `f16` like the `half` crate, `bf16` like integer rounding.

use half::{bf16, f16};

use super::scan::{Values, scan};
use crate::values::element::{Element, Sealed};

/// Rounds to `bf16` bits with integers, to nearest even, for values that are not `NaN`.
fn bf16_bits(value: f32) -> u16 {
    let bits = value.to_bits();
    u16::try_from((bits + 0x7fff + (bits >> 16 & 1)) >> 16).unwrap()
}

fn check(value: f32) {
    assert_eq!(f16::from_real(value).to_bits(), f16::from_f32(value).to_bits(), "f16 of {value:e}");
    assert_eq!(bf16::from_real(value).to_bits(), bf16_bits(value), "bf16 of {value:e}");
}

#[test]
fn every_half_every_midpoint_and_their_neighbors() {
    let check_around = |here: f32, next: f32| {
        for value in [here, here / 2.0 + next / 2.0] {
            for near in [value.next_down(), value, value.next_up()] {
                if near.is_finite() {
                    check(near);
                    check(-near);
                }
            }
        }
    };
    for bits in 0..0x7c00 {
        check_around(f16::from_bits(bits).to_f32(), f16::from_bits(bits + 1).to_f32().min(65_536.0));
    }
    for bits in 0..0x7f7f {
        check_around(bf16::from_bits(bits).to_f32(), bf16::from_bits(bits + 1).to_f32());
    }
    check(f32::MAX);
    check(f32::INFINITY);
    check(f32::NEG_INFINITY);
}

#[test]
fn numbers_of_every_bits() {
    let found: Values = scan(0..1 << 32, 1_000_000, |values: &mut Values, bits| {
        let value = f32::from_bits(bits);
        values.count += 1;
        if value.is_nan() {
            assert!(f16::from_real(value).is_nan() && bf16::from_real(value).is_nan(), "{bits:#x}");
        } else {
            check(value);
        }
    });
    println!("f16 and bf16: {} numbers rounded to the bit, NaN kept", found.count);
}

#[test]
fn from_f64_passes_through_f32() {
    // 1 + 2^-11 is a midpoint of f16. The small excess, lost in f32, would round it up.
    let value = 1.0 + 2.0_f64.powi(-11) + 2.0_f64.powi(-40);
    assert_eq!(f16::from_f64(value).to_bits(), f16::from_f32(1.0).to_bits());
    assert_eq!(f16::from_f64(1e9).to_bits(), f16::INFINITY.to_bits());
    assert!((Element::to_f64(bf16::from_f64(0.1)) - 0.1).abs() < 4e-4);
}
