//! The `f32` kernel of the truncated normal against `f64`.

use super::{draws, ulps_f32};
use crate::values::TruncatedUnitNormal;
use crate::values::exact::inverse_tail;
use crate::values::truncated_normal::{Single, inverse_tail_f32};

const BOUNDS: [(f64, f64); 8] = [
    (-2.0, 2.0),
    (-3.0, 3.0),
    (-1.0, 0.5),
    (0.0, f64::INFINITY),
    (f64::NEG_INFINITY, f64::INFINITY),
    (f64::NEG_INFINITY, 0.25),
    (4.0, 6.0),
    (-6.0, -0.1),
];

fn kernel((low, high): (f64, f64)) -> Single {
    let law = TruncatedUnitNormal::new(low, high).unwrap();
    Single::new(&law).unwrap()
}

#[test]
fn within_five_ulp_of_the_inverse() {
    let mut worst: f64 = 0.0;
    for bounds in BOUNDS {
        let kernel = kernel(bounds);
        for k in draws(250_000) {
            let z = kernel.value(k);
            assert!(z.to_bits() != (-0.0_f32).to_bits(), "-0.0 at {k:x}, {bounds:?}");
            assert!((bounds.0..=bounds.1).contains(&f64::from(z)) || f64::from(z.abs()) <= 1.000_001 * bounds.1.abs());
            let is_left = kernel.is_left(k);
            let q = f64::from(kernel.tail(k, is_left));
            let truth = inverse_tail(q);
            let truth = (if is_left { -truth } else { truth }).clamp(bounds.0, bounds.1);
            if truth.abs() > 0.0 {
                worst = worst.max(ulps_f32(z, truth));
            }
        }
    }
    assert!(worst <= 5.0, "{worst} ulp");
}

#[test]
fn within_five_ulp_over_every_binade() {
    // 2^16 numbers of each binade from 7e-11 to ½.
    let mut worst: f64 = 0.0;
    let first = 7e-11_f32.to_bits();
    for bits in (first..=0.5_f32.to_bits()).step_by(1 << 7) {
        let q = f32::from_bits(bits);
        let truth = inverse_tail(f64::from(q));
        if truth > 0.0 {
            worst = worst.max(ulps_f32(inverse_tail_f32(q), truth));
        }
    }
    assert!(worst <= 5.0, "{worst} ulp");
    assert_eq!(inverse_tail_f32(0.5).to_bits(), 0);
}

#[test]
fn monotone_within_two_ulp() {
    for bounds in BOUNDS {
        let kernel = kernel(bounds);
        let middle = kernel.draws_left().clamp(20_000, 0x7fff_ffff - 20_000);
        let quarter = 0x2000_0000;
        for start in [0, quarter, middle - 20_000, 3 * quarter, 0x7fff_ffff - 40_000] {
            let mut highest = f32::NEG_INFINITY;
            for k in start..start + 40_000 {
                let z = kernel.value(k);
                assert!(z.next_up().next_up() >= highest, "{z} after {highest} at {k:x}, {bounds:?}");
                highest = highest.max(z);
            }
        }
        let mut highest = f32::NEG_INFINITY;
        for k in draws(100_000).skip(64).take(100_000) {
            let z = kernel.value(k);
            assert!(z.next_up().next_up() >= highest, "{z} after {highest} at {k:x}, {bounds:?}");
            highest = highest.max(z);
        }
    }
}

#[test]
fn symmetric_bounds_split_in_half() {
    for bound in [0.1, 1.0, 2.0, 2.5, 3.0, f64::INFINITY] {
        let kernel = kernel((-bound, bound));
        assert_eq!(kernel.draws_left(), 1 << 30, "±{bound}");
        for k in draws(1_000) {
            let mirrored = kernel.value(k ^ 0x7fff_ffff);
            assert_eq!(kernel.value(k).to_bits(), (0.0 - mirrored).to_bits(), "±{bound}, {k:x}");
        }
    }
}

#[test]
fn unfit_bounds_have_no_kernel_in_f32() {
    for (low, high) in [(1.0, f64::INFINITY), (6.5, 7.0), (-50.0, -40.0), (1.0, 1.000_001), (-1e-9, 1e-9)] {
        assert!(Single::new(&TruncatedUnitNormal::new(low, high).unwrap()).is_none(), "[{low}, {high}]");
    }
}
