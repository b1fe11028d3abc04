//! The random stream of one parameter, derived from a seed and a name.

use super::philox::philox4x32_10;

/// Domain of the tiles of values.
const VALUES_TAG: &[u8; 16] = b"fanin values v1\0";
/// Domain of the generators of single elements.
const ELEMENTS_TAG: &[u8; 16] = b"fanin element 1\0";
/// The same two domains for parts of a parameter.
const PART_VALUES_TAG: &[u8; 16] = b"fanin values v1p";
const PART_ELEMENTS_TAG: &[u8; 16] = b"fanin element 1p";

/// Where the name begins in what is hashed: after the tag and the seed.
const NAME: usize = 24;
/// What is hashed in one piece, in bytes.
const SHORT: usize = 128;

/// A 128-bit address: Philox's key and the upper half of its counter.
///
/// It is the BLAKE3 hash of a 16-byte tag, the seed as a little-endian `u64` and the parameter's full name in UTF-8:
/// bytes 0-7 are the two words of the key, bytes 8-15 counter words 2 and 3, each little-endian. Names need no
/// separator, for they come last and the fields before them have a fixed width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stream {
    key: [u32; 2],
    upper: [u32; 2],
}

impl Stream {
    /// The stream from which the tiles of a parameter's values are drawn.
    #[must_use]
    pub fn values(seed: u64, name: &str) -> Self {
        Self::hashed(VALUES_TAG, seed, name)
    }

    /// The stream of the generators of single elements, [`ElementRng`](super::ElementRng).
    ///
    /// Its hash has a tag of its own, so that it never meets the tiles.
    #[must_use]
    pub fn elements(seed: u64, name: &str) -> Self {
        Self::hashed(ELEMENTS_TAG, seed, name)
    }

    /// The stream of the values of a part of a parameter: see [`Key::part`](crate::Key::part).
    ///
    /// The tag is one of its own, and in the place of the name stands `length:name path` without the space, where `length` is
    /// that of the name in bytes, in decimal: no name, however odd, meets a part of another.
    #[must_use]
    pub fn values_of_part(seed: u64, name: &str, path: &str) -> Self {
        Self::hashed(PART_VALUES_TAG, seed, &part_name(name, path))
    }

    /// The stream of the generators of single elements of a part.
    #[must_use]
    pub fn elements_of_part(seed: u64, name: &str, path: &str) -> Self {
        Self::hashed(PART_ELEMENTS_TAG, seed, &part_name(name, path))
    }

    /// The four words of a block: counter words 0 and 1 are the block number, low word first.
    #[inline(always)]
    #[must_use]
    pub fn block(self, block: u64) -> [u32; 4] {
        let [low, high] = halves(block);
        philox4x32_10([low, high, self.upper[0], self.upper[1]], self.key)
    }

    /// The words of block `first + lane`, where `first` is a multiple of the lanes: the upper counter word is the same for
    /// all of them.
    #[inline(always)]
    pub(crate) fn block_of_tile(self, first: u64, lane: u32) -> [u32; 4] {
        let [low, high] = halves(first);
        philox4x32_10([low | lane, high, self.upper[0], self.upper[1]], self.key)
    }

    /// The stream of one element: counter words 2 and 3 xor the index, low word first.
    pub(crate) fn of_element(self, index: u64) -> Self {
        let [low, high] = halves(index);
        Self { key: self.key, upper: [self.upper[0] ^ low, self.upper[1] ^ high] }
    }

    fn hashed(tag: &[u8; 16], seed: u64, name: &str) -> Self {
        // In one piece where the name is short: setting up a hasher takes as long as hashing such a name.
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

/// The hash input that identifies a part.
fn part_name(name: &str, path: &str) -> String {
    format!("{}:{name}{path}", name.len())
}

/// The low and the high word of a number.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "the two halves are what is asked for")]
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
