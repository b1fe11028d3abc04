//! Tests the `f32` kernel of the truncated normal against `f64`.

use super::scan::{Findings, Values, scan};
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
    let distribution = TruncatedUnitNormal::new(low, high).unwrap();
    Single::new(&distribution).unwrap()
}

/// Covers every tail probability that a kernel can have. The value of a draw follows from its probability, its sign and
/// the bounds. Clamping to the bounds never increases the error, because the true value lies between them.
#[test]
fn the_inverse_within_five_ulp() {
    let inputs = u64::from(7e-11_f32.to_bits())..u64::from(0.5_f32.to_bits());
    let found: Values = scan(inputs, 1_000_000, |values: &mut Values, bits| {
        let q = f32::from_bits(bits);
        values.compare(bits, inverse_tail_f32(q), inverse_tail(f64::from(q)));
    });
    let Values { count, ulps, at, smallest, largest, .. } = found;
    println!(
        "inverse of q in [7e-11, .5): {count} inputs, {ulps:.3} ulp at bits {at:#x}, from {smallest:e} to {largest}"
    );
    assert!(found.ulps <= 5.0 && found.negative_zeros == 0, "{found:?}");
    assert_eq!(inverse_tail_f32(0.5).to_bits(), 0);
}

#[test]
fn draws_inside_in_order_and_near_the_exact_law() {
    for bounds in BOUNDS {
        let kernel = kernel(bounds);
        let distribution = TruncatedUnitNormal::new(bounds.0, bounds.1).unwrap();
        let (low, high) = (bounds.0.max(-7.0), bounds.1.min(7.0));
        #[allow(clippy::cast_possible_truncation, reason = "the bounds as the kernel rounds them")]
        let (low, high) = (low as f32, high as f32);
        let visit = |values: &mut Values, k: u32| {
            let z = kernel.value(k);
            assert!((low..=high).contains(&z), "{z} at {k:#x}, {bounds:?}");
            let q = kernel.tail(k, kernel.is_left(k));
            assert!((7e-11..=0.5).contains(&q), "{q:e} at {k:#x}, {bounds:?}");
            values.see(z);
            // Check only every 64th draw: this is the slowest part, and neighbors are close to each other.
            if k.is_multiple_of(64) {
                let share = (f64::from(k) + 0.5) / 2_147_483_648.0;
                values.ulps = values.ulps.max((distribution.cdf(f64::from(z)) - share).abs());
            }
        };
        // Scan both sides of the draw where the sign changes.
        let middle = u64::from(kernel.draws_left());
        let left: Values = scan(0..middle, 250_000, visit);
        let found = left.followed_by(scan(middle..1 << 31, 250_000, visit));
        println!(
            "truncated [{}, {}]: {} draws, inside, order kept within {} ulp, no -0.0, distribution function within {:.2e}",
            bounds.0, bounds.1, found.count, found.drop, found.ulps
        );
        assert!(found.ulps <= 1e-5, "{bounds:?}: {found:?}");
        assert!(found.drop <= 2 && found.negative_zeros == 0, "{bounds:?}: {found:?}");
    }
}

#[test]
fn symmetric_bounds_split_in_half() {
    for bound in [0.1, 1.0, 2.0, 2.5, 3.0, f64::INFINITY] {
        let kernel = kernel((-bound, bound));
        assert_eq!(kernel.draws_left(), 1 << 30, "±{bound}");
        for k in (0..0x4000_0000).step_by(1 << 20) {
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
