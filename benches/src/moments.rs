//! Checks that a filled buffer follows its distribution.

use std::error::Error;

use fanin_core::{Distribution, Dtype};

use crate::WrongResult;

/// The minimum number of values in a check, drawn by as many fills as needed.
const VALUES: usize = 1 << 16;

/// The allowed deviation of mean and variance in standard errors. A correct filler with fresh draws fails one check in
/// half a billion (two-sided alpha 2e-9); one whose std is off by 2 % fails.
const STANDARD_ERRORS: f64 = 6.0;

/// Fills until there are 65,536 values and compares their mean, std and range with the distribution. `fill` gets the
/// number of the fill, from 0, as a seed.
///
/// # Errors
/// [`WrongResult`] if the values do not follow the distribution; errors of `fill`.
pub fn check(
    subject: &str,
    distribution: &Distribution,
    mut fill: impl FnMut(u64) -> Result<Vec<f32>, Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let nothing = || WrongResult { subject: subject.to_owned(), reason: "nothing was filled".to_owned() };
    let mut values: Vec<f64> = Vec::new();
    for seed in 0.. {
        let filled = fill(seed)?;
        if filled.is_empty() {
            return Err(nothing().into());
        }
        values.extend(filled.into_iter().map(f64::from));
        if values.len() >= VALUES {
            break;
        }
    }
    Ok(check_values(subject, distribution, Dtype::F32, &values)?)
}

/// Compares the mean, std and range of rounded values with the distribution.
///
/// # Errors
/// [`WrongResult`] if they do not follow it.
pub fn check_values(
    subject: &str,
    distribution: &Distribution,
    dtype: Dtype,
    values: &[f64],
) -> Result<(), WrongResult> {
    let wrong = |reason: String| WrongResult { subject: subject.to_owned(), reason };
    let (Some(mean), Some(std), Some((low, high))) = (distribution.mean(), distribution.std(), distribution.bounds())
    else {
        return Err(wrong("its distribution is unknown".to_owned()));
    };
    // The filler rounds a bound to f32, and to the element type together with the values.
    let rounding = match dtype {
        Dtype::BF16 => f64::exp2(-8.0),
        Dtype::F16 => f64::exp2(-11.0),
        Dtype::F32 | Dtype::F64 => f64::from(f32::EPSILON),
    };
    let slack = |bound: f64| rounding * bound.abs() + f64::from(f32::EPSILON) * std;
    let range = low - slack(low)..=high + slack(high);
    if let Some(value) = values.iter().find(|value| !range.contains(*value)) {
        return Err(wrong(format!("{value} is outside {low} to {high}")));
    }
    let (seen_mean, variance, fourth) = central_moments(values);
    let n = count(values.len());
    let mean_holds = (seen_mean - mean).abs() <= STANDARD_ERRORS * std / n.sqrt();
    if !mean_holds {
        return Err(wrong(format!("the mean of {n} values is {seen_mean}, not {mean}")));
    }
    // The variance of a sample variance is (E x^4 - std^4) / n.
    let error = ((fourth - variance * variance) / n).sqrt();
    let std_holds = (variance - std * std).abs() <= STANDARD_ERRORS * error;
    if !std_holds {
        return Err(wrong(format!("the std of {n} values is {}, not {std}", variance.sqrt())));
    }
    Ok(())
}

/// Returns the mean and the second and fourth central moments.
fn central_moments(values: &[f64]) -> (f64, f64, f64) {
    let n = count(values.len());
    let mean = values.iter().sum::<f64>() / n;
    let moment = |power| values.iter().map(|value| (value - mean).powi(power)).sum::<f64>() / n;
    (mean, moment(2), moment(4))
}

#[expect(clippy::cast_precision_loss, reason = "a check takes fewer than 2^53 values")]
fn count(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use fanin_core::initializers::{Normal, Uniform};
    use fanin_core::{Initializer, InitializerExt, ParamSpec, Seed};

    use super::*;

    fn verdict(drawn: &dyn Initializer, distribution: &dyn Initializer) -> Result<(), String> {
        let param = ParamSpec::new("w", [64, 64]).unwrap();
        let fill = |seed| Ok(drawn.sample(&param, Seed(seed))?);
        check("it", &distribution.distribution(&param), fill).map_err(|error| error.to_string())
    }

    #[test]
    fn the_law_itself_passes() {
        for distribution in [&Normal::new(0.1, 0.02).unwrap() as &dyn Initializer, &Uniform::new(-0.3, 0.1).unwrap()] {
            assert_eq!(verdict(distribution, distribution), Ok(()));
        }
    }

    #[test]
    fn nearly_equal_values_do_not() {
        let distribution = Normal::new(0.0, 0.02).unwrap();
        let refused = |drawn: &dyn Initializer, word: &str| {
            let reason = verdict(drawn, &distribution).unwrap_err();
            assert!(reason.contains(word), "{reason}");
        };
        refused(&Normal::new(0.0, 0.02 * 1.02).unwrap(), "std");
        refused(&Normal::new(0.001, 0.02).unwrap(), "mean");
        refused(&Normal::new(0.0, 0.0).unwrap(), "std");
        let narrow = Uniform::new(-0.1, 0.1).unwrap();
        let reason = verdict(&Uniform::new(-0.1, 0.101).unwrap(), &narrow).unwrap_err();
        assert!(reason.contains("outside"), "{reason}");
    }
}
