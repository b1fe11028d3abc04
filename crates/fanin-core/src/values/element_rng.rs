//! A per-element generator, for closures and for distributions from other crates.

use std::convert::Infallible;
use std::fmt;

use rand::TryRng;

use super::stream::Stream;

/// The random generator of one element of a parameter.
///
/// Supports random access: each element of a stream has its own sequence of 2^66 words, independent of draws for other
/// elements. Counter words 2 and 3 are the stream's xor the element's index; counter words 0 and 1 count blocks from 0.
/// Implements [`rand::Rng`] through an infallible [`TryRng`]. Not suitable for cryptography.
///
/// A 64-bit number takes two words, low word first. Bytes are taken from whole words in little-endian order.
#[derive(Clone)]
pub struct ElementRng {
    stream: Stream,
    block: u64,
    words: [u32; 4],
    used: usize,
}

impl ElementRng {
    /// Creates the generator of element `index`, where `elements` is the parameter's [`Stream::elements`].
    #[must_use]
    pub fn new(elements: Stream, index: u64) -> Self {
        Self { stream: elements.of_element(index), block: 0, words: [0; 4], used: 4 }
    }

    #[inline]
    fn word(&mut self) -> u32 {
        if self.used >= self.words.len() {
            self.words = self.stream.block(self.block);
            self.block = self.block.wrapping_add(1);
            self.used = 0;
        }
        let word = self.words[self.used];
        self.used += 1;
        word
    }
}

impl TryRng for ElementRng {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.word())
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let low = u64::from(self.word());
        Ok(u64::from(self.word()) << 32 | low)
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        for chunk in dst.chunks_mut(4) {
            chunk.copy_from_slice(&self.word().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

impl fmt::Debug for ElementRng {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ElementRng").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::{ElementRng, Stream};

    #[test]
    fn words_follow_the_blocks_of_the_element() {
        let stream = Stream::elements(7, "layer.weight");
        let mut rng = ElementRng::new(stream, 1 << 40);
        let of_element = stream.of_element(1 << 40);
        for block in 0..3 {
            for word in of_element.block(block) {
                assert_eq!(rng.next_u32(), word);
            }
        }
    }

    #[test]
    fn wider_draws_take_words_in_order() {
        let start = ElementRng::new(Stream::elements(7, "layer.weight"), 3);
        let mut words = start.clone();
        let mut wide = start.clone();
        let mut bytes = start;
        let (a, b, c) = (words.next_u32(), words.next_u32(), words.next_u32());
        assert_eq!(wide.next_u64(), u64::from(b) << 32 | u64::from(a));
        let mut buffer = [0; 10];
        bytes.fill_bytes(&mut buffer);
        assert_eq!(buffer[..4], a.to_le_bytes());
        assert_eq!(buffer[4..8], b.to_le_bytes());
        assert_eq!(buffer[8..], c.to_le_bytes()[..2]);
    }

    #[test]
    fn debug_hides_the_state() {
        let rng = ElementRng::new(Stream::elements(7, "layer.weight"), 3);
        assert_eq!(format!("{rng:?}"), "ElementRng { .. }");
    }
}
