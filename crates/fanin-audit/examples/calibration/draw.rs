//! Random positions of faults, determined only by a seed and a name.

use fanin_core::values::Stream;

/// A sequence of random integers.
pub(crate) struct Draw {
    stream: Stream,
    next: u64,
}

impl Draw {
    pub(crate) fn new(seed: u64, name: &str) -> Self {
        Self { stream: Stream::elements(seed, name), next: 0 }
    }

    pub(crate) fn number(&mut self) -> u64 {
        let [low, high, ..] = self.stream.block(self.next);
        self.next += 1;
        u64::from(low) | u64::from(high) << 32
    }

    /// Returns a number below `bound`, which must not be 0. The bias toward small numbers, `bound / 2^64`, is
    /// negligible.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        #[expect(clippy::cast_possible_truncation, reason = "less than a usize")]
        {
            (self.number() % bound.max(1) as u64) as usize
        }
    }
}
