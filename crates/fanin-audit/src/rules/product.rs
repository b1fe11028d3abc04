//! The traces that rounding leaves in a product.
//!
//! A value of p bits is an integer significand `y` in `2^(p-1) ..= 2^p - 1` times a power of two. Products by a factor
//! with the significand `m`, `1 < m < 2`, are `m` units apart where `y >= m 2^(p-1)`, so only one in `m` of the values
//! there is a rounded product. If values were multiplied, all of them are rounded products; for n other values, that
//! has probability `m^-n`. A power of two has `m = 1` and leaves no trace.

/// Significand bits of `f32`, including the implicit one.
const LONGEST: u32 = 24;

/// The significands of values, as integers.
#[derive(Clone, Debug)]
pub(super) struct Wholes {
    wholes: Vec<u32>,
    bits: u32,
}

/// The operation that computed a product: exact, then rounded once to the type of the values.
#[derive(Clone, Copy, Debug)]
enum Operation {
    /// Multiplication by a factor with this significand.
    Times(f64),
    /// Division by this divisor.
    Over(f64),
}

/// A way to multiply values by a factor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Product {
    operation: Operation,
    bits: u32,
}

/// The probability that values look like products by chance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    /// The number of values that could have contradicted it; equal significands count once.
    pub(super) values: usize,
    /// The natural logarithm of the probability that values that are not products all pass.
    pub(super) log_chance: f64,
}

impl Wholes {
    /// Takes the significands, implicit bit included. If all values were rounded to a shorter type, their trailing zero
    /// bits are removed. Zeros and subnormals are excluded.
    pub(super) fn of(values: &[f32]) -> Self {
        let all = |least: i32| {
            let sound = values.iter().filter(move |value| value.abs() >= 2.0_f32.powi(least));
            sound.map(|value| value.to_bits() & 0x7f_ffff | 0x80_0000)
        };
        let bits = LONGEST - all(-100).fold(0, |all, whole| all | whole).trailing_zeros().min(LONGEST - 1);
        // f16 has 11 bits, and fewer below 2^-14.
        let least = if (9..=11).contains(&bits) { -11 } else { -100 };
        Self { wholes: all(least).map(|whole| whole >> (LONGEST - bits)).collect(), bits }
    }

    /// The number of bits of a significand.
    pub(super) fn bits(&self) -> u32 {
        self.bits
    }
}

impl Product {
    /// The ways to multiply values of `bits` bits by a factor; none for a power of two, which changes no significand.
    ///
    /// Programs multiply by the factor in 64 bits or rounded to the precision of the values (where a 32-bit square root
    /// may be off by one unit), or divide by its inverse.
    pub(super) fn ways(factor: f64, bits: u32) -> Vec<Self> {
        let unit = 2.0_f64.powi(1 - bits.cast_signed());
        let leading = leading(factor);
        if !factor.is_normal() || leading - 1.0 < 4.0 * unit || 2.0 - leading < 4.0 * unit {
            return Vec::new();
        }
        let rounded = |value: f64| (value / unit).round_ties_even() * unit;
        let (nearest, inverse) = (rounded(leading), self::leading(1.0 / factor));
        let mut ways = vec![Operation::Times(leading), Operation::Times(nearest), Operation::Over(rounded(inverse))];
        if bits == LONGEST {
            ways.extend([Operation::Times(nearest - unit), Operation::Times(nearest + unit)]);
        } else {
            // Short values are multiplied in 32 bits: a 64-bit factor gives the same products, except for a few in 2^20.
            ways.push(Operation::Over(inverse));
        }
        ways.into_iter().map(|operation| Self { operation, bits }).collect()
    }

