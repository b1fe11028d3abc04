//! The number of directions that a matrix lacks beyond rounding errors, and the probability of that by chance.

use fanin_core::values::Dtype;

/// The relative error of singular values computed from the Gram matrix, whose entries are rounded by about 1e-15 of the largest
/// square.
const COARSE: f64 = 5e-8;

/// The relative error of the smallest singular value, if computed directly.
const FINE: f64 = 1e-14;

/// The shape of a matrix, the root mean square of its entries and their type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entries {
    pub(crate) short: usize,
    pub(crate) long: usize,
    pub(crate) scale: f64,
    pub(crate) dtype: Dtype,
}

/// Missing directions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deficiency {
    /// The number of missing directions.
    pub(crate) missing: usize,
    /// The largest singular value that rounding errors alone can give a missing direction.
    pub(crate) limit: f64,
    /// An upper bound on the probability that independent draws lack as many directions.
    pub(crate) chance: f64,
}

impl Entries {
    /// Finds the missing directions, given the singular values in descending order.
    ///
    /// If a matrix lacks `k` directions before rounding, its `k` smallest singular values are those of the rounding errors in these
    /// directions: `k` by `long - short + k` independent errors. The largest is at most `sqrt k + sqrt(long - short + k) + 3` times
    /// the standard deviation of one error, except for one matrix in a hundred (Davidson & Szarek 2001, theorem II.13).
    pub(crate) fn deficiency(self, values: &[f64]) -> Option<Deficiency> {
        let greatest = values.first().copied()?;
        let below = |missing: &usize| values[self.short - missing] <= self.limit(*missing, greatest);
        let missing = (1..=self.short.min(values.len())).rev().find(below)?;
        let chance = (1..=missing).map(|lost| self.chance(lost, values[self.short - lost].max(COARSE * greatest)));
        let chance = chance.fold(1.0, f64::min);
        Some(Deficiency { missing, limit: self.limit(missing, greatest), chance })
    }

    /// Whether the smallest singular value is lost in the error of the Gram matrix.
    pub(crate) fn is_coarse(values: &[f64]) -> bool {
        matches!(values, [greatest, .., least] if *least <= 2.0 * COARSE * greatest)
    }

    /// Refines the bound with a directly computed smallest singular value.
    pub(crate) fn with_least(self, found: Deficiency, least: f64, greatest: f64) -> Deficiency {
        Deficiency { chance: found.chance.min(self.chance(1, least.max(FINE * greatest))), ..found }
    }

    #[expect(clippy::cast_precision_loss, reason = "an axis is below 2^53")]
    fn limit(self, missing: usize, greatest: f64) -> f64 {
        let over = (self.long - self.short + missing) as f64;
        let wide = (missing as f64).sqrt() + over.sqrt() + 3.0;
        (self.rounding((self.short - missing) as f64) * wide).max(COARSE * greatest)
    }

    /// The standard deviation of the rounding error of one entry: uniform over one unit in the last place, at most
    /// `2^(1 - digits)` of the value. A product of `rank` terms accumulated in the type itself is rounded that many times.
    fn rounding(self, rank: f64) -> f64 {
        let (digits, least, added) = match self.dtype {
            Dtype::F64 => (53, 0.0, rank),
            Dtype::F32 => (24, 0.0, rank),
            Dtype::F16 => (11, 2.0_f64.powi(-24), 0.0),
            Dtype::BF16 => (8, 0.0, 0.0),
        };
        let unit = 2.0_f64.powi(1 - digits) * self.scale * (1.0 + added).sqrt();
        unit.hypot(least) / 12.0_f64.sqrt()
    }

