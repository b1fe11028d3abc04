//! What rounding leaves of a product.
//!
//! A value of p bits is a whole number `y` of `2^(p-1) ..= 2^p - 1` times a power of two. Its products by a factor whose own leading part
//! is `m`, `1 < m < 2`, are `m` units apart where `y >= m 2^(p-1)`: of the values there, one in `m` is the rounding of a product, and the
//! others cannot be. Values that were multiplied are all of the first kind; others are so by chance, `m^-n` for n of them. A power of
//! two has `m = 1` and leaves nothing.

use fanin_core::values::Dtype;

/// How a product was computed: exactly, then rounded once to the type of the values.
#[derive(Clone, Copy, Debug)]
enum Operation {
    /// Times a factor, of which this is the leading part.
    Times(f64),
    /// By a divisor.
    Over(f64),
}

/// Values that were multiplied by a factor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Product {
    operation: Operation,
    bits: u32,
}

/// How likely it is that values are products by chance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    /// Values that could have told that they are none, equal leading parts counted once.
    pub(super) values: usize,
    /// The natural logarithm of the probability that others than products are all such.
    pub(super) log_chance: f64,
}

impl Product {
    /// The ways in which values of a type are multiplied by a factor; none for a power of two, which changes no leading part, and for
    /// types that the audit does not keep whole.
    ///
    /// The factor is a number of 64 bits, of the values' type, or, for a root that was taken in 32 bits, next to that; or its inverse
    /// is divided by.
    pub(super) fn ways(factor: f64, dtype: Dtype) -> Vec<Self> {
        let bits: u32 = match dtype {
            Dtype::F64 => return Vec::new(),
            Dtype::F32 => 24,
            Dtype::F16 => 11,
            Dtype::BF16 => 8,
        };
        let unit = 2.0_f64.powi(1 - bits.cast_signed());
        let leading = leading(factor);
        if !factor.is_normal() || leading - 1.0 < 4.0 * unit || 2.0 - leading < 4.0 * unit {
            return Vec::new();
        }
        let rounded = |value: f64| (value / unit).round_ties_even() * unit;
        let nearest = rounded(leading);
        let inverse = self::leading(1.0 / factor);
        let mut ways = vec![Operation::Times(leading), Operation::Times(nearest), Operation::Over(rounded(inverse))];
        if dtype == Dtype::F32 {
            ways.extend([Operation::Times(nearest - unit), Operation::Times(nearest + unit)]);
        } else {
            // Halves are multiplied by a factor of 32 bits: that of 64 makes the same products, but for one in a thousand.
            ways.push(Operation::Over(inverse));
        }
        ways.into_iter().map(|operation| Self { operation, bits }).collect()
    }

    /// Whether all values are products; nothing if one is none. Zeros, and what is so small that it may have fewer bits, tell nothing.
    pub(super) fn tell(self, values: &[f32]) -> Option<Told> {
        let least = if self.bits == 11 { 2.0_f32.powi(-11) } else { 2.0_f32.powi(-100) };
        let shift = 24 - self.bits;
        let lowest = (1_u32 << (self.bits - 1)) + 1;
        let between = self.between();
        let mut wholes = Vec::new();
        for value in values.iter().filter(|value| value.abs() >= least) {
            // The bit that is not stored, and the others, of which a shorter type has the first.
            let whole = (value.to_bits() & 0x7f_ffff | 0x80_0000) >> shift;
            // Below, products lie closer than values: every value is one.
            if f64::from(whole) < between * f64::from(lowest) {
                continue;
            }
            if !self.makes(f64::from(whole)) {
                return None;
            }
            wholes.push(whole);
        }
        wholes.sort_unstable();
        wholes.dedup();
        let values = wholes.len();
        #[expect(clippy::cast_precision_loss, reason = "no more than the sample")]
        Some(Told { values, log_chance: -(values as f64) * between.ln() })
    }

    /// Whether the rounding of some product is this whole number.
    fn makes(self, whole: f64) -> bool {
        let before = (whole / self.between()).round();
        [before - 1.0, before, before + 1.0].into_iter().any(|value| self.of(value) == whole)
    }

