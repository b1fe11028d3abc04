//! Checks that the elements of a parameter are independent.

use fanin_core::{Distribution, Initializer};

use super::draw::Sample;
use super::leaves::leaves;
use super::{Expectation, InitializerCase};
use crate::statistics::{ALPHA, correlation, number, two_sided_z};
use crate::violation::{Verdict, hold};

/// Distances at which generators tend to repeat: neighbors, pairs, vector widths, tiles.
const LAGS: [usize; 6] = [1, 2, 4, 64, 128, 256];

/// Elements at certain distances are uncorrelated, and so are their magnitudes: the distances at which generators tend
/// to repeat, and one row of the parameter.
///
/// The correlation of n pairs is close to `N(0, 1 / n)`; alpha is [`ALPHA`] per distance.
pub(super) fn independence(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    let Some(expectation) = case.expectation(initializer) else { return Ok(()) };
    let row = case.param.shape().iter().skip(1).product::<usize>();
    for dtype in case.drawn_dtypes() {
        let sample = Sample::of(initializer, case, dtype, case.param.name())?;
        for leaf in leaves(&expectation, sample) {
            // The elements of these distributions may depend on each other.
            let dependent = matches!(leaf.expectation.law, Distribution::Mixture(_) | Distribution::Sparse { .. });
            if !dependent && !leaf.expectation.is_constant() {
                of_leaf(&leaf.expectation, &leaf.sample, &format!("{dtype}{}", leaf.name), row)?;
            }
        }
    }
    Ok(())
}

fn of_leaf(expectation: &Expectation, sample: &Sample, what: &str, row: usize) -> Verdict {
    for lag in LAGS.into_iter().chain([row]).filter(|lag| (1..sample.length).contains(lag)) {
        let mut values: Vec<(f64, f64)> = Vec::with_capacity(sample.values.len());
        for draw in sample.draws() {
            let later = draw.get(lag..).unwrap_or_default();
            values.extend(draw.iter().copied().zip(later.iter().copied()));
        }
        let size = |value: f64| (value - expectation.mean).abs();
        let sizes: Vec<(f64, f64)> = values.iter().map(|(a, b)| (size(*a), size(*b))).collect();
        let limit = two_sided_z(ALPHA) / number(values.len()).sqrt();
        for (kind, pairs) in [("values", values), ("sizes", sizes)] {
            let found = correlation(&pairs).unwrap_or(0.0);
            hold(found.abs() <= limit, || {
                format!("{what}: {kind} {lag} elements apart are correlated: {found:.4}, limit {limit:.4}")
            })?;
        }
    }
    Ok(())
}