    /// Tests whether all values are products; `None` if any is not.
    ///
    /// Values with trailing zero bits are more often products by a ratio of small integers: they must pass, but do not
    /// count as evidence.
    pub(super) fn tell(self, values: &Wholes) -> Option<Told> {
        let between = self.between();
        let lowest = between * f64::from((1_u32 << (self.bits - 1)) + 1);
        let mut wholes = Vec::new();
        for whole in values.wholes.iter().copied() {
            // Below this, products are denser than values, and every value is a product.
            if f64::from(whole) < lowest {
                continue;
            }
            if !self.makes(f64::from(whole)) {
                return None;
            }
            if whole.trailing_zeros() < 4 {
                wholes.push(whole);
            }
        }
        wholes.sort_unstable();
        wholes.dedup();
        let values = wholes.len();
        #[expect(clippy::cast_precision_loss, reason = "no more than the sample")]
        Some(Told { values, log_chance: -(values as f64) * between.ln() })
    }

    /// Whether some product rounds to this significand.
    fn makes(self, whole: f64) -> bool {
        let before = (whole / self.between()).round();
        [before - 1.0, before, before + 1.0].into_iter().any(|value| self.of(value) == whole)
    }

    /// The distance between adjacent products, in units.
    fn between(self) -> f64 {
        match self.operation {
            Operation::Times(factor) => factor,
            Operation::Over(divisor) => 2.0 / divisor,
        }
    }

    /// The rounded product; 64 bits hold it exactly.
    fn of(self, value: f64) -> f64 {
        match self.operation {
            Operation::Times(factor) => value * factor,
            Operation::Over(divisor) => 2.0 * value / divisor,
        }
        .round_ties_even()
    }
}

/// The significand of a number, in `[1, 2)`.
fn leading(number: f64) -> f64 {
    f64::from_bits(number.abs().to_bits() & ((1 << 52) - 1) | 1.0_f64.to_bits())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// n = 2000 values each: products are detected however they were computed; other values and products by another factor are not.
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
        let told = |values: &[f32], factor: f64, bits: u32| {
            let wholes = Wholes::of(values);
            assert_eq!(wholes.bits(), bits);
            Product::ways(factor, bits).into_iter().any(|way| way.tell(&wholes).is_some_and(|told| told.values > 20))
        };
        for factor in [6.0_f64.sqrt(), 1.0 / 6.0_f64.sqrt(), 2.0_f64.sqrt(), 3.0, 1.0 / 3.0] {
            let short = factor as f32;
            let ways: [&dyn Fn(f32) -> f32; 3] =
                [&|x| x * short, &|x| (f64::from(x) * factor) as f32, &|x| x / (1.0 / factor) as f32];
            for way in ways {
                let products: Vec<f32> = values.iter().map(|x| way(*x)).collect();
                assert!(told(&products, factor, 24), "{factor}");
                assert!(!told(&products, 1.1 * factor, 24), "{factor}");
            }
            assert!(!told(&values, factor, 24), "{factor}");
            let half: Vec<f32> = values.iter().map(|x| half::bf16::from_f32(*x).to_f32()).collect();
            let products: Vec<f32> = half.iter().map(|x| half::bf16::from_f32(x * short).to_f32()).collect();
            assert!(told(&products, factor, 8) && !told(&half, factor, 8), "{factor}");
            let half: Vec<f32> = values.iter().map(|x| half::f16::from_f32(*x).to_f32()).collect();
            let products: Vec<f32> = half.iter().map(|x| half::f16::from_f32(x * short).to_f32()).collect();
            assert!(told(&products, factor, 11) && !told(&half, factor, 11), "{factor}");
        }
        assert!(Product::ways(4.0, 24).is_empty() && Product::ways(0.0, 24).is_empty());
        assert!(Product::ways(f64::NAN, 24).is_empty() && Product::ways(3.0, 2).is_empty());
    }

    /// The chance probability: among n = 20000 values that are not products, `1 / m` of those that could contradict it
    /// pass by chance, to within four standard errors.
    #[test]
    fn one_in_m_is_a_product_by_chance() {
        for factor in [6.0_f64.sqrt(), 2.0_f64.sqrt(), 3.0] {
            let [way, ..] = Product::ways(factor, 24)[..] else { panic!("no way") };
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
