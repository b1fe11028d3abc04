//! The matrix product micro-kernel, with a summation order that does not depend on the vector width.

use super::InstructionSet;
use super::vectors::Vector;

/// A product of two small matrices.
///
/// `sum(i, lane) = Σ left(i, l) right(l, lane)`, with `l` ascending from 0, each sum starting at 0, and each product
/// and each sum rounded once.
///
/// `left(i, l)` is `left[i * row_step + l * term_step]` and `right(l, lane)` is `right[l * PANEL + lane]`, where
/// [`Panels::PANEL`] is the number of lanes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Product<'a, R> {
    pub(crate) left: &'a [R],
    pub(crate) row_step: usize,
    pub(crate) term_step: usize,
    pub(crate) right: &'a [R],
    pub(crate) rows: usize,
    pub(crate) terms: usize,
}

/// Whether the sums are added to the output or subtracted from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Onto {
    /// `out + sum`
    Plus,
    /// `out - sum`
    Minus,
}

/// A number type whose matrices are stored in panels of columns, each row of a panel contiguous.
pub(crate) trait Panels: Copy {
    /// The number of columns in a panel; a row takes 128 bytes.
    const PANEL: usize;

    /// Adds the product to `out` or subtracts it from `out`, where `out(i, lane)` is `out[i * PANEL + lane]`.
    fn multiply(set: InstructionSet, product: Product<'_, Self>, onto: Onto, out: &mut [Self]);
}

impl<R> Product<'_, R> {
    /// Returns `true` if every read and write lies inside the slices.
    fn fits(&self, panel: usize, out: &[R]) -> bool {
        let last = |count: usize, step: usize| count.checked_sub(1)?.checked_mul(step);
        let left = |()| last(self.rows, self.row_step)?.checked_add(last(self.terms, self.term_step)?);
        let empty = self.rows == 0 || self.terms == 0;
        (empty || left(()).is_some_and(|last| last < self.left.len()))
            && self.terms.checked_mul(panel).is_some_and(|end| end <= self.right.len())
            && self.rows.checked_mul(panel).is_some_and(|end| end <= out.len())
    }
}

macro_rules! panels {
    ($($scalar:ty, $panel:literal, $baseline:ty, $avx2:ident, $avx512:ident;)*) => {$(
        impl Panels for $scalar {
            const PANEL: usize = $panel;

            fn multiply(set: InstructionSet, product: Product<'_, Self>, onto: Onto, out: &mut [Self]) {
                #[cfg(target_arch = "x86_64")]
                #[target_feature(enable = "avx2")]
                fn avx2(product: Product<'_, $scalar>, onto: Onto, out: &mut [$scalar]) {
                    // SAFETY: this function is compiled for the vector's instructions.
                    unsafe { multiply::<std::arch::x86_64::$avx2, 4>(product, $panel, onto, out) }
                }
                #[cfg(target_arch = "x86_64")]
                #[target_feature(enable = "avx512f")]
                fn avx512(product: Product<'_, $scalar>, onto: Onto, out: &mut [$scalar]) {
                    // SAFETY: this function is compiled for the vector's instructions.
                    unsafe { multiply::<std::arch::x86_64::$avx512, 8>(product, $panel, onto, out) }
                }
                // Check availability: a value of this type does not prove that the processor supports the set.
                match set {
                    #[cfg(target_arch = "x86_64")]
                    InstructionSet::Avx512 if InstructionSet::available().contains(&set) => {
                        // SAFETY: the processor supports the features that the function is compiled for.
                        unsafe { avx512(product, onto, out) }
                    }
                    #[cfg(target_arch = "x86_64")]
                    InstructionSet::Avx2 if InstructionSet::available().contains(&set) => {
                        // SAFETY: the processor supports the features that the function is compiled for.
                        unsafe { avx2(product, onto, out) }
                    }
                    // SAFETY: every processor that the crate is compiled for supports this vector.
                    _ => unsafe { multiply::<$baseline, 4>(product, $panel, onto, out) },
                }
            }
        }
    )*};
}

#[cfg(target_arch = "x86_64")]
panels! {
    f32, 32, std::arch::x86_64::__m128, __m256, __m512;
    f64, 16, std::arch::x86_64::__m128d, __m256d, __m512d;
}

#[cfg(not(target_arch = "x86_64"))]
panels! {
    f32, 32, [f32; 4], unused, unused;
    f64, 16, [f64; 2], unused, unused;
}

