//! Tests the `f64` transforms on a sample of their inputs, since 2^52 draws and 2^104 pairs are too many to test all.
//!
//! The reference for Box-Muller uses two functions of the platform's libm and four roundings, and is itself accurate to
//! 2.5 ulp. It catches gross errors at few inputs. `f64_kernels` compares some inputs with mpmath.

use super::scan::{Findings, scan};
use super::ulps_f64;
use crate::values::TruncatedUnitNormal;
use crate::values::normal::box_muller_f64;
use crate::values::truncated_normal::unit_f64_of_draw;
use crate::values::uniform::unit_f64;

/// Bounds for each kernel: central, one-sided, far out and narrow.
const BOUNDS: [(f64, f64); 8] = [
    (-2.0, 2.0),
    (-1.0, 0.5),
    (1.0, 4.0),
    (f64::NEG_INFINITY, f64::INFINITY),
    (6.5, f64::INFINITY),
    (-50.0, -40.0),
    (40.0, f64::INFINITY),
    (1.0, 1.000_1),
];

/// Statistics of the visited values.
#[derive(Clone, Copy, Debug)]
struct Seen {
    count: u64,
    error: f64,
    smallest: f64,
    largest: f64,
    least: f64,
    greatest: f64,
    /// The largest drop of a value below an earlier one, in ulp.
    drop: f64,
}

impl Default for Seen {
    fn default() -> Self {
        let (most, least) = (f64::INFINITY, f64::NEG_INFINITY);
        Self { count: 0, error: 0.0, smallest: most, largest: 0.0, least: most, greatest: least, drop: 0.0 }
    }
}

impl Seen {
    fn see(&mut self, value: f64, error: f64) {
        let one = Self {
            count: 1,
            error: if error.is_nan() { f64::INFINITY } else { error },
            smallest: value.abs(),
            largest: value.abs(),
            least: value,
            greatest: value,
            drop: 0.0,
        };
        *self = self.followed_by(one);
    }
}

impl Findings for Seen {
    fn followed_by(self, later: Self) -> Self {
        let drop = if later.least < self.greatest { ulps_f64(later.least, self.greatest) } else { 0.0 };
        Self {
            count: self.count + later.count,
            error: self.error.max(later.error),
            smallest: self.smallest.min(later.smallest),
            largest: self.largest.max(later.largest),
            least: self.least.min(later.least),
            greatest: self.greatest.max(later.greatest),
            drop: self.drop.max(later.drop).max(drop),
        }
    }
}

/// Applies a 64-bit bijection, the finalizer of `MurmurHash3`.
fn mixed(k: u64) -> u64 {
    let state = (k ^ k >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let state = (state ^ state >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    state ^ state >> 33
}

#[test]
fn pairs_near_libm() {
    let found: Seen = scan(0..1 << 28, 500_000, |seen: &mut Seen, k| {
        let (radius, angle) = (mixed(u64::from(k) << 1 | 1), mixed(u64::from(k) << 33 | 1 << 32));
        let (a, b) = box_muller_f64(radius, angle);
        let r = (-2.0 * unit_f64(radius).ln()).sqrt();
        let s = 2.0 * unit_f64(angle) - 1.0;
        let half_pi = std::f64::consts::FRAC_PI_2;
        let cosine = (half_pi * (1.0 - s.abs())).sin();
        let cosine = if angle & 1 == 1 { -cosine } else { cosine };
        for (value, truth) in [(a, r * cosine), (b, r * (half_pi * s).sin())] {
            seen.see(value, ulps_f64(value, truth));
        }
    });
    println!(
        "normal in f64, a sample: {} values, {:.2} ulp from libm, size from {:e} to {}",
        found.count, found.error, found.smallest, found.largest
    );
    assert!(found.error <= 6.5 && found.smallest > 0.0 && found.largest <= 8.5717, "{found:?}");
}

#[test]
fn draws_inside_in_order_and_near_the_distribution() {
    for (low, high) in BOUNDS {
        let distribution = TruncatedUnitNormal::new(low, high).unwrap();
        let found: Seen = scan(0..1 << 25, 100_000, |seen: &mut Seen, k| {
            // Visit each draw and its successor.
            let draw = u64::from(k) << 27;
            for draw in [draw, draw + 1] {
                let z = unit_f64_of_draw(&distribution, draw);
                assert!((low..=high).contains(&z) && z.to_bits() != 1 << 63, "{z:e} at {draw:#x}, [{low}, {high}]");
                #[allow(clippy::cast_precision_loss, reason = "52 bits are exact")]
                let share = (draw as f64 + 0.5) / (1_u64 << 52) as f64;
                seen.see(z, (distribution.cdf(z) - share).abs());
            }
        });
        println!(
            "truncated [{low}, {high}] in f64, a sample: {} draws, inside, order kept within {} ulp, no -0.0, \
             distribution function within {:.2e}",
            found.count, found.drop, found.error
        );
        assert!(found.drop <= 8.0, "[{low}, {high}]: {found:?}");
        // Where the density is steep, one ulp of the value spans this much of the distribution.
        assert!(found.error <= 2e-12, "[{low}, {high}]: {found:?}");
    }
}
