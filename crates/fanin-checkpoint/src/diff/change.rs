//! How much values changed.

use rayon::prelude::*;

use crate::identify::kolmogorov_smirnov;
use crate::identify::sample::Sample;
use crate::reading::TensorData;

/// The probability that any tensor of a comparison is said to follow another distribution, though it follows the same.
pub const ALPHA: f64 = 1e-3;

/// How much the values of a tensor changed. Numbers that take all values are NaN where one is infinite or NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Elements whose value is another; `0.0` and `-0.0` are one value.
    pub differing: u64,
    /// `|b - a| / |a|`, lengths of vectors; infinite where `a` is zero.
    pub relative: f64,
    /// The greatest `|b - a|` of an element.
    pub greatest: f64,
    /// The cosine of the angle between them; NaN where one is zero.
    pub cosine: f64,
    /// The correlation; NaN where one does not vary.
    pub correlation: f64,
    /// The standard error that a correlation of independent values of these sizes would have; NaN where one does not vary.
    pub correlation_error: f64,
    /// The standard deviations, before and after.
    pub std: [f64; 2],
    /// The distance of Kolmogorov and Smirnov between the two, and its probability if both are samples of one distribution. None where the
    /// element types cut the line of numbers in different ways.
    pub distributions: Option<(f64, f64)>,
    /// Among how many tensors this is one.
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
    /// Of `(a - mean)^2 (b - mean)^2`.
    joint: f64,
}

/// Pairs that a thread takes at a time, and pairs that are read at a time.
const PIECE: usize = 1 << 17;
const BLOCK: usize = 2048;

impl Change {
    pub(super) fn of(a: &TensorData<'_>, b: &TensorData<'_>, old: &Sample, new: &Sample) -> Self {
        let means = (old.mean(), new.mean());
        let pieces: Vec<Sums> =
            (0..a.len().div_ceil(PIECE)).into_par_iter().map(|piece| sums(a, b, piece, means)).collect();
        let sums = pieces.into_iter().fold(Sums::default(), Sums::and);
        let n = old.n;
        let spread = (old.variance() * new.variance()).sqrt() * n;
        let grid = |sample: &Sample| match sample.dtype {
            fanin_core::Dtype::F64 => fanin_core::Dtype::F32,
            narrow => narrow,
        };
        let finite = old.non_finite + new.non_finite == 0;
        let distributions = (finite && grid(old) == grid(new)).then(|| {
            let distance = kolmogorov_smirnov::distance_of_two(&old.cells, &new.cells);
            (distance, kolmogorov_smirnov::p_value(distance, n / 2.0))
        });
        Self {
            differing: sums.differing,
            relative: (sums.differences / old.squares).sqrt(),
            greatest: sums.greatest,
            cosine: sums.products / (old.squares.sqrt() * new.squares.sqrt()),
            correlation: sums.centered / spread,
            correlation_error: sums.joint.sqrt() / spread,
            std: [old.std(), new.std()],
            distributions,
            compared: 1,
        }
    }

    /// Whether both could be samples of one distribution, at [`ALPHA`] for all tensors together.
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
