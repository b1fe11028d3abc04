//! The sample of values kept for distribution tests.

use std::ops::Range;

/// The size of the sample.
pub const SAMPLE: usize = 1 << 14;

/// Stratified sampling: element `i` of the sample lies in stretch `i` of the tensor, at a position hashed from `i`, so that the
/// sample cannot align with a periodic pattern.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    stretch: usize,
    next: usize,
    end: usize,
}

impl Sample {
    /// The part of the sample that lies in a range of a tensor of `len` elements.
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

    /// Keeps the sampled values of a chunk that starts at element `start`.
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
