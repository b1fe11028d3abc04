//! Partitions the number line into 65536 cells: few enough to count, fine enough to distinguish distributions.
//!
//! Each 16-bit value has its own cell, the numbers that round to it. Wider values share a cell if they agree in the upper 16 bits of
//! `f32`: eight significand bits including the implicit one, so the width of a cell is at most 1/128 of its distance from zero.

use fanin_core::Dtype;
use half::{bf16, f16};

/// The number of cells.
pub(super) const CELLS: usize = 1 << 16;

/// A cell and the number of values in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cell {
    /// Its lower edge.
    pub(crate) low: f64,
    /// Its upper edge, the lower edge of the next cell.
    pub(crate) high: f64,
    /// The 16-bit value of the cell; for wide values, the number nearest to zero.
    pub(crate) value: f64,
    /// The number of values in it.
    pub(crate) count: u64,
}

/// The rank of a cell in the order of the numbers, from its bits.
pub(crate) const fn rank(bits: u16) -> u16 {
    if bits & 0x8000 == 0 { bits | 0x8000 } else { !bits }
}

/// The bits of the cell with this rank.
pub(super) const fn bits(rank: u16) -> u16 {
    if rank & 0x8000 == 0 { !rank } else { rank & 0x7fff }
}

/// The bits of the cell of a wide value.
pub(crate) fn of_f32(value: f32) -> u16 {
    (value.to_bits() >> 16) as u16
}

/// Whether a cell holds finite numbers.
fn is_finite(dtype: Dtype, bits: u16) -> bool {
    let infinity = if dtype == Dtype::F16 { 0x7c00 } else { 0x7f80 };
    bits & 0x7fff < infinity
}

/// The number with these bits; for wide values, the number of the cell nearest to zero.
fn value(dtype: Dtype, bits: u16) -> f64 {
    if dtype == Dtype::F16 { f16::from_bits(bits).to_f64() } else { bf16::from_bits(bits).to_f64() }
}

/// The edges of a cell.
fn edges(dtype: Dtype, bits: u16) -> (f64, f64) {
    let size = bits & 0x7fff;
    let (least, next) = (value(dtype, size), value(dtype, size + 1));
    let (near, far) = match dtype {
        Dtype::F32 | Dtype::F64 => (least, next),
        Dtype::F16 | Dtype::BF16 => {
            let before = if size == 0 { 0.0 } else { value(dtype, size - 1) };
            (f64::midpoint(before, least), f64::midpoint(least, next))
        }
    };
    if bits == size { (near, far) } else { (-far, -near) }
}

/// The nonempty cells of finite values in ascending order.
pub(super) fn filled(dtype: Dtype, counts: impl Iterator<Item = (u16, u64)>) -> Vec<Cell> {
    let finite = counts.map(|(rank, count)| (bits(rank), count)).filter(|(bits, _)| is_finite(dtype, *bits));
    let cell = |(bits, count)| {
        let (low, high) = edges(dtype, bits);
        Cell { low, high, value: value(dtype, bits), count }
    };
    finite.filter(|(_, count)| *count > 0).map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_follow_each_other_and_hold_their_values() {
        for dtype in Dtype::ALL {
            let all = (0..=u16::MAX).map(|rank| (rank, 1));
            let cells = filled(dtype, all);
            let not_finite = if dtype == Dtype::F16 { 1 << 11 } else { 1 << 8 };
            assert_eq!(cells.len(), CELLS - not_finite);
            for pair in cells.windows(2) {
                assert!(pair[0].low < pair[0].high && pair[0].high == pair[1].low, "{dtype} {pair:?}");
            }
        }
        for number in [-3.5_f32, -1e-20, -0.0, 0.0, 1e-40, 0.02, 1.0, 1e30] {
            let (low, high) = edges(Dtype::F32, of_f32(number));
            assert!(low <= number.into() && f64::from(number) <= high, "{number}: {low} {high}");
            assert_eq!(bits(rank(of_f32(number))), of_f32(number));
        }
        // Half of the distance to the neighbors, 2^-8 below 1 and 2^-7 above.
        assert_eq!(edges(Dtype::BF16, bf16::ONE.to_bits()), (1.0 - 0.5_f64.powi(9), 1.0 + 0.5_f64.powi(8)));
    }
}