/// Computes the product in tiles of `ROWS` rows and two vectors, whose sums stay in registers. Remaining rows are
/// computed one by one.
///
/// # Safety
/// The processor must support the vector's instructions, and `panel` must be a multiple of two vectors.
#[inline(always)]
unsafe fn multiply<V: Vector, const ROWS: usize>(
    product: Product<'_, V::Scalar>,
    panel: usize,
    onto: Onto,
    out: &mut [V::Scalar],
) {
    assert!(product.fits(panel, out) && panel.is_multiple_of(2 * V::LANES), "a product beyond its slices");
    if product.terms == 0 {
        return;
    }
    let whole = product.rows / ROWS * ROWS;
    for lane in (0..panel).step_by(2 * V::LANES) {
        for row in (0..whole).step_by(ROWS) {
            // SAFETY: the rows and lanes lie inside the checked bounds.
            unsafe { tile::<V, ROWS>(product, panel, row, lane, onto, out.as_mut_ptr()) };
        }
        for row in whole..product.rows {
            // SAFETY: the row and the lanes lie inside the checked bounds.
            unsafe { tile::<V, 1>(product, panel, row, lane, onto, out.as_mut_ptr()) };
        }
    }
}

/// Computes a tile of `ROWS` rows starting at `row` and two vectors starting at `lane`.
///
/// # Safety
/// The processor must support the vector's instructions, and the tile must lie inside the product and `out`.
#[inline(always)]
unsafe fn tile<V: Vector, const ROWS: usize>(
    product: Product<'_, V::Scalar>,
    panel: usize,
    row: usize,
    lane: usize,
    onto: Onto,
    out: *mut V::Scalar,
) {
    // SAFETY: the caller guarantees that every address is that of an element.
    unsafe {
        let mut sums = [[V::splat(V::Scalar::default()); 2]; ROWS];
        let left = product.left.as_ptr().add(row * product.row_step);
        let right = product.right.as_ptr().add(lane);
        for term in 0..product.terms {
            let (left, right) = (left.add(term * product.term_step), right.add(term * panel));
            let pair = [V::load(right), V::load(right.add(V::LANES))];
            for i in 0..ROWS {
                let factor = V::splat(*left.add(i * product.row_step));
                sums[i][0] = sums[i][0].plus(factor.times(pair[0]));
                sums[i][1] = sums[i][1].plus(factor.times(pair[1]));
            }
        }
        for i in 0..ROWS {
            for half in 0..2 {
                let place = out.add((row + i) * panel + lane + half * V::LANES);
                let before = V::load(place);
                let after = match onto {
                    Onto::Plus => before.plus(sums[i][half]),
                    Onto::Minus => before.minus(sums[i][half]),
                };
                after.store(place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{InstructionSet, Onto, Panels, Product, Vector, multiply};

    /// Compares every instruction set, and arrays, with plain loops. No tile size divides the rows or terms.
    fn same_everywhere<R: Panels + Default + PartialEq + std::fmt::Debug, V: Vector<Scalar = R>>(
        number: fn(usize) -> R,
        sum: fn(R, R, R) -> R,
        difference: fn(R, R) -> R,
    ) {
        let (rows, terms) = (21, 13);
        let left: Vec<R> = (0..rows * terms).map(number).collect();
        let right: Vec<R> = (7..7 + terms * R::PANEL).map(number).collect();
        let before: Vec<R> = (3..3 + rows * R::PANEL).map(number).collect();
        for (row_step, term_step) in [(terms, 1), (1, rows)] {
            let product = Product { left: &left, row_step, term_step, right: &right, rows, terms };
            let mut wanted = before.clone();
            for (i, row) in wanted.chunks_mut(R::PANEL).enumerate() {
                for (lane, value) in row.iter_mut().enumerate() {
                    let terms = (0..terms).map(|l| (left[i * row_step + l * term_step], right[l * R::PANEL + lane]));
                    *value = difference(*value, terms.fold(R::default(), |before, (a, b)| sum(before, a, b)));
                }
            }
            let mut arrays = before.clone();
            // SAFETY: arrays need no special instructions.
            unsafe { multiply::<V, 4>(product, R::PANEL, Onto::Minus, &mut arrays) };
            assert_eq!(arrays, wanted);
            for set in InstructionSet::available() {
                let mut out = before.clone();
                R::multiply(*set, product, Onto::Minus, &mut out);
                assert_eq!(out, wanted, "{set:?}");
            }
        }
    }

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn every_vector_gives_the_same_bits() {
        same_everywhere::<f32, [f32; 4]>(|i| 1.0 / (i as f32 - 50.3), |sum, a, b| sum + a * b, |a, b| a - b);
        same_everywhere::<f64, [f64; 2]>(|i| 1.0 / (i as f64 - 50.3), |sum, a, b| sum + a * b, |a, b| a - b);
    }

    #[test]
    #[should_panic(expected = "beyond its slices")]
    fn a_product_beyond_its_slices_reads_nothing() {
        let values = [0.0_f32; 64];
        let product = Product { left: &values, row_step: 8, term_step: 1, right: &values, rows: 9, terms: 2 };
        f32::multiply(InstructionSet::Baseline, product, Onto::Plus, &mut [0.0; 288]);
    }
}
