//! The random stream of a parameter, derived from a seed and a name.

use super::philox::philox4x32_10;

/// Domain tag for tiles of values.
const VALUES_TAG: &[u8; 16] = b"fanin values v1\0";
/// Domain tag for per-element generators.
const ELEMENTS_TAG: &[u8; 16] = b"fanin element 1\0";
/// The corresponding tags for parts of a parameter.
const PART_VALUES_TAG: &[u8; 16] = b"fanin values v1p";
const PART_ELEMENTS_TAG: &[u8; 16] = b"fanin element 1p";

/// Offset of the name in the hash input, after the tag and the seed.
const NAME: usize = 24;
/// Longest input that is hashed in one call, in bytes.
const SHORT: usize = 128;

/// A 128-bit address: a Philox key and the upper half of the counter.
///
/// The address is the BLAKE3 hash of a 16-byte tag, the seed as a little-endian `u64` and the parameter's full name in
/// UTF-8. Bytes 0-7 are the two words of the key and bytes 8-15 are counter words 2 and 3, each little-endian. Names
/// need no separator because they come last, after fields of fixed width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stream {
    key: [u32; 2],
    upper: [u32; 2],
}

impl Stream {
    /// Returns the stream for the tiles of a parameter's values.
    #[must_use]
    pub fn values(seed: u64, name: &str) -> Self {
        Self::hashed(VALUES_TAG, seed, name)
    }

    /// Returns the stream for per-element generators, [`ElementRng`](super::ElementRng).
    ///
    /// Its hash uses a separate tag, so it does not overlap with the stream for tiles.
    #[must_use]
    pub fn elements(seed: u64, name: &str) -> Self {
        Self::hashed(ELEMENTS_TAG, seed, name)
    }

    /// Returns the stream for the values of a part of a parameter: see [`Key::part`](crate::Key::part).
    ///
    /// The hash uses a separate tag, and the name is replaced by `length:name path` without the space, where `length`
    /// is the name's length in bytes, in decimal. The encoding is unambiguous, so no name collides with a part of
    /// another parameter.
    #[must_use]
    pub fn values_of_part(seed: u64, name: &str, path: &str) -> Self {
        Self::hashed(PART_VALUES_TAG, seed, &part_name(name, path))
    }

    /// Returns the stream for per-element generators of a part.
    #[must_use]
    pub fn elements_of_part(seed: u64, name: &str, path: &str) -> Self {
        Self::hashed(PART_ELEMENTS_TAG, seed, &part_name(name, path))
    }

    /// Returns the four words of a block. Counter words 0 and 1 are the block number, low word first.
    #[inline(always)]
    #[must_use]
    pub fn block(self, block: u64) -> [u32; 4] {
        let [low, high] = halves(block);
        philox4x32_10([low, high, self.upper[0], self.upper[1]], self.key)
    }

    /// Returns the words of block `first + lane`, where `first` is a multiple of the lane count, so all lanes share the
    /// upper counter word.
    #[inline(always)]
    pub(crate) fn block_of_tile(self, first: u64, lane: u32) -> [u32; 4] {
        let [low, high] = halves(first);
        philox4x32_10([low | lane, high, self.upper[0], self.upper[1]], self.key)
    }

    /// Returns the stream of one element: counter words 2 and 3 xor the index, low word first.
    pub(crate) fn of_element(self, index: u64) -> Self {
        let [low, high] = halves(index);
        Self { key: self.key, upper: [self.upper[0] ^ low, self.upper[1] ^ high] }
    }

    fn hashed(tag: &[u8; 16], seed: u64, name: &str) -> Self {
        // Hash short names in one call: setting up a hasher takes as long as hashing such a name.
        let mut short = [0; SHORT];
        let hash = match short.get_mut(NAME..NAME + name.len()) {
            Some(place) => {
                place.copy_from_slice(name.as_bytes());
                short[..16].copy_from_slice(tag);
                short[16..NAME].copy_from_slice(&seed.to_le_bytes());
                blake3::hash(&short[..NAME + name.len()])
            }
            None => {
                let mut hasher = blake3::Hasher::new();
                hasher.update(tag).update(&seed.to_le_bytes()).update(name.as_bytes()).finalize()
            }
        };
        let bytes = hash.as_bytes();
        let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        Self { key: [word(0), word(4)], upper: [word(8), word(12)] }
    }
}

/// Returns the hash input that identifies a part.
fn part_name(name: &str, path: &str) -> String {
    format!("{}:{name}{path}", name.len())
}

/// Splits a number into its low and high words.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "splits into two halves by design")]
fn halves(number: u64) -> [u32; 2] {
    [number as u32, (number >> 32) as u32]
}

#[cfg(test)]
mod tests {
    use super::{NAME, SHORT, Stream, VALUES_TAG, philox4x32_10};

    #[test]
    fn seed_name_and_domain_each_matter() {
        let streams = [
            Stream::values(0, "w"),
            Stream::values(1, "w"),
            Stream::values(0, "v"),
            Stream::values(0, ""),
            Stream::elements(0, "w"),
            Stream::values(0, "1:w0"),
            Stream::values_of_part(0, "w", "0"),
            Stream::values_of_part(0, "w", "1"),
            Stream::values_of_part(0, "w0", ""),
            Stream::values_of_part(0, "", "w0"),
            Stream::elements_of_part(0, "w", "0"),
        ];
        for (i, a) in streams.iter().enumerate() {
            for b in &streams[..i] {
                assert_ne!(a, b);
            }
        }
    }

    #[test]
    fn long_names_are_hashed_like_short_ones() {
        for len in [0, 1, 40, 41, SHORT - NAME - 1, SHORT - NAME, SHORT - NAME + 1, 2000] {
            let name = "n".repeat(len);
            let hash = blake3::hash(&[&VALUES_TAG[..], &7_u64.to_le_bytes(), name.as_bytes()].concat());
            let Stream { key, upper } = Stream::values(7, &name);
            let words = [key[0], key[1], upper[0], upper[1]].map(u32::to_le_bytes);
            assert_eq!(words.as_flattened(), &hash.as_bytes()[..16], "{len}");
        }
    }

    #[test]
    fn block_numbers_use_both_words() {
        let stream = Stream { key: [1, 2], upper: [3, 4] };
        assert_eq!(stream.block(0x0000_0007_0000_0005), philox4x32_10([5, 7, 3, 4], [1, 2]));
        assert_eq!(stream.of_element(0x0000_0007_0000_0005).upper, [3 ^ 5, 4 ^ 7]);
    }
}
