//! Tests the `f32` Box-Muller transform against `f64`: the radius and the circle separately, over every input of each,
//! and their product.
//!
//! The reference is the `f64` transform of the `u` and `s` that the `f32` transform derives from the words, after their
//! rounding to `f32`. The platform's libm is accurate to 1e-15, which is sufficient here.

use super::scan::{Findings, Values, exhaustive, scan};
use super::ulps_f32;
use crate::values::normal::{box_muller_f32, circle_f32, radius_f32};

/// Computes the reference `√(-2 ln u)`.
fn true_radius(radius: u32) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "the rounding of the transform itself")]
    let u = ((radius >> 1) as f32 * 2.0_f32.powi(-31) + 2.0_f32.powi(-32)).min(1.0_f32.next_down());
    (-2.0 * f64::from(u).ln()).sqrt()
}

/// Computes the reference cosine and sine. The cosine is computed from the distance to ±1, where it vanishes.
fn true_circle(angle: u32) -> (f64, f64) {
    let s = (f64::from(angle >> 8) - 8_388_607.5) / 8_388_608.0;
    let half_pi = std::f64::consts::FRAC_PI_2;
    let cosine = (half_pi * (1.0 - s.abs())).sin();
    (if angle & 1 == 1 { -cosine } else { cosine }, (half_pi * s).sin())
}

/// The number of parts of a binade.
const PARTS: usize = 1024;

/// A relative error.
#[derive(Clone, Copy, Debug, Default)]
struct Worst {
    error: f64,
    value: f32,
    truth: f64,
}

impl Worst {
    fn or(self, other: Self) -> Self {
        if other.error > self.error { other } else { self }
    }
}

/// One factor of the product: its values, and its relative errors grouped by the fraction of the true value.
struct Factor {
    values: Values,
    /// The largest downward and upward error in each part of a binade, with the value and the true value.
    errors: Vec<[Worst; 2]>,
}

impl Default for Factor {
    fn default() -> Self {
        Self { values: Values::default(), errors: vec![[Worst::default(); 2]; PARTS] }
    }
}

impl Factor {
    fn compare(&mut self, input: u32, value: f32, truth: f64) {
        self.values.compare(input, value, truth);
        let relative = f64::from(value) / truth - 1.0;
        let part = usize::try_from(truth.to_bits() >> 42 & 0x3ff).expect("10 bits");
        let worst = &mut self.errors[part][usize::from(relative > 0.0)];
        *worst = worst.or(Worst { error: relative.abs(), value, truth });
    }
}

impl Findings for Factor {
    fn followed_by(mut self, later: Self) -> Self {
        self.values = self.values.followed_by(later.values);
        for (worst, other) in self.errors.iter_mut().flatten().zip(later.errors.iter().flatten()) {
            *worst = worst.or(*other);
        }
        self
    }
}

/// Returns an upper bound on the error of any product of the two factors, in ulp of the true value.
///
/// For each pair of parts of binades, adds the worst relative errors of the same sign and half an ulp for rounding the
/// product. Adds a whole ulp if errors may carry the product into the next binade, where the spacing is doubled.
fn bound(a: &Factor, b: &Factor) -> f64 {
    let edge = |part: usize| 1.0 + f64::from(u32::try_from(part).expect("a part")) / 1024.0;
    let mut worst: f64 = 0.0;
    for (i, x) in a.errors.iter().enumerate() {
        for (j, y) in b.errors.iter().enumerate() {
            for side in [0, 1] {
                let error = (1.0 + x[side].error) * (1.0 + y[side].error) - 1.0;
                let (least, most) = (edge(i) * edge(j), edge(i + 1) * edge(j + 1));
                let ulps = |end: f64| error * end * 8_388_608.0;
                let carried = |end: f64| side == 1 && end * (1.0 + error) >= 2.0;
                if least < 2.0 {
                    let end = most.min(2.0);
                    worst = worst.max(ulps(end) + if carried(end) { 1.0 } else { 0.5 });
                }
                if most > 2.0 {
                    let end = most / 2.0;
                    worst = worst.max(ulps(end) + if carried(end) { 1.0 } else { 0.5 });
                }
            }
        }
    }
    worst
}

/// Returns the worst error of a product of the worst values of both factors, in ulp of the true value.
fn worst_of_the_worst(a: &Factor, b: &Factor) -> f64 {
    let mut worst: f64 = 0.0;
    for x in a.errors.iter().flatten() {
        for y in b.errors.iter().flatten() {
            if x.error > 0.0 && y.error > 0.0 {
                worst = worst.max(ulps_f32(x.value * y.value, x.truth * y.truth));
            }
        }
    }
    worst
}

