//! Which values of a tensor are kept for tests of their distribution.

use std::ops::Range;

/// The most values that are kept.
pub const SAMPLE: usize = 1 << 14;

/// Elements `0, 1, ..` of the sample lie in stretches of equal length, each at a place in its stretch that is hashed from its
/// number: no pattern of the tensor is met in step.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    stretch: usize,
    next: usize,
    end: usize,
}

impl Sample {
    /// The part of the sample of a tensor of `len` elements that lies in a range of them.
    pub(super) fn of(len: usize, range: &Range<usize>) -> Self {
        let stretch = len.div_ceil(SAMPLE).max(1);
        let mut sample = Self { stretch, next: range.start / stretch, end: range.end };
        if sample.place(sample.next) < range.start {
            sample.next += 1;
        }
        sample
    }

    fn place(&self, number: usize) -> usize {
        let hash = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        // The product is below 2^64: the hash has 32 bits, and a stretch of a tensor is below 2^32.
        let inside = (hash.wrapping_mul(self.stretch as u64) >> 32) as usize;
        number * self.stretch + inside.min(self.stretch - 1)
    }

    /// Keeps what lies in a chunk that starts at element `start`.
    pub(super) fn take(&mut self, start: usize, values: &[f32], kept: &mut Vec<f32>) {
        loop {
            let place = self.place(self.next);
            if place >= self.end {
                return;
            }
            let Some(value) = place.checked_sub(start).and_then(|at| values.get(at)) else { return };
            if value.is_finite() {
                kept.push(value + 0.0);
            }
            self.next += 1;
        }
    }
}
