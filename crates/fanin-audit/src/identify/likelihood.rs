//! The likelihood of a distribution, from the counts of a tensor.

use fanin_core::values::exact::normal_cdf;
use fanin_core::{Distribution, Dtype};

use crate::measure::{Cell, Counts, number};

/// The relative tolerance of a bound, which may have been rounded to `f32`.
const SLACK: f64 = 1.0 / (1 << 22) as f64;

/// In a cell narrower than this, in sigma, the density is taken as constant.
const NARROW: f64 = 1e-3;

/// `ln sqrt(2 pi)`
const LN_ROOT_TAU: f64 = 0.918_938_533_204_672_7;

/// The log-likelihood of independent values in nats: minus infinity if a value is impossible; `None` if the distribution does not
/// describe single values.
///
/// For 16-bit values it sums the log-probabilities of their cells, so that rounding past a bound is possible; for wider values it sums
/// log-densities.
pub(super) fn log_likelihood(distribution: &Distribution, sample: &Counts) -> Option<f64> {
    match sample.dtype {
        Dtype::F16 | Dtype::BF16 => of_cells(distribution, &sample.cells),
        Dtype::F32 | Dtype::F64 => of_sums(distribution, sample),
    }
}

/// The mean, the scale and the truncated standard normal of a distribution.
fn normal(distribution: &Distribution) -> Option<(f64, f64, f64, f64)> {
    match distribution {
        Distribution::Normal { mean, std } if *std > 0.0 => Some((*mean, *std, f64::NEG_INFINITY, f64::INFINITY)),
        Distribution::TruncatedNormal { mean, scale, unit } if *scale > 0.0 => {
            Some((*mean, *scale, unit.low(), unit.high()))
        }
        _ => None,
    }
}

/// The log-probability that truncation keeps.
fn ln_mass(low: f64, high: f64) -> f64 {
    between(low, high).ln()
}

/// `Phi(high) - Phi(low)`, from the nearer tail.
fn between(low: f64, high: f64) -> f64 {
    if low > 0.0 { normal_cdf(-low) - normal_cdf(-high) } else { normal_cdf(high) - normal_cdf(low) }
}

fn of_sums(distribution: &Distribution, sample: &Counts) -> Option<f64> {
    let statistics = &sample.statistics;
    let n = statistics.count();
    let (least, greatest) = (f64::from(statistics.low), f64::from(statistics.high));
    let inside = |low: f64, high: f64| least >= low - SLACK * low.abs() && greatest <= high + SLACK * high.abs();
    let density = match distribution {
        Distribution::Uniform { low, high } if low < high => {
            if inside(*low, *high) {
                -n * (high - low).ln()
            } else {
                f64::NEG_INFINITY
            }
        }
        Distribution::LogUniform { low, high } if low < high => {
            if !inside(*low, *high) {
                return Some(f64::NEG_INFINITY);
            }
            let logarithms: f64 = sample.logarithms();
            -logarithms - n * (high / low).ln().ln()
        }
        _ => {
            let (mean, scale, low, high) = normal(distribution)?;
            if !inside(mean + scale * low, mean + scale * high) {
                return Some(f64::NEG_INFINITY);
            }
            let squares = statistics.squares_about(mean) / (2.0 * scale * scale);
            -n * (scale.ln() + LN_ROOT_TAU + ln_mass(low, high)) - squares
        }
    };
    Some(density)
}

fn of_cells(distribution: &Distribution, cells: &[Cell]) -> Option<f64> {
    cells.iter().try_fold(0.0, |sum, cell| Some(sum + number(cell.count) * ln_probability(distribution, cell)?))
}

/// `ln` of the probability of a cell.
fn ln_probability(distribution: &Distribution, cell: &Cell) -> Option<f64> {
    let part = |low: f64, high: f64| (cell.low.max(low), cell.high.min(high));
    match distribution {
        Distribution::Uniform { low, high } if low < high => {
            let (from, to) = part(*low, *high);
            Some(if from < to { ((to - from) / (high - low)).ln() } else { f64::NEG_INFINITY })
        }
        Distribution::LogUniform { low, high } if low < high => {
            let (from, to) = part(*low, *high);
            Some(if from < to { ((to / from).ln() / (high / low).ln()).ln() } else { f64::NEG_INFINITY })
        }
        _ => {
            let (mean, scale, low, high) = normal(distribution)?;
            let (left, right) = ((cell.low - mean) / scale, (cell.high - mean) / scale);
            let (from, to) = (left.max(low), right.min(high));
            // The cell of zero may be narrower than the spacing of numbers at the mean.
            let width = if left >= low && right <= high { (cell.high - cell.low) / scale } else { to - from };
            if width <= 0.0 {
                return Some(f64::NEG_INFINITY);
            }
            let inside = if width < NARROW {
                let middle = f64::midpoint(from, to);
                width.ln() - LN_ROOT_TAU - 0.5 * middle * middle
            } else {
                let probability = between(from, to);
                let nearer = from.max(-to).max(0.0);
                if probability > 0.0 { probability.ln() } else { width.ln() - LN_ROOT_TAU - 0.5 * nearer * nearer }
            };
            Some(inside - ln_mass(low, high))
        }
    }
}

