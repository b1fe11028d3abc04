//! Philox4x32-10, the counter-based generator behind every value.

/// Multiplier of counter word 0.
const MULTIPLIER_0: u32 = 0xD251_1F53;
/// Multiplier of counter word 2.
const MULTIPLIER_1: u32 = 0xCD9E_8D57;
/// Added to key word 0 after a round: the golden ratio.
const WEYL_0: u32 = 0x9E37_79B9;
/// Added to key word 1 after a round: √3 - 1.
const WEYL_1: u32 = 0xBB67_AE85;
/// Number of rounds.
const ROUNDS: usize = 10;

/// Computes Philox4x32-10, a bijection of 128-bit counters under a 64-bit key.
///
/// Each of the ten rounds maps `(x0, x1, x2, x3)` to `(hi(x2·M1) ^ x1 ^ k0, lo(x2·M1), hi(x0·M0) ^ x3 ^ k1, lo(x0·M0))`
/// with `M0 = 0xD2511F53` and `M1 = 0xCD9E8D57`. Between rounds, `(0x9E3779B9, 0xBB67AE85)` is added to the key.
///
/// Source: Salmon, Moraes, Dror and Shaw, *Parallel random numbers: as easy as 1, 2, 3*, SC 2011, section 3.3. The
/// known answers are from their Random123 library.
#[inline(always)]
#[must_use]
pub fn philox4x32_10(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let [mut x0, mut x1, mut x2, mut x3] = counter;
    let [mut k0, mut k1] = key;
    for _ in 0..ROUNDS {
        let (hi0, lo0) = product(x0, MULTIPLIER_0);
        let (hi1, lo1) = product(x2, MULTIPLIER_1);
        (x0, x1, x2, x3) = (hi1 ^ x1 ^ k0, lo1, hi0 ^ x3 ^ k1, lo0);
        k0 = k0.wrapping_add(WEYL_0);
        k1 = k1.wrapping_add(WEYL_1);
    }
    [x0, x1, x2, x3]
}

/// Returns the high and low words of a 32 x 32 bit product.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "splits into two halves by design")]
fn product(a: u32, b: u32) -> (u32, u32) {
    let wide = u64::from(a) * u64::from(b);
    ((wide >> 32) as u32, wide as u32)
}

#[cfg(test)]
mod tests {
    use super::philox4x32_10;

    #[test]
    fn known_answers_of_random123() {
        let cases = [
            ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([u32::MAX; 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ];
        for (counter, key, answer) in cases {
            assert_eq!(philox4x32_10(counter, key), answer, "counter {counter:x?}, key {key:x?}");
        }
    }
}