    /// Neighbouring products are so many units apart.
    fn between(self) -> f64 {
        match self.operation {
            Operation::Times(factor) => factor,
            Operation::Over(divisor) => 2.0 / divisor,
        }
    }

    /// The product, rounded: 64 bits hold it whole.
    fn of(self, value: f64) -> f64 {
        match self.operation {
            Operation::Times(factor) => value * factor,
            Operation::Over(divisor) => 2.0 * value / divisor,
        }
        .round_ties_even()
    }
}

/// A number times the power of two that brings it to 1 or between 1 and 2.
fn leading(number: f64) -> f64 {
    f64::from_bits(number.abs().to_bits() & ((1 << 52) - 1) | 1.0_f64.to_bits())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// n = 2000 values each: products by every way are told, others and products by another factor are not.
    #[test]
    #[expect(clippy::cast_possible_truncation, reason = "as a program that stores 32 bits has it")]
    fn products_are_told_from_others() {
        let mut state = 7_u32;
        let values: Vec<f32> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from_bits(0x3f00_0000 | state >> 8)
        })
        .take(2000)
        .collect();
        let told = |values: &[f32], factor: f64, dtype: Dtype| {
            Product::ways(factor, dtype).into_iter().any(|way| way.tell(values).is_some())
        };
        for factor in [6.0_f64.sqrt(), 1.0 / 6.0_f64.sqrt(), 2.0_f64.sqrt(), 3.0, 1.0 / 3.0] {
            let short = factor as f32;
            let ways: [&dyn Fn(f32) -> f32; 3] =
                [&|x| x * short, &|x| (f64::from(x) * factor) as f32, &|x| x / (1.0 / factor) as f32];
            for way in ways {
                let products: Vec<f32> = values.iter().map(|x| way(*x)).collect();
                assert!(told(&products, factor, Dtype::F32), "{factor}");
                assert!(!told(&products, 1.1 * factor, Dtype::F32), "{factor}");
            }
            assert!(!told(&values, factor, Dtype::F32), "{factor}");
            let half: Vec<f32> = values.iter().map(|x| half::bf16::from_f32(*x).to_f32()).collect();
            let products: Vec<f32> = half.iter().map(|x| half::bf16::from_f32(x * short).to_f32()).collect();
            assert!(told(&products, factor, Dtype::BF16) && !told(&half, factor, Dtype::BF16), "{factor}");
            let half: Vec<f32> = values.iter().map(|x| half::f16::from_f32(*x).to_f32()).collect();
            let products: Vec<f32> = half.iter().map(|x| half::f16::from_f32(x * short).to_f32()).collect();
            assert!(told(&products, factor, Dtype::F16) && !told(&half, factor, Dtype::F16), "{factor}");
        }
        assert!(Product::ways(4.0, Dtype::F32).is_empty() && Product::ways(0.0, Dtype::F32).is_empty());
        assert!(Product::ways(f64::NAN, Dtype::F32).is_empty() && Product::ways(3.0, Dtype::F64).is_empty());
    }

    /// The probability: of n = 20000 values that are no products, `1 / m` of those that can tell are products by chance, to within four
    /// standard errors.
    #[test]
    fn one_in_m_is_a_product_by_chance() {
        for factor in [6.0_f64.sqrt(), 2.0_f64.sqrt(), 3.0] {
            let [way, ..] = Product::ways(factor, Dtype::F32)[..] else { panic!("no way") };
            let lowest = 2.0_f64.powi(23) * way.between();
            let wholes = (0..20_000_u32).map(|at| f64::from((1 << 23) + at * 419)).filter(|whole| *whole > lowest);
            let (mut made, mut all) = (0.0, 0.0);
            wholes.for_each(|whole| {
                all += 1.0;
                made += f64::from(u8::from(way.makes(whole)));
            });
            let expected = 1.0 / way.between();
            let error = (expected * (1.0 - expected) / all).sqrt();
            assert!((made / all - expected).abs() < 4.0 * error, "{factor}: {made} of {all}");
        }
    }
}
