//! Rounding to `f16` by integers, without a branch: a loop over lanes vectorizes.

/// The bits of the `f16` nearest to `value`, ties to even: subnormals are kept, overflow is infinite, `NaN` stays so.
///
/// The same bits as the conversion of the crate `half`, which asks at every call what the processor can do.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "every candidate that is chosen fits 16 bits")]
pub(crate) fn f16_bits(value: f32) -> u16 {
    /// Bits of ½: in its binade an ulp is the smallest subnormal of `f16`.
    const HALF: u32 = 0x3f00_0000;
    /// Bits of 2^-14, the smallest normal `f16`.
    const NORMAL: u32 = 0x3880_0000;
    /// Bits of 65520, the midpoint between the largest `f16` and the next power of two.
    const OVERFLOW: u32 = 0x477f_f000;
    /// Bits of infinity.
    const INFINITY: u32 = 0x7f80_0000;

    let bits = value.to_bits() & 0x7fff_ffff;
    let sign = value.to_bits() >> 16 & 0x8000;
    // The exponent moves from a bias of 127 to one of 15; then 13 bits are rounded off.
    let normal = bits.wrapping_sub(112 << 23).wrapping_add(0xfff + (bits >> 13 & 1)) >> 13;
    // The sum rounds; its lower bits are the answer.
    let subnormal = (f32::from_bits(bits) + 0.5).to_bits().wrapping_sub(HALF);
    let finite = if bits < NORMAL { subnormal } else { normal };
    let rounded = if bits < OVERFLOW { finite } else { 0x7c00 };
    let size = if bits > INFINITY { 0x7e00 } else { rounded };
    (sign | size) as u16
}