#[cfg(test)]
mod tests {
    use fanin_core::values::TruncatedUnitNormal;
    use fanin_core::{Element, param::Slice};
    use half::{bf16, f16};

    use super::*;
    use crate::measure::Grid;
    use fanin_checkpoint::reading::TensorData;

    fn distributions() -> Vec<Distribution> {
        let unit = TruncatedUnitNormal::new(-2.0, 2.0).expect("bounds");
        vec![
            Distribution::Normal { mean: 0.1, std: 0.7 },
            Distribution::Uniform { low: -1.0, high: 1.5 },
            Distribution::TruncatedNormal { mean: 0.0, scale: 0.6, unit },
        ]
    }

    /// `ln` of the density, straight from the formula.
    fn ln_density(distribution: &Distribution, x: f64) -> f64 {
        match distribution {
            Distribution::Normal { mean, std } => {
                -((x - mean) / std).powi(2) / 2.0 - (std * 2.506_628_274_631_000_5).ln()
            }
            Distribution::Uniform { low, high } => -(high - low).ln(),
            Distribution::TruncatedNormal { scale, .. } => {
                -(x / scale).powi(2) / 2.0 - (scale * 2.506_628_274_631_000_5 * 0.954_499_736_103_641_6).ln()
            }
            _ => f64::NAN,
        }
    }

    const VALUES: [f64; 6] = [-0.9, -0.25, 0.0, 0.125, 0.5, 1.0625];

    fn counts(values: Slice<'_>) -> Counts {
        Counts::of(&TensorData::from(values), Grid::vector(values.len())).expect("numbers")
    }

    fn sample<T: Element>(values: &[T]) -> Counts {
        counts(T::lend(values))
    }

    #[test]
    fn wide_values_have_their_density() {
        let sample = sample(&VALUES);
        for distribution in distributions() {
            let wanted: f64 = VALUES.iter().map(|x| ln_density(&distribution, *x)).sum();
            let got = log_likelihood(&distribution, &sample).expect("a distribution");
            assert!((got - wanted).abs() < 1e-12, "{distribution:?}: {got} {wanted}");
        }
    }

    #[test]
    fn narrow_values_have_the_probability_of_their_cells() {
        let halves: Vec<f16> = VALUES.iter().map(|x| f16::from_f64(*x)).collect();
        let brains: Vec<bf16> = VALUES.iter().map(|x| bf16::from_f64(*x)).collect();
        for sample in [sample(&halves), sample(&brains)] {
            for distribution in distributions() {
                let width: f64 = sample.cells.iter().map(|cell| (cell.high - cell.low).ln()).sum();
                let density: f64 = sample.cells.iter().map(|cell| ln_density(&distribution, cell.value)).sum();
                let got = log_likelihood(&distribution, &sample).expect("a distribution");
                assert!((got - width - density).abs() < 1e-3, "{distribution:?}: {got} {}", width + density);
            }
        }
    }

    #[test]
    fn rounding_beyond_a_bound_is_no_contradiction_and_more_is() {
        let distribution = Distribution::Uniform { low: -0.3, high: 0.3 };
        let above = bf16::from_f64(0.3);
        assert!(above.to_f64() > 0.3);
        assert!(log_likelihood(&distribution, &sample(&[above])).is_some_and(f64::is_finite));
        let next = bf16::from_bits(above.to_bits() + 1);
        assert_eq!(log_likelihood(&distribution, &sample(&[next])), Some(f64::NEG_INFINITY));
        assert!(log_likelihood(&distribution, &sample(&[0.3_f32])).is_some_and(f64::is_finite));
        assert_eq!(log_likelihood(&distribution, &sample(&[0.300_01_f32])), Some(f64::NEG_INFINITY));
    }

    #[test]
    fn values_far_out_are_unlikely_and_not_impossible() {
        let distribution = Distribution::Normal { mean: 0.0, std: 1.0 };
        for sample in [sample(&[100.0_f64]), sample(&[f16::from_f64(100.0)])] {
            assert!(log_likelihood(&distribution, &sample).is_some_and(|l| l < -4900.0 && l.is_finite()));
        }
        assert_eq!(log_likelihood(&Distribution::Fixed, &counts(Slice::F64(&[1.0]))), None);
    }
}
