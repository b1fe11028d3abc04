//! Scans the inputs of a transform in order: a sample of them, or every input if `FANIN_EXHAUSTIVE=1` is set.

use std::ops::Range;

use rayon::prelude::*;

use super::ulps_f32;

/// The number of pieces of an input range, each scanned by one thread.
const PIECES: u64 = 1024;
/// The number of inputs at each end of a piece that every sample includes.
const ENDS: u64 = 64;

/// Returns `true` if every input is to be visited.
pub(super) fn exhaustive() -> bool {
    std::env::var("FANIN_EXHAUSTIVE").is_ok_and(|value| value == "1")
}

/// Results gathered from consecutive inputs.
pub(crate) trait Findings: Default + Send {
    /// Combines these findings with those of the inputs that follow.
    #[must_use]
    fn followed_by(self, later: Self) -> Self;
}

/// Visits inputs in order: about `sample` of them at an even stride and the ends of 1024 pieces, or every input.
pub(crate) fn scan<F: Findings>(inputs: Range<u64>, sample: u64, visit: impl Fn(&mut F, u32) + Sync) -> F {
    let size = inputs.end - inputs.start;
    let stride = if exhaustive() { 1 } else { (size / sample).max(1) };
    let cut = |piece: u64| inputs.start + size * piece / PIECES;
    let walk = |piece: u64| {
        let (first, end) = (cut(piece), cut(piece + 1));
        let (inner, last) = ((first + ENDS).min(end), end.saturating_sub(ENDS).max(first));
        let mut findings = F::default();
        let mut visit = |input: u64| visit(&mut findings, u32::try_from(input).expect("inputs have 32 bits"));
        if stride == 1 {
            (first..end).for_each(&mut visit);
        } else {
            (first..inner).for_each(&mut visit);
            (inner..last).step_by(usize::try_from(stride).expect("a stride below 2^32")).for_each(&mut visit);
            (last.max(inner)..end).for_each(&mut visit);
        }
        findings
    };
    (0..PIECES).into_par_iter().map(walk).reduce(F::default, F::followed_by)
}

/// Statistics of the values of a transform.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Values {
    pub(super) count: u64,
    /// The largest error, in ulp of the true value, and its input.
    pub(super) ulps: f64,
    pub(super) at: u32,
    /// The smallest and the largest magnitude.
    pub(super) smallest: f32,
    pub(super) largest: f32,
    /// The least and greatest values, and the largest drop of a value below an earlier one, counted in representable
    /// numbers.
    pub(super) least: i64,
    pub(super) greatest: i64,
    pub(super) drop: i64,
    pub(super) negative_zeros: u64,
}

impl Default for Values {
    fn default() -> Self {
        Self {
            count: 0,
            ulps: 0.0,
            at: 0,
            smallest: f32::INFINITY,
            largest: 0.0,
            least: i64::MAX,
            greatest: i64::MIN,
            drop: 0,
            negative_zeros: 0,
        }
    }
}

impl Values {
    /// Records the value of an input.
    pub(super) fn see(&mut self, value: f32) {
        let place = place(value);
        self.count += 1;
        self.smallest = self.smallest.min(value.abs());
        self.largest = self.largest.max(value.abs());
        self.drop = self.drop.max(self.greatest.saturating_sub(place));
        self.least = self.least.min(place);
        self.greatest = self.greatest.max(place);
        self.negative_zeros += u64::from(value.to_bits() == 1 << 31);
    }

    /// Records the value of an input and its error.
    pub(super) fn compare(&mut self, input: u32, value: f32, truth: f64) {
        self.see(value);
        let ulps = ulps_f32(value, truth);
        // NaN counts as the largest error.
        if ulps.is_nan() || ulps > self.ulps {
            (self.ulps, self.at) = (if ulps.is_nan() { f64::INFINITY } else { ulps }, input);
        }
    }
}

impl Findings for Values {
    fn followed_by(self, later: Self) -> Self {
        let (ulps, at) = if self.ulps >= later.ulps { (self.ulps, self.at) } else { (later.ulps, later.at) };
        Self {
            count: self.count + later.count,
            ulps,
            at,
            smallest: self.smallest.min(later.smallest),
            largest: self.largest.max(later.largest),
            least: self.least.min(later.least),
            greatest: self.greatest.max(later.greatest),
            drop: self.drop.max(later.drop).max(self.greatest.saturating_sub(later.least)),
            negative_zeros: self.negative_zeros + later.negative_zeros,
        }
    }
}

/// Returns the rank of a number among all numbers of its type. Both zeros have rank 0.
fn place(value: f32) -> i64 {
    let size = i64::from(value.to_bits() & 0x7fff_ffff);
    if value.is_sign_negative() { -size } else { size }
}

#[test]
fn every_fault_is_detected_wherever_the_pieces_end() {
    // A drop of three representable numbers between two pieces, a negative zero and a NaN.
    let faulty = |input: u32| match input {
        5_000 => -0.0,
        5_001 => f32::NAN,
        6_144.. => f32::from_bits(0x3f80_0000 + input - 4),
        _ => f32::from_bits(0x3f80_0000 + input),
    };
    let found: Values = scan(0..8_192, 8_192, |values: &mut Values, input| {
        values.compare(input, faulty(input), f64::from(f32::from_bits(0x3f80_0000 + input)));
    });
    assert_eq!((found.count, found.negative_zeros, found.at), (8_192, 1, 5_001));
    assert!(found.ulps == f64::INFINITY && found.smallest == 0.0);
    let later: Values = scan(5_002..8_192, 8_192, |values: &mut Values, input| {
        values.compare(input, faulty(input), f64::from(f32::from_bits(0x3f80_0000 + input)));
    });
    assert_eq!((later.drop, later.ulps), (3, 4.0));
}
