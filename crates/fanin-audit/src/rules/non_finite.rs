//! NaN and infinite values.

use serde_json::json;

use super::rule::AuditRule;
use super::wording::is;
use crate::judge::Subject;
use crate::{AuditError, Finding, Model, Progress, Severity, TensorKind};

pub(super) static RULE: AuditRule = AuditRule {
    id: "non-finite",
    severity: Severity::Error,
    finds: "values that are NaN or infinite",
    why: "One such value makes every output that depends on it NaN or infinite.",
    evidence: "Checks every value of every floating-point tensor, buffers included. Infinities in masks and other buffers are \
               intended and not reported.",
    remedy: "Go back to the last finite checkpoint and find the step that went wrong: a learning rate too high, a division \
             by zero, a half-precision overflow.",
    deep: false,
    decide,
};

fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let mut findings = Vec::new();
    for subject in model.subjects().iter().filter(|subject| subject.statistics.non_finite > 0) {
        let (nan, infinite, first) = count(subject)?;
        if nan == 0 && subject.kind() == TensorKind::Buffer {
            continue;
        }
        let place = first.map_or_else(String::new, |first| format!("; the first is element {first}"));
        let values = subject.statistics.len;
        let message = match (nan, infinite) {
            (nan, 0) => format!("{nan} of {values} values {} NaN{place}", is(nan)),
            (0, infinite) => format!("{infinite} of {values} values {} infinite{place}", is(infinite)),
            (nan, infinite) => format!("{nan} of {values} values {} NaN and {infinite} infinite{place}", is(nan)),
        };
        let evidence = json!({ "nan": nan, "infinite": infinite, "first": first, "values": values });
        findings.push(RULE.finding(subject, Severity::Error, message, evidence));
    }
    Ok(findings)
}

/// Counts NaN and infinite values and finds the first of either.
fn count(subject: &Subject<'_>) -> Result<(usize, usize, Option<usize>), AuditError> {
    let data = subject.data()?;
    let mut buffer = [0.0_f64; 1024];
    let (mut nan, mut infinite, mut first, mut start) = (0, 0, None, 0);
    loop {
        let read = data.read_f64(start, &mut buffer);
        if read == 0 {
            return Ok((nan, infinite, first));
        }
        for (at, value) in buffer[..read].iter().enumerate().filter(|(_, value)| !value.is_finite()) {
            first = first.or(Some(start + at));
            nan += usize::from(value.is_nan());
            infinite += usize::from(value.is_infinite());
        }
        start += read;
    }
}
