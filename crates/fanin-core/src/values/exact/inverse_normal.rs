//! The inverse normal distribution function.
#![allow(clippy::excessive_precision, reason = "the digits are those of the paper; each rounds once")]

use super::logarithm::{ln, ln_of_normal};
use crate::values::choice::either_f64;
use crate::values::polynomial::horner_f64;

/// The largest `½ - q` for the approximation around 0.
const CENTER_END: f64 = 0.425;
/// The largest `√(-ln q)` for the middle approximation.
const MIDDLE_END: f64 = 5.0;

// Rational approximations of Wichura's PPND16, constant term first.
const CENTER_ABOVE: [f64; 8] = [
    3.387_132_872_796_366_608_0,
    1.331_416_678_917_843_774_5e2,
    1.971_590_950_306_551_442_7e3,
    1.373_169_376_550_946_112_5e4,
    4.592_195_393_154_987_145_7e4,
    6.726_577_092_700_870_085_3e4,
    3.343_057_558_358_812_810_5e4,
    2.509_080_928_730_122_672_7e3,
];
const CENTER_BELOW: [f64; 8] = [
    1.0,
    4.231_333_070_160_091_125_2e1,
    6.871_870_074_920_579_083_0e2,
    5.394_196_021_424_751_107_7e3,
    2.121_379_430_158_659_586_7e4,
    3.930_789_580_009_271_061_0e4,
    2.872_908_573_572_194_267_4e4,
    5.226_495_278_852_854_561_0e3,
];
const MIDDLE_ABOVE: [f64; 8] = [
    1.423_437_110_749_683_577_34,
    4.630_337_846_156_545_295_90,
    5.769_497_221_460_691_405_50,
    3.647_848_324_763_204_605_04,
    1.270_458_252_452_368_382_58,
    2.417_807_251_774_506_117_70e-1,
    2.272_384_498_926_918_458_33e-2,
    7.745_450_142_783_414_076_40e-4,
];
const MIDDLE_BELOW: [f64; 8] = [
    1.0,
    2.053_191_626_637_758_821_87,
    1.676_384_830_183_803_849_40,
    6.897_673_349_851_000_045_50e-1,
    1.481_039_764_274_800_745_90e-1,
    1.519_866_656_361_645_719_66e-2,
    5.475_938_084_995_344_946_00e-4,
    1.050_750_071_644_416_843_24e-9,
];
const FAR_ABOVE: [f64; 8] = [
    6.657_904_643_501_103_777_20,
    5.463_784_911_164_114_369_90,
    1.784_826_539_917_291_335_80,
    2.965_605_718_285_048_912_30e-1,
    2.653_218_952_657_612_309_30e-2,
    1.242_660_947_388_078_438_60e-3,
    2.711_555_568_743_487_578_15e-5,
    2.010_334_399_292_288_132_65e-7,
];
const FAR_BELOW: [f64; 8] = [
    1.0,
    5.998_322_065_558_879_376_90e-1,
    1.369_298_809_227_358_053_10e-1,
    1.487_536_129_085_061_485_25e-2,
    7.868_691_311_456_132_591_00e-4,
    1.846_318_317_510_054_681_80e-5,
    1.421_511_758_316_445_888_70e-7,
    2.044_263_103_389_939_785_64e-15,
];

/// Computes `Φ⁻¹(p)`, the `x` with [`normal_cdf`](super::normal_cdf)`(x) = p`, to a relative accuracy of 2e-15.
///
/// Returns `±∞` at 1 and 0, and `NaN` outside [0, 1].
///
/// Source: Wichura, *Algorithm AS 241: the percentage points of the normal distribution*, Appl. Statist. 37 (1988),
/// PPND16.
#[must_use]
pub fn inverse_normal_cdf(p: f64) -> f64 {
    if p.is_nan() || !(0.0..=1.0).contains(&p) {
        f64::NAN
    } else if p <= 0.0 {
        f64::NEG_INFINITY
    } else if p >= 1.0 {
        f64::INFINITY
    } else if p < 0.5 {
        -inverse_tail(p)
    } else {
        inverse_tail(1.0 - p)
    }
}

