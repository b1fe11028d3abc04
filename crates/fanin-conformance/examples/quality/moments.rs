//! Sums over a stream and its neighbors: moments and correlations.

use fanin_conformance::statistics::z_p_value;
use fanin_core::Element;
use fanin_core::values::WindowError;
use rayon::prelude::*;

use super::law::{Expectations, Law};
use super::outcome::Outcome;
use super::source::Source;

/// The number of values that a thread takes at a time: whole tiles of every type.
const BLOCK: usize = 1 << 16;
/// The distance between partners: each lower partner is followed by its upper one.
const PARTNER: usize = 64;

/// The stream under test and the streams compared with it.
const NAME: &str = "layers.0.weight";
const OTHER_NAME: &str = "layers.1.weight";
const SEEDS: [u64; 3] = [0, 1, 2];

/// Value, magnitude and square of a standardized value.
const FEATURES: [&str; 3] = ["values", "sizes", "squares"];

/// Each with mean 0 and variance 1 under the distribution.
fn features(law: &Expectations, x: f64) -> [f64; 3] {
    let d = (x - law.mean) / law.std;
    [d, (d.abs() - law.size) / (1.0 - law.size * law.size).sqrt(), (d * d - 1.0) / (law.moments[4] - 1.0).sqrt()]
}

/// Sums of products of features, for each tested pair.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    powers: [f64; 4],
    neighbors: [f64; 3],
    partners: [f64; 3],
    names: [f64; 3],
    seeds: [[f64; 3]; 3],
}

impl Sums {
    fn plus(mut self, other: Self) -> Self {
        let add = |to: &mut [f64], from: &[f64]| to.iter_mut().zip(from).for_each(|(a, b)| *a += b);
        add(&mut self.powers, &other.powers);
        add(&mut self.neighbors, &other.neighbors);
        add(&mut self.partners, &other.partners);
        add(&mut self.names, &other.names);
        add(self.seeds.as_flattened_mut(), other.seeds.as_flattened());
        self
    }
}

fn add_products(to: &mut [f64; 3], a: &[f64; 3], b: &[f64; 3]) {
    for feature in 0..3 {
        to[feature] += a[feature] * b[feature];
    }
}

/// The sums over elements `start..start + len` of the streams.
fn sums_of_block<T: Element>(
    source: &impl Source<T>,
    law: &Expectations,
    start: usize,
    len: usize,
) -> Result<Sums, WindowError> {
    let draw = |seed, name, more| {
        let mut values = vec![T::default(); len + more];
        source.fill(seed, name, start as u64, &mut values)?;
        Ok::<_, WindowError>(values.into_iter().map(|x| features(law, x.to_f64())).collect::<Vec<_>>())
    };
    // One more, the neighbor of the last.
    let base = draw(SEEDS[0], NAME, 1)?;
    let other = draw(SEEDS[0], OTHER_NAME, 0)?;
    let seeds = [draw(SEEDS[1], NAME, 0)?, draw(SEEDS[2], NAME, 0)?];
    let mut sums = Sums::default();
    for i in 0..len {
        let d = base[i][0];
        for (power, sum) in sums.powers.iter_mut().enumerate() {
            *sum += [d, d * d, d * d * d, d * d * d * d][power];
        }
        add_products(&mut sums.neighbors, &base[i], &base[i + 1]);
        if (i / PARTNER).is_multiple_of(2) {
            add_products(&mut sums.partners, &base[i], &base[i + PARTNER]);
        }
        add_products(&mut sums.names, &base[i], &other[i]);
        add_products(&mut sums.seeds[0], &base[i], &seeds[0][i]);
        add_products(&mut sums.seeds[1], &base[i], &seeds[1][i]);
        add_products(&mut sums.seeds[2], &seeds[0][i], &seeds[1][i]);
    }
    Ok(sums)
}

/// Tests moments up to the fourth and every correlation; `n` is a multiple of 2^16.
///
/// With the mean and standard deviation of the distribution rather than the sample, each sum has an exact mean and
/// variance: `n E d^k` and `n (E d^2k - (E d^k)^2)`, and 0 and `n` for products of features, which are uncorrelated
/// even if pairs overlap.
pub(crate) fn test<T: Element>(source: &impl Source<T>, law: &Law, n: usize) -> Result<Vec<Outcome>, WindowError> {
    let expected = &law.expectations;
    let blocks = n / BLOCK;
    let sums = (0..blocks)
        .into_par_iter()
        .map(|block| sums_of_block(source, expected, block * BLOCK, BLOCK))
        .try_reduce(Sums::default, |a, b| Ok(a.plus(b)))?;
    let mut outcomes = Vec::new();
    let mut outcome = |test: String, n: usize, shown: String, z: f64| {
        let statistic = format!("{shown}z = {z:+.3}");
        outcomes.push(Outcome { law: law.name.clone(), test, n, statistic, p: z_p_value(z) });
    };
    #[expect(clippy::cast_precision_loss, reason = "at most 2^40")]
    let number = n as f64;
    for (k, sum) in (1..).zip(sums.powers) {
        let (mean, square) = (expected.moments[k], expected.moments[2 * k]);
        let z = (sum - number * mean) / (number * (square - mean * mean)).sqrt();
        outcome(format!("standardized moment {k}"), n, format!("{:+.6}, ", sum / number), z);
    }
    let [zero_one, zero_two, one_two] = sums.seeds;
    for (pairs, number, sums) in [
        ("neighbors (i, i + 1)", n, sums.neighbors),
        ("partners (i, i + 64)", n / 2, sums.partners),
        ("names that differ by a letter", n, sums.names),
        ("seeds 0 and 1", n, zero_one),
        ("seeds 0 and 2", n, zero_two),
        ("seeds 1 and 2", n, one_two),
    ] {
        for (feature, sum) in FEATURES.into_iter().zip(sums) {
            #[expect(clippy::cast_precision_loss, reason = "at most 2^40")]
            let z = sum / (number as f64).sqrt();
            outcome(format!("{pairs}, {feature}"), number, String::new(), z);
        }
    }
    Ok(outcomes)
}
