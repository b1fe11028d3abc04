//! The whole distribution and its tails, from the sorted sample.

use fanin_conformance::statistics::{binomial_p_value, ks_distance_of_part, ks_p_value, rounded, upper_edge};
use fanin_core::Element;
use fanin_core::values::WindowError;
use fanin_core::values::exact::normal_tail;
use rayon::prelude::*;

use super::law::Law;
use super::outcome::Outcome;
use super::source::Source;

/// The number of values that a thread compares at a time.
const PART: usize = 1 << 18;

/// Runs the Kolmogorov-Smirnov test and the tail counts on `n` values in sorted order.
pub(crate) fn test<T: Element>(source: &impl Source<T>, law: &Law, n: usize) -> Result<Vec<Outcome>, WindowError> {
    let mut values = vec![T::default(); n];
    source.fill(0, "layers.0.weight", 0, &mut values)?;
    values.par_sort_unstable_by(|a, b| a.to_f64().total_cmp(&b.to_f64()));
    let distance = cuts(&values)
        .into_par_iter()
        .map(|(from, to)| {
            let part: Vec<f64> = values[from..to].iter().map(|x| x.to_f64()).collect();
            ks_distance_of_part(&part, from, n, law.dtype, &law.cdf)
        })
        .reduce(|| 0.0, f64::max);
    let mut outcomes = vec![Outcome {
        law: law.name.clone(),
        test: "Kolmogorov and Smirnov".to_owned(),
        n,
        statistic: format!("distance {distance:.3e}"),
        p: ks_p_value(n, distance),
    }];
    for sigma in [3.0, 4.0, 5.0] {
        let share = normal_tail(sigma);
        // The value of the type at the quantile, and the exact probability of that value and everything beyond.
        let low = rounded(law.dtype, quantile(&law.cdf, law.range, share));
        let high = rounded(law.dtype, -quantile(|x| (law.tail)(-x), (-law.range.1, -law.range.0), share));
        let below = values.partition_point(|x| x.to_f64() <= low);
        let above = n - values.partition_point(|x| x.to_f64() < high);
        let ends = [
            ("lowest", below, (law.cdf)(upper_edge(law.dtype, low))),
            ("highest", above, (law.tail)(-upper_edge(law.dtype, -high))),
        ];
        for (side, count, p) in ends {
            #[expect(clippy::cast_precision_loss, reason = "at most 2^40")]
            let wanted = p * n as f64;
            outcomes.push(Outcome {
                law: law.name.clone(),
                test: format!("{side} {share:.2e}, {sigma} sigma"),
                n,
                statistic: format!("{count} of {wanted:.1} expected"),
                p: binomial_p_value(count, n, p),
            });
        }
    }
    Ok(outcomes)
}

/// Splits a sorted sample where the value changes.
fn cuts<T: Element>(sorted: &[T]) -> Vec<(usize, usize)> {
    let mut cuts = Vec::new();
    let mut from = 0;
    while from < sorted.len() {
        let last = sorted[(from + PART).min(sorted.len()) - 1].to_f64();
        let to = from + sorted[from..].partition_point(|x| x.to_f64().total_cmp(&last).is_le());
        cuts.push((from, to));
        from = to;
    }
    cuts
}

/// Finds where an increasing function reaches `share`, by bisection.
fn quantile(cdf: impl Fn(f64) -> f64, (mut low, mut high): (f64, f64), share: f64) -> f64 {
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if cdf(middle) < share {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}
