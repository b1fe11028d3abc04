//! Branch-free rounding to `f16` in integer arithmetic, so that loops over lanes vectorize.

/// Returns the bits of the `f16` nearest to `value`, ties to even. Subnormals are kept, overflow gives infinity, and
/// `NaN` stays `NaN`.
///
/// The result has the same bits as the conversion in the `half` crate, which checks processor features at every call.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "every selected candidate fits in 16 bits")]
pub(crate) fn f16_bits(value: f32) -> u16 {
    /// Bits of ½. An ulp in its binade is the smallest subnormal of `f16`.
    const HALF: u32 = 0x3f00_0000;
    /// Bits of 2^-14, the smallest normal `f16`.
    const NORMAL: u32 = 0x3880_0000;
    /// Bits of 65520, the midpoint between the largest `f16` and the next power of two.
    const OVERFLOW: u32 = 0x477f_f000;
    /// Bits of infinity.
    const INFINITY: u32 = 0x7f80_0000;

    let bits = value.to_bits() & 0x7fff_ffff;
    let sign = value.to_bits() >> 16 & 0x8000;
    // Change the exponent bias from 127 to 15, then round off 13 bits.
    let normal = bits.wrapping_sub(112 << 23).wrapping_add(0xfff + (bits >> 13 & 1)) >> 13;
    // The addition rounds; the lower bits of the sum are the result.
    let subnormal = (f32::from_bits(bits) + 0.5).to_bits().wrapping_sub(HALF);
    let finite = if bits < NORMAL { subnormal } else { normal };
    let rounded = if bits < OVERFLOW { finite } else { 0x7c00 };
    let size = if bits > INFINITY { 0x7e00 } else { rounded };
    (sign | size) as u16
}
