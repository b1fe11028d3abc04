//! A hash of the values of a tensor that is independent of their order and element type.

use fanin_checkpoint::reading::TensorData;
use fanin_core::Dtype;

use super::rounding;

/// Values read at a time.
const BLOCK: usize = 1024;

/// The minimum number of values that distinguish tensors.
const FEWEST: usize = 8;

/// The number of values and a sum of their hashes. Equal for tensors that hold the same values in any order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Fingerprint {
    len: usize,
    hash: u64,
}

impl Fingerprint {
    /// Hashes the values, rounded to an element type; `None` for constants, few values, and types that are not read.
    pub(super) fn of(data: &TensorData<'_>, rounded: Option<Dtype>) -> Option<Self> {
        let own = data.element().dtype()?;
        let dtype = rounded.filter(|dtype| *dtype != own);
        let (mut hash, mut start, mut varied) = (0_u64, 0, false);
        let mut values = [0.0_f64; BLOCK];
        let mut first = None;
        loop {
            let read = data.read_f64(start, &mut values);
            if read == 0 {
                break;
            }
            for value in &values[..read] {
                let bits = dtype.map_or(*value, |dtype| rounding::nearest(*value, dtype)).to_bits();
                varied |= *first.get_or_insert(bits) != bits;
                hash = hash.wrapping_add(mixed(bits));
            }
            start += read;
        }
        (varied && data.len() >= FEWEST).then_some(Self { len: data.len(), hash })
    }
}

/// The finalizer of `SplitMix64` (Steele, Lea & Flood 2014).
pub(super) fn mixed(bits: u64) -> u64 {
    let mut word = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}
