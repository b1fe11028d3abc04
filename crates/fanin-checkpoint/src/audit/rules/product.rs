//! What rounding leaves of a product.
//!
//! A value of p bits is a whole number `y` of `2^(p-1) ..= 2^p - 1` times a power of two. Its products by a factor whose own leading part
//! is `m`, `1 < m < 2`, are `m` units apart where `y >= m 2^(p-1)`: of the values there, one in `m` is the rounding of a product, and the
//! others cannot be. Values that were multiplied are all of the first kind; others are so by chance, `m^-n` for n of them. A power of
//! two has `m = 1` and leaves nothing.

/// The bits of `f32`, the one before the point included.
const LONGEST: u32 = 24;

/// Values as whole numbers, without their signs and powers of two.
#[derive(Clone, Debug)]
pub(super) struct Wholes {
    wholes: Vec<u32>,
    bits: u32,
}

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

impl Wholes {
    /// Of values: the bit that is not stored, and the others. Values that come from a shorter type, or went through one, have zeros at
    /// the end of all, which are cut off. Zeros, and what is so small that its type has fewer bits for it, are left out.
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

    /// How many bits they have.
    pub(super) fn bits(&self) -> u32 {
        self.bits
    }
}

impl Product {
    /// The ways in which values of so many bits are multiplied by a factor; none for a power of two, which changes no leading part.
    ///
    /// The factor is a number of 64 bits, of as many as the values, or, for a root that was taken in 32 bits, next to that; or its
    /// inverse is divided by.
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
            // Short values are multiplied by a factor of 32 bits: one of 64 makes the same products, but for a few in 2^20.
            ways.push(Operation::Over(inverse));
        }
        ways.into_iter().map(|operation| Self { operation, bits }).collect()
    }

    /// Whether all values are products; nothing if one is none.
    ///
    /// Values with zeros at their ends are products by a ratio of small numbers more often than others: they must be products, and
    /// count for nothing.
    pub(super) fn tell(self, values: &Wholes) -> Option<Told> {
        let between = self.between();
        let lowest = between * f64::from((1_u32 << (self.bits - 1)) + 1);
        let mut wholes = Vec::new();
        for whole in values.wholes.iter().copied() {
            // Below, products lie closer than values: every value is one.
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

    /// Whether the rounding of some product is this whole number.
    fn makes(self, whole: f64) -> bool {
        let before = (whole / self.between()).round();
        [before - 1.0, before, before + 1.0].into_iter().any(|value| self.of(value) == whole)
    }

    /// Neighboring products are so many units apart.
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

    /// The probability: of n = 20000 values that are no products, `1 / m` of those that can tell are products by chance, to within four
    /// standard errors.
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