#[test]
fn radius_and_circle_and_a_bound_of_their_product() {
    // Negated, so that it increases with the draw, as u does.
    let radius: Factor = scan(0..1 << 31, 1_000_000, |factor: &mut Factor, k| {
        factor.compare(k, -radius_f32(k << 1), -true_radius(k << 1));
    });
    // 24 bits of the angle and the sign of the cosine.
    let angle = |k: u32| k >> 1 << 8 | k & 1;
    let cosine: Factor = scan(0..1 << 25, 1_000_000, |factor: &mut Factor, k| {
        factor.compare(k, circle_f32(angle(k)).0, true_circle(angle(k)).0);
    });
    let sine: Factor = scan(0..1 << 25, 1_000_000, |factor: &mut Factor, k| {
        factor.compare(k, circle_f32(angle(k)).1, true_circle(angle(k)).1);
    });
    for (name, factor) in [("radius", &radius), ("cosine", &cosine), ("sine", &sine)] {
        let Values { count, ulps, at, smallest, largest, .. } = factor.values;
        println!("normal, {name}: {count} inputs, {ulps:.3} ulp at {at:#x}, size from {smallest:e} to {largest}");
    }
    // A rounded product is monotone in both factors.
    let smallest = radius.values.smallest * cosine.values.smallest.min(sine.values.smallest);
    let largest = radius.values.largest * cosine.values.largest.max(sine.values.largest);
    let bounds = (bound(&radius, &cosine), bound(&radius, &sine));
    let found = (worst_of_the_worst(&radius, &cosine), worst_of_the_worst(&radius, &sine));
    println!("normal, products of the worst factors: {:.3} ulp (cosine) and {:.3} ulp (sine)", found.0, found.1);
    println!(
        "normal, every product: at most {:.3} ulp (cosine) and {:.3} ulp (sine), size from {smallest:e} to {largest}",
        bounds.0, bounds.1
    );
    assert!(smallest > f32::MIN_POSITIVE && largest <= 6.6605, "{smallest}, {largest}");
    assert!(found.0 <= bounds.0 && found.1 <= bounds.1, "{found:?}, {bounds:?}");
    assert!(bounds.0.max(bounds.1) <= 6.5, "{bounds:?}");
    println!("normal, radius: falls with the draw within {} ulp", radius.values.drop);
    assert!(radius.values.drop <= 2, "{}", radius.values.drop);
}

#[test]
fn pairs_within_the_bound() {
    let check = |values: &mut Values, input: u32, radius: u32, angle: u32| {
        let (a, b) = box_muller_f32(radius, angle);
        let (r, (cosine, sine)) = (true_radius(radius), true_circle(angle));
        values.compare(input, a, r * cosine);
        values.compare(input, b, r * sine);
    };
    let extremes = || [0, 1, 2, 0x7fff, 0x1234_5678].into_iter().flat_map(|x| [x, x << 8, !x, !(x << 8)]);
    let mut corners = Values::default();
    for radius in extremes().flat_map(|x| [x, x ^ 1 << 31]) {
        for angle in extremes().flat_map(|x| [x, x ^ 1 << 31]) {
            check(&mut corners, radius, radius, angle);
        }
    }
    // Apply a 64-bit bijection (the finalizer of MurmurHash3), so that the pairs do not lie on a grid.
    let mixed: Values = scan(0..1 << 30, 1_000_000, |values: &mut Values, k| {
        let mut state = (u64::from(k) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        state = (state ^ state >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
        state = (state ^ state >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        state ^= state >> 33;
        check(values, k, u32::try_from(state >> 32).unwrap(), u32::try_from(state & 0xffff_ffff).unwrap());
    });
    let all = corners.followed_by(mixed);
    println!(
        "normal, pairs of words: {} values{}, {:.3} ulp, size from {:e} to {}",
        all.count,
        if exhaustive() { " of 2^30 pairs and the corners" } else { "" },
        all.ulps,
        all.smallest,
        all.largest
    );
    assert!(all.ulps <= 6.5 && all.smallest > 0.0 && all.largest <= 6.6605, "{all:?}");
}

#[test]
fn the_bound_holds_for_factors_that_are_off_by_one() {
    let mut factor = Factor::default();
    for bits in (0x3f80_0000..0x4000_0000).step_by(997) {
        factor.compare(bits, f32::from_bits(bits + 1), f64::from(f32::from_bits(bits)));
    }
    let limit = bound(&factor, &factor);
    let mut worst: f64 = 0.0;
    for a in (0x3f80_0000..0x4000_0000).step_by(9_973) {
        for b in (0x3f80_0000..0x4000_0000).step_by(9_967) {
            let product = f32::from_bits(a + 1) * f32::from_bits(b + 1);
            worst = worst.max(ulps_f32(product, f64::from(f32::from_bits(a)) * f64::from(f32::from_bits(b))));
        }
    }
    assert!(worst <= limit && limit < 4.1 && worst > 2.0, "{worst}, {limit}");
}