    /// An upper bound on the probability that the `lost`-th smallest singular value of a matrix of independent normal entries is at
    /// most `value`.
    ///
    /// The square of the smallest singular value of `m` by `n` unit normals, `m >= n`, has a density of at most
    /// `2^((d - 1) / 2) G((m + 1) / 2) / (G(n / 2) G(d + 1)) x^((d - 1) / 2)`, with `d = m - n` and `G` the gamma function
    /// (Edelman 1988; Chen & Dongarra 2005), so that for a square matrix it is below `t / sqrt n` with probability
    /// at most `t`. Removing `lost - 1` of the shorter lines leaves a matrix whose smallest singular value is at most the
    /// `lost`-th smallest of the whole (Cauchy interlacing), to which the bound applies. Other distributions of independent entries
    /// have the same limit (Tao & Vu 2010).
    #[expect(clippy::cast_precision_loss, reason = "an axis is below 2^53")]
    fn chance(self, lost: usize, value: f64) -> f64 {
        let (m, n) = (self.long as f64, (self.short + 1 - lost) as f64);
        let d = m - n;
        let density = 0.5 * (d - 1.0) * std::f64::consts::LN_2 + libm::lgamma(0.5 * (m + 1.0))
            - libm::lgamma(0.5 * n)
            - libm::lgamma(d + 1.0);
        let log = (2.0 / (d + 1.0)).ln() + density + (d + 1.0) * (value / self.scale).ln();
        log.exp().min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::spectrum::{least, singular_values};
    use crate::made::{Made, drawn};
    use crate::measure::Grid;

    fn spectrum(values: &[f32], rows: usize, columns: usize) -> Vec<f64> {
        let made = Made::new().with("w", &[rows, columns], values).checkpoint();
        let checkpoint = made.open();
        let data = checkpoint.load(&checkpoint.tensors()[0]).expect("values");
        singular_values(&data, Grid::matrix(rows, columns))
    }

    /// n = 4000 matrices per shape: the share at or below a value exceeds the bound by at most four standard errors.
    /// For one lost direction, where the bound follows the exact distribution, the share is also close to it. Two
    /// copied lines, the impostor, lie far beyond the bound.
    #[test]
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    fn the_bound_holds_and_is_near() {
        const MATRICES: usize = 4000;
        for (rows, columns, lost, value) in [(8, 8, 1, 0.02), (10, 8, 1, 0.3), (8, 8, 2, 0.3), (9, 6, 2, 1.0)] {
            let size = rows * columns;
            let all = drawn("w", &[MATRICES, size], "normal", 7);
            let below = all.chunks(size).filter(|matrix| spectrum(matrix, rows, columns)[columns - lost] <= value);
            let share = below.count() as f64 / MATRICES as f64;
            let entries = Entries { short: columns, long: rows, scale: 1.0, dtype: Dtype::F32 };
            let bound = entries.chance(lost, value);
            let error = (share.max(1e-3) / MATRICES as f64).sqrt();
            assert!(share <= bound + 4.0 * error, "{rows} {columns} {lost}: {share} beyond {bound}");
            assert!(lost > 1 || share >= 0.6 * bound - 4.0 * error, "{rows} {columns} {lost}: {share} for {bound}");
        }
        let mut copied = drawn("w", &[64, 64], "normal", 3);
        copied.copy_within(0..64, 64);
        let entries = Entries { short: 64, long: 64, scale: 1.0, dtype: Dtype::F32 };
        let (values, mut wide) = (spectrum(&copied, 64, 64), copied.iter().copied().map(f64::from).collect::<Vec<_>>());
        let found = entries.deficiency(&values).expect("a direction is missing");
        assert!(found.missing == 1 && found.chance > 1e-7, "what the products of lines tell: {found:?}");
        let least = least::of(&mut wide, 64);
        assert!(least < 1e-13, "{least}");
        let found = entries.with_least(found, least, values[0]);
        assert!(found.chance < 1e-10, "{found:?}");
    }

    #[test]
    fn the_least_singular_value_alone() {
        for (rows, columns) in [(1, 1), (5, 9), (40, 40), (33, 70)] {
            let values = drawn("w", &[rows, columns], "normal", 5);
            let all = spectrum(&values, rows, columns);
            let mut matrix: Vec<f64> = values.into_iter().map(f64::from).collect();
            let (least, expected) = (least::of(&mut matrix, columns), all[rows - 1]);
            // An upper estimate, accurate even if the next singular value is close.
            let ratio = least / expected;
            assert!(ratio > 1.0 - 1e-9 && ratio < 1.02, "{rows} by {columns}: {least}, not {expected}");
        }
    }
}
