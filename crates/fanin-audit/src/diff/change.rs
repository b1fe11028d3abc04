//! The size of a change.

use rayon::prelude::*;

use crate::judge::kolmogorov_smirnov;
use crate::measure::Counts;
use fanin_checkpoint::reading::TensorData;

/// The significance level of a comparison: the probability of falsely reporting another distribution for any tensor.
pub const ALPHA: f64 = 1e-3;

/// The size of the change of a tensor. Statistics over all values are NaN if any value is infinite or NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// The number of elements that differ; `0.0` equals `-0.0`.
    pub differing: u64,
    /// `|b - a| / |a|` in Euclidean norms; infinite if `a` is zero.
    pub relative: f64,
    /// The largest `|b - a|` of an element.
    pub greatest: f64,
    /// The cosine similarity; NaN if either is zero.
    pub cosine: f64,
    /// The correlation; NaN if either is constant.
    pub correlation: f64,
    /// The standard error of the correlation under independence; NaN if either is constant.
    pub correlation_error: f64,
    /// The standard deviations of `a` and `b`.
    pub std: [f64; 2],
    /// The two-sample Kolmogorov-Smirnov distance and its p-value; `None` if the element types have incompatible cells.
    pub distributions: Option<(f64, f64)>,
    /// The number of tensors compared.
    pub compared: usize,
}

/// Sums over pairs.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    differing: u64,
    greatest: f64,
    differences: f64,
    products: f64,
    centered: f64,
    /// The sum of `(a - mean)^2 (b - mean)^2`.
    joint: f64,
}

/// The number of pairs in a unit of work, and in one read.
const PIECE: usize = 1 << 17;
const BLOCK: usize = 2048;

impl Change {
    pub(super) fn of(a: &TensorData<'_>, b: &TensorData<'_>, old: &Counts, new: &Counts) -> Self {
        let (before, after) = (&old.statistics, &new.statistics);
        let means = (before.mean(), after.mean());
        let pieces: Vec<Sums> =
            (0..a.len().div_ceil(PIECE)).into_par_iter().map(|piece| sums(a, b, piece, means)).collect();
        let sums = pieces.into_iter().fold(Sums::default(), Sums::and);
        let n = before.count();
        let spread = (before.variance() * after.variance()).sqrt() * n;
        let grid = |sample: &Counts| match sample.dtype {
            fanin_core::Dtype::F64 => fanin_core::Dtype::F32,
            narrow => narrow,
        };
        let finite = before.non_finite + after.non_finite == 0;
        let distributions = (finite && grid(old) == grid(new)).then(|| {
            let distance = kolmogorov_smirnov::distance_of_two(&old.cells, &new.cells);
            (distance, kolmogorov_smirnov::p_value(distance, n / 2.0))
        });
        Self {
            differing: sums.differing,
            relative: (sums.differences / before.squares).sqrt(),
            greatest: sums.greatest,
            cosine: (sums.products / (before.squares * after.squares).sqrt()).clamp(-1.0, 1.0),
            correlation: sums.centered / spread,
            correlation_error: sums.joint.sqrt() / spread,
            std: [before.std(), after.std()],
            distributions,
            compared: 1,
        }
    }

    /// Whether the two may follow the same distribution, at [`ALPHA`] for all tensors together.
    #[must_use]
    pub fn is_of_the_same_distribution(&self) -> Option<bool> {
        #[expect(clippy::cast_precision_loss, reason = "a count of tensors")]
        let alpha = ALPHA / self.compared.max(1) as f64;
        self.distributions.map(|(_, probability)| probability >= alpha)
    }
}

impl Sums {
    fn and(self, more: Self) -> Self {
        Self {
            differing: self.differing + more.differing,
            greatest: if more.greatest.is_nan() { more.greatest } else { self.greatest.max(more.greatest) },
            differences: self.differences + more.differences,
            products: self.products + more.products,
            centered: self.centered + more.centered,
            joint: self.joint + more.joint,
        }
    }
}

fn sums(a: &TensorData<'_>, b: &TensorData<'_>, piece: usize, (mean_a, mean_b): (f64, f64)) -> Sums {
    let (mut left, mut right) = ([0.0; BLOCK], [0.0; BLOCK]);
    let end = a.len().min((piece + 1) * PIECE);
    let mut sums = Sums::default();
    for start in (piece * PIECE..end).step_by(BLOCK) {
        let read = a.read_f64(start, &mut left).min(b.read_f64(start, &mut right)).min(end - start);
        for (x, y) in left.iter().zip(&right).take(read) {
            let difference = (y - x).abs();
            let (from_a, from_b) = (x - mean_a, y - mean_b);
            let product = from_a * from_b;
            sums.differing += u64::from(x != y && !(x.is_nan() && y.is_nan()));
            sums.greatest = if difference > sums.greatest || difference.is_nan() { difference } else { sums.greatest };
            sums.differences += difference * difference;
            sums.products += x * y;
            sums.centered += product;
            sums.joint += product * product;
        }
    }
    sums
}
