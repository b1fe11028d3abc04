//! Laws about positions: fixed values, parts, counts of zeros.

use fanin_core::{Distribution, Initializer};

use super::draw::{Draw, Sample};
use super::leaves::leaves;
use super::{Expected, InitializerCase};
use crate::statistics::{ALPHA, correlation, correlation_error, number, rounded, spacing, tail_deviance, two_sided_z};
use crate::violation::{Verdict, hold};

/// The values match the case to one step of the type's grid, and exact for zeros and ones. Fixed values do not
/// change with seed or name.
pub(super) fn values(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    let fixed = initializer.distribution(&case.param) == Distribution::Fixed;
    for dtype in &case.dtypes {
        let draw = Draw::whole(case, *dtype);
        if fixed {
            let elsewhere = fanin_core::Seed(case.seed.0.wrapping_add(1));
            let same = draw.at(elsewhere, "elsewhere").by(initializer)? == draw.by(initializer)?;
            hold(same, || format!("{dtype}: the values should be fixed, but depend on seed or name"))?;
        }
        let Expected::Values(wanted) = &case.expected else { continue };
        let found = draw.by(initializer)?;
        hold(found.len() == wanted.len(), || {
            format!("the case lists {} values for {} elements", wanted.len(), found.len())
        })?;
        for (index, (found, wanted)) in found.into_iter().zip(wanted).enumerate() {
            let wanted = rounded(*dtype, *wanted);
            let step = if wanted == 0.0 || wanted == 1.0 { 0.0 } else { spacing(*dtype, wanted) };
            hold((found - wanted).abs() <= step, || format!("{dtype}: element {index} is {found}, not {wanted}"))?;
        }
    }
    Ok(())
}

/// Random parts of equal length are uncorrelated with each other, element by element.
///
/// The correlation of n independent pairs is nearly normal, with the error of [`correlation_error`]; alpha is [`ALPHA`]
/// per pair of parts.
pub(super) fn parts(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    let Some(expectation) = case.expectation(initializer) else { return Ok(()) };
    if !matches!(expectation.law, Distribution::Parts(_)) {
        return Ok(());
    }
    for dtype in case.drawn_dtypes() {
        let leaves = leaves(&expectation, Sample::of(initializer, case, dtype, case.param.name())?);
        for (second, right) in leaves.iter().enumerate() {
            for left in leaves.iter().take(second).filter(|left| left.sample.length == right.sample.length) {
                let pairs: Vec<_> =
                    left.sample.values.iter().copied().zip(right.sample.values.iter().copied()).collect();
                let limit = two_sided_z(ALPHA) * correlation_error(&pairs);
                let found = correlation(&pairs).unwrap_or(0.0);
                hold(found.abs() <= limit, || {
                    let (left, right) = (&left.name, &right.name);
                    format!("{dtype}{left} and{right} are correlated: {found:.4}, limit {limit:.4}")
                })?;
            }
        }
    }
    Ok(())
}

/// If the distribution fixes the number of zeros, every line has exactly that many, and each position of a line has its
/// share of them: binomial test with Chernoff's bound, over the lines of many seeds.
pub(super) fn sparsity(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    let Some(expectation) = case.expectation(initializer) else { return Ok(()) };
    let Distribution::Sparse { zeros, length, stride, .. } = expectation.law else { return Ok(()) };
    let size = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let (wanted, length, stride) = (size(zeros), size(length), size(stride));
    for dtype in case.drawn_dtypes() {
        let sample = Sample::of(initializer, case, dtype, case.param.name())?;
        let (mut at_place, mut lines) = (vec![0; length], 0);
        for draw in sample.draws() {
            let mut of_line = vec![0; draw.len() / length.max(1)];
            for (index, _) in draw.iter().enumerate().filter(|(_, value)| **value == 0.0) {
                let line = index / (length * stride) * stride + index % stride;
                of_line.get_mut(line).into_iter().for_each(|count| *count += 1);
                at_place.get_mut(index / stride % length).into_iter().for_each(|count| *count += 1);
            }
            lines += of_line.len();
            if let Some((line, count)) = of_line.iter().enumerate().find(|(_, count)| **count != wanted) {
                return Err(format!("{dtype}: line {line} has {count} zeros, not {wanted}").into());
            }
        }
        let share = number(wanted) / number(length);
        for (place, count) in at_place.into_iter().enumerate().filter(|_| share > 0.0 && share < 1.0) {
            hold(tail_deviance(count, lines, share) <= (2.0 / ALPHA).ln(), || {
                format!(
                    "{dtype}: position {place} is zero in {count} of {lines} lines, not {:.0}",
                    share * number(lines)
                )
            })?;
        }
    }
    Ok(())
}