/// Computes the `x` with `Φ(-x) = q`, for `0 < q < 1`. Intended for `q ≤ ½`.
#[inline]
pub(crate) fn inverse_tail(q: f64) -> f64 {
    let center = 0.5 - q;
    if center <= CENTER_END {
        return in_the_center(center);
    }
    let root = (-ln(q)).sqrt();
    if root <= MIDDLE_END { in_the_middle(root) } else { far_out(root) }
}

/// Computes [`inverse_tail`] of every lane, for normal `q`, with the same bits. Runs one chain of operations for all
/// lanes after another, so that the loops vectorize. Skips an approximation that no lane needs.
#[inline(always)]
pub(crate) fn inverse_tails<const LANES: usize>(q: &[f64; LANES]) -> [f64; LANES] {
    let (mut x, mut root) = ([0.0; LANES], [0.0; LANES]);
    let (mut inside, mut outside) = (0, 0);
    for lane in 0..LANES {
        let is_inside = u64::from(0.5 - q[lane] <= CENTER_END);
        inside |= is_inside;
        outside |= is_inside ^ 1;
    }
    if inside != 0 {
        for lane in 0..LANES {
            x[lane] = in_the_center(0.5 - q[lane]);
        }
    }
    if outside == 0 {
        return x;
    }
    for lane in 0..LANES {
        root[lane] = -ln_of_normal(q[lane]);
    }
    let (mut near, mut far) = (0, 0);
    for lane in 0..LANES {
        root[lane] = root[lane].sqrt();
        let is_near = u64::from(root[lane] <= MIDDLE_END);
        near |= is_near;
        far |= is_near ^ 1;
    }
    if near != 0 {
        for lane in 0..LANES {
            let middle = in_the_middle(root[lane]);
            x[lane] = either_f64(0.5 - q[lane] <= CENTER_END, x[lane], middle);
        }
    }
    if far != 0 {
        for lane in 0..LANES {
            let far = far_out(root[lane]);
            x[lane] = either_f64(root[lane] <= MIDDLE_END, x[lane], far);
        }
    }
    x
}

/// Approximation for `½ - q ≤ 0.425`.
#[inline(always)]
fn in_the_center(center: f64) -> f64 {
    let y = 0.180_625 - center * center;
    center * (horner_f64(y, &CENTER_ABOVE) / horner_f64(y, &CENTER_BELOW))
}

/// Approximation for `√(-ln q) ≤ 5` outside the center.
#[inline(always)]
fn in_the_middle(root: f64) -> f64 {
    let y = root - 1.6;
    horner_f64(y, &MIDDLE_ABOVE) / horner_f64(y, &MIDDLE_BELOW)
}

/// Approximation beyond the middle.
#[inline(always)]
fn far_out(root: f64) -> f64 {
    let y = root - 5.0;
    horner_f64(y, &FAR_ABOVE) / horner_f64(y, &FAR_BELOW)
}

#[cfg(test)]
mod tests {
    use super::{inverse_tail, inverse_tails};

    /// Covers lanes that use one, two and three approximations, and the boundaries between them.
    #[test]
    fn lanes_give_the_bits_of_the_function() {
        let edges = [0.5, 0.075, 0.075_f64.next_down(), 0.075_f64.next_up(), 1.388_794_386_496_402e-11];
        let spread = |largest: f64, octaves: i32| -> [f64; 64] {
            std::array::from_fn(|lane| largest * 2_f64.powi(-octaves * i32::try_from(lane).unwrap_or(0) / 63))
        };
        let mut cases = vec![spread(0.5, 0), spread(0.5, 2), spread(0.5, 30), spread(0.5, 60), spread(0.07, 25)];
        cases.extend([spread(1e-12, 600), spread(1e-5, 40), spread(0.07, 1000)]);
        cases.push(std::array::from_fn(|lane| edges[lane % edges.len()]));
        for q in cases {
            let lanes = inverse_tails(&q);
            for (q, x) in q.into_iter().zip(lanes) {
                assert_eq!(x.to_bits(), inverse_tail(q).to_bits(), "{q:e}");
            }
        }
    }
}
