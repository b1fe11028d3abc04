//! The statistics of a tensor with the counts of its cells, enough for every likelihood and every distance.

use std::sync::{Mutex, PoisonError};

use fanin_checkpoint::reading::TensorData;
use fanin_core::Dtype;

use super::cells::Cell;
use super::grid::Grid;
use super::pass::counted;
use super::statistics::Statistics;
use super::tally::Tally;

/// The statistics of a tensor with the counts of its cells.
#[derive(Clone, Debug)]
pub(crate) struct Counts {
    pub(crate) dtype: Dtype,
    pub(crate) statistics: Statistics,
    pub(crate) cells: Vec<Cell>,
}

impl Counts {
    /// Measures a tensor in one pass on the current thread pool; `None` if its element type is not a float.
    pub(crate) fn of(data: &TensorData<'_>, grid: Grid) -> Option<Self> {
        let dtype = data.element().dtype()?;
        let tally = Mutex::new(Tally::new(dtype, data.len()));
        let statistics = counted(data, grid, Some(&tally));
        let cells = tally.into_inner().unwrap_or_else(PoisonError::into_inner).cells();
        Some(Self { dtype, statistics, cells })
    }

    /// The number of zeros, including values below `1e-40`, which share their cell.
    pub(crate) fn zeros(&self) -> u64 {
        self.cells.iter().filter(|cell| cell.value == 0.0).map(|cell| cell.count).sum()
    }

    /// The sum of the logarithms of positive values, taken at the centers of their cells.
    pub(crate) fn logarithms(&self) -> f64 {
        let positive = self.cells.iter().filter(|cell| cell.low > 0.0);
        positive.map(|cell| number(cell.count) * (0.5 * cell.low.ln() + 0.5 * cell.high.ln())).sum()
    }
}

/// Converts a count to `f64`.
#[expect(clippy::cast_precision_loss, reason = "no tensor has 2^53 values")]
pub(crate) fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use fanin_core::{Element, InitializerExt, ParamSpec, Seed, initializers::Normal};
    use half::{bf16, f16};

    use super::*;

    fn counts<T: Element>(values: &[T]) -> Counts {
        Counts::of(&TensorData::from(T::lend(values)), Grid::vector(values.len())).expect("numbers")
    }

    /// 3 000 000 values, so that there are several blocks, or few.
    fn check<T: Element>(len: usize) {
        let param = ParamSpec::new("w", [len]).expect("a shape");
        let values: Vec<T> = Normal::new(0.5, 2.0).expect("a normal").sample(&param, Seed(1)).expect("values");
        let sample = counts(&values);
        let all: Vec<f64> = T::lend(&values).iter().collect();
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * b.abs();
        let statistics = &sample.statistics;
        assert!(near(statistics.squares_about(0.25), all.iter().map(|x| (x - 0.25).powi(2)).sum()));
        assert_eq!(sample.cells.iter().map(|cell| cell.count).sum::<u64>(), len as u64);
        for cell in sample.cells.iter().step_by(sample.cells.len() / 20) {
            // Values on an edge are rounded to even, to one side or the other.
            let inside = all.iter().filter(|x| cell.low < **x && **x < cell.high).count() as u64;
            let with_edges = all.iter().filter(|x| cell.low <= **x && **x <= cell.high).count() as u64;
            assert!(inside <= cell.count && cell.count <= with_edges, "{cell:?}: {inside}");
        }
    }

    #[test]
    fn counts_are_those_of_all_values() {
        for len in [1000, 3_000_000] {
            check::<f32>(len);
            check::<f64>(len);
            check::<f16>(len);
            check::<bf16>(len);
        }
    }

    #[test]
    fn zeros_and_non_finite_values_are_counted() {
        for len in [100, 10_000] {
            let mut values = vec![1.0_f32; len];
            (values[0], values[1], values[2], values[3]) = (f32::NAN, f32::INFINITY, 0.0, -0.0);
            let sample = counts(&values);
            let (non_finite, len) = (sample.statistics.non_finite, sample.statistics.len);
            assert_eq!((non_finite, sample.zeros(), len), (2, 2, values.len()));
            assert_eq!(sample.cells.iter().map(|cell| cell.count).sum::<u64>(), values.len() as u64 - 2);
        }
    }

    #[test]
    fn no_count_depends_on_the_threads() {
        let param = ParamSpec::new("w", [3_000_003]).expect("a shape");
        let values: Vec<f32> = Normal::new(0.0, 1.0).expect("a normal").sample(&param, Seed(1)).expect("values");
        let sample = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| counts(&values))
        };
        assert_eq!(sample(1).cells, sample(3).cells);
    }

    /// Gains near 1: in 32 bits their sum of squares would lose their variance.
    #[test]
    fn small_deviations_from_a_large_mean_are_measured() {
        let param = ParamSpec::new("w", [5000]).expect("a shape");
        for std in [1e-2, 1e-3, 1e-4] {
            let values: Vec<f32> = Normal::new(1.0, std).expect("a normal").sample(&param, Seed(1)).expect("values");
            let statistics = counts(&values).statistics;
            assert!((statistics.std() / std - 1.0).abs() < 0.05, "{}", statistics.std());
        }
    }
}
