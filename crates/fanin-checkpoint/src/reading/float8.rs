//! The 8-bit float formats.
//!
//! Micikevicius et al. 2022, "FP8 Formats for Deep Learning"; the OCP 8-bit and microscaling specifications.

use std::sync::LazyLock;

/// An 8-bit float format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Float8 {
    /// Four exponent bits, three significand bits, no infinities.
    E4M3,
    /// Five exponent bits, two significand bits.
    E5M2,
    /// [`Float8::E4M3`] with one zero and one NaN.
    E4M3Fnuz,
    /// [`Float8::E5M2`] with one zero, one NaN and no infinities.
    E5M2Fnuz,
    /// Powers of two, without a sign: a scale.
    E8M0,
}

impl Float8 {
    /// The name, as in safetensors but in lower case.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::E4M3 => "f8_e4m3",
            Self::E5M2 => "f8_e5m2",
            Self::E4M3Fnuz => "f8_e4m3fnuz",
            Self::E5M2Fnuz => "f8_e5m2fnuz",
            Self::E8M0 => "f8_e8m0",
        }
    }

    /// The value of each byte.
    pub(super) fn values(self) -> &'static [f32; 256] {
        static VALUES: LazyLock<[[f32; 256]; 5]> = LazyLock::new(|| {
            [Float8::E4M3, Float8::E5M2, Float8::E4M3Fnuz, Float8::E5M2Fnuz, Float8::E8M0].map(|format| {
                let mut bytes = 0..=u8::MAX;
                [0.0; 256].map(|_: f32| bytes.next().map_or(f32::NAN, |byte| format.value(byte)))
            })
        });
        let [e4m3, e5m2, e4m3fnuz, e5m2fnuz, e8m0] = &*VALUES;
        match self {
            Self::E4M3 => e4m3,
            Self::E5M2 => e5m2,
            Self::E4M3Fnuz => e4m3fnuz,
            Self::E5M2Fnuz => e5m2fnuz,
            Self::E8M0 => e8m0,
        }
    }

    /// The value of a byte, which `f32` holds exactly.
    fn value(self, byte: u8) -> f32 {
        let (significand_bits, bias) = match self {
            Self::E4M3 => (3, 7),
            Self::E5M2 => (2, 15),
            Self::E4M3Fnuz => (3, 8),
            Self::E5M2Fnuz => (2, 16),
            Self::E8M0 if byte == u8::MAX => return f32::NAN,
            Self::E8M0 => return 2.0_f32.powi(i32::from(byte) - 127),
        };
        let (magnitude, sign) = (byte & 0x7f, if byte & 0x80 == 0 { 1.0 } else { -1.0 });
        let (exponent, significand) =
            (i32::from(magnitude >> significand_bits), magnitude & ((1 << significand_bits) - 1));
        match self {
            Self::E4M3 if magnitude == 0x7f => return f32::NAN,
            Self::E5M2 if exponent == 31 => return if significand == 0 { sign * f32::INFINITY } else { f32::NAN },
            Self::E4M3Fnuz | Self::E5M2Fnuz if byte == 0x80 => return f32::NAN,
            _ => {}
        }
        let (leading, exponent) = if exponent == 0 { (0.0, 1) } else { (1.0, exponent) };
        let fraction = f32::from(significand) / f32::from(1_u8 << significand_bits);
        sign * (leading + fraction) * 2.0_f32.powi(exponent - bias)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_the_values_of_the_specification() {
        for (format, byte, value) in [
            (Float8::E4M3, 0x7e_u8, 448.0),
            (Float8::E4M3, 0x08, 2.0_f32.powi(-6)),
            (Float8::E4M3, 0x01, 2.0_f32.powi(-9)),
            (Float8::E4M3, 0xb8, -1.0),
            (Float8::E5M2, 0x7b, 57344.0),
            (Float8::E5M2, 0x01, 2.0_f32.powi(-16)),
            (Float8::E5M2, 0x7c, f32::INFINITY),
            (Float8::E4M3Fnuz, 0x7f, 240.0),
            (Float8::E4M3Fnuz, 0x01, 2.0_f32.powi(-10)),
            (Float8::E5M2Fnuz, 0x7f, 57344.0),
            (Float8::E8M0, 127, 1.0),
            (Float8::E8M0, 0, 2.0_f32.powi(-127)),
        ] {
            assert_eq!(format.values()[usize::from(byte)].to_bits(), value.to_bits(), "{} {byte:x}", format.name());
        }
        let nan = |format: Float8| format.values().iter().filter(|value| value.is_nan()).count();
        assert_eq!(
            [Float8::E4M3, Float8::E5M2, Float8::E4M3Fnuz, Float8::E5M2Fnuz, Float8::E8M0].map(nan),
            [2, 6, 1, 1, 1]
        );
    }
}
