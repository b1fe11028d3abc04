//! Box and Muller in `f32` against `f64`.

use super::{draws, ulps_f32};
use crate::values::normal::box_muller_f32;

/// The transform in `f64` of the `u` and `s` that the `f32` transform makes of the words, both of them rounded there.
/// The platform's libm is right to 1e-15, which is enough here.
fn truth(radius: u32, angle: u32) -> (f64, f64) {
    #[allow(clippy::cast_precision_loss, reason = "the rounding of the transform itself")]
    let u = ((radius >> 1) as f32 * 2.0_f32.powi(-31) + 2.0_f32.powi(-32)).min(1.0_f32.next_down());
    let r = (-2.0 * f64::from(u).ln()).sqrt();
    let s = (f64::from(angle >> 8) - 8_388_607.5) / 8_388_608.0;
    // The cosine through the distance from ±1, where it vanishes.
    let half_pi = std::f64::consts::FRAC_PI_2;
    let cosine = (half_pi * (1.0 - s.abs())).sin();
    let cosine = if angle & 1 == 1 { -cosine } else { cosine };
    (r * cosine, r * (half_pi * s).sin())
}

fn check(radius: u32, angle: u32, worst: &mut f64) {
    let (a, b) = box_muller_f32(radius, angle);
    let (x, y) = truth(radius, angle);
    for (value, truth) in [(a, x), (b, y)] {
        assert!(value.to_bits() << 1 != 0, "zero at {radius:x}, {angle:x}");
        assert!(value.abs() <= 6.6605, "{value} at {radius:x}, {angle:x}");
        *worst = worst.max(ulps_f32(value, truth));
    }
}

#[test]
fn within_five_ulp_over_the_radii() {
    let mut worst = 0.0;
    for k in draws(1_000_000) {
        check(k << 1, 0x1234_5678, &mut worst);
    }
    for angle in [0, 1, 255, 0x7fff_ff00, 0x8000_0000, 0x8000_0001, u32::MAX - 1, u32::MAX] {
        for k in draws(2_000) {
            check(k << 1, angle, &mut worst);
        }
    }
    assert!(worst <= 5.0, "{worst} ulp");
}

#[test]
fn within_five_ulp_over_the_angles() {
    let mut worst = 0.0;
    for k in draws(1_000_000) {
        check(0x1234_5678, k << 1 | k & 1, &mut worst);
    }
    for radius in [0, 1, 2, 0x7fff_ffff, 0x8000_0000, u32::MAX - 400, u32::MAX] {
        for k in draws(2_000) {
            check(radius, k << 1 | k & 1, &mut worst);
        }
    }
    assert!(worst <= 5.0, "{worst} ulp");
}

#[test]
fn within_five_ulp_over_both() {
    // A generator of its own, so that the pairs are not on a grid.
    let mut state = 1_u64;
    let mut worst = 0.0;
    for _ in 0..1_000_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = state ^ state >> 29;
        check(u32::try_from(mixed >> 32).unwrap(), u32::try_from(mixed & 0xffff_ffff).unwrap(), &mut worst);
    }
    assert!(worst <= 5.0, "{worst} ulp");
}
