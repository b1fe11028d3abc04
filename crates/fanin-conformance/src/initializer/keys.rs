//! Checks that other seeds and names produce other values.

use fanin_core::{Dtype, Initializer, Seed};

use super::draw::{Draw, Sample};
use super::{Expected, InitializerCase};
use crate::statistics::{ALPHA, correlation, correlation_error, two_sided_z};
use crate::violation::{Verdict, hold, same_bits};

/// Similar names.
const NAMES: [&str; 3] = ["layers.0.weight", "layers.1.weight", "layers.10.weight"];

/// Unless the initializer states that nothing is random, another seed or name produces other values, and parameters of equal shape are
/// uncorrelated.
///
/// The correlation of n independent pairs is nearly normal, with the error of
/// [`correlation_error`](crate::statistics::correlation_error). n is [`super::case::SAMPLE`], and alpha is [`ALPHA`]
/// per pair of names.
pub(super) fn keys(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    for dtype in case.drawn_dtypes() {
        let draw = Draw::whole(case, dtype);
        let [first, ..] = NAMES;
        let values = draw.at(case.seed, first).by(initializer)?;
        let seeds: Vec<u64> = (1..=64).map(|offset| case.seed.0.wrapping_add(offset)).collect();
        let varies = |seed: &u64| draw.at(Seed(*seed), first).by(initializer).map(|other| other != values);
        let random = seeds.iter().map(varies).collect::<Result<Vec<_>, _>>()?.contains(&true);
        let law = case
            .expectation(initializer)
            .map_or_else(|| initializer.distribution(&case.param), |expectation| expectation.law);
        hold(law.is_random().is_none_or(|stated| stated == random), || match random {
            true => format!("{dtype}: the distribution is constant, but the values depend on the seed"),
            false => format!("{dtype}: 64 seeds give the same values"),
        })?;
        // Without a statement, equal values are more likely a forgotten key than meant.
        hold(random || law.is_random() == Some(false) || case.expected != Expected::AsStated, || {
            format!(
                "{dtype}: 64 seeds give the same values; if nothing is random, state Distribution::Fixed or Constant"
            )
        })?;
        if random {
            names_are_apart(initializer, case, dtype)?;
        } else {
            same_bits(
                &format!("{dtype}: the values do not depend on the seed, but on the name"),
                &draw.by(initializer)?,
                &values,
            )?;
        }
    }
    Ok(())
}

fn names_are_apart(initializer: &dyn Initializer, case: &InitializerCase, dtype: Dtype) -> Verdict {
    let samples = NAMES.map(|name| Sample::of(initializer, case, dtype, name));
    let mut values = Vec::new();
    for sample in samples {
        values.push(sample?.values);
    }
    for (i, (left, first)) in values.iter().zip(NAMES).enumerate() {
        for (right, second) in values.iter().zip(NAMES).take(i) {
            hold(left != right, || format!("{dtype}: '{first}' and '{second}' have the same values"))?;
            let pairs: Vec<_> = left.iter().copied().zip(right.iter().copied()).collect();
            let limit = two_sided_z(ALPHA) * correlation_error(&pairs);
            let found = correlation(&pairs).unwrap_or(0.0);
            hold(found.abs() <= limit, || {
                format!("{dtype}: '{first}' and '{second}' are correlated: {found:.4}, limit {limit:.4}")
            })?;
        }
    }
    Ok(())
}
