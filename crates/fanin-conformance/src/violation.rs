//! Violations: the failures of laws.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fanin_core::{
    InitError, ParamSpec, ResolveError,
    network::NetworkError,
    param::{BlockError, ShapeError, StrideError},
};

/// A law that failed in one case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("law '{law}' does not hold for {subject} in case '{case}': {reason}")]
pub struct Violation {
    /// The name of the law.
    pub law: &'static str,
    /// The subject of the test: an initializer or a backend.
    pub subject: String,
    /// The case.
    pub case: String,
    /// The observed and the expected value.
    pub reason: String,
}

/// Formats violations, one per line, for test failures.
#[must_use]
pub fn report(violations: &[Violation]) -> String {
    let lines: Vec<String> = violations.iter().map(ToString::to_string).collect();
    format!("{} violations\n{}", violations.len(), lines.join("\n"))
}

/// The reason why a law failed, before law and case are added.
#[derive(Debug)]
pub(crate) struct Reason(String);

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for Reason {
    fn from(reason: String) -> Self {
        Self(reason)
    }
}

/// Turns an unexpected error into a violation.
macro_rules! unexpected {
    ($($error:ty),*) => {$(
        impl From<$error> for Reason {
            fn from(error: $error) -> Self {
                Self(format!("unexpected error: {error}"))
            }
        }
    )*};
}

unexpected!(InitError, NetworkError, ResolveError, ShapeError, BlockError, StrideError);

/// The result of one law: `Ok` if it holds.
pub(crate) type Verdict = Result<(), Reason>;

/// Checks a condition; the reason is computed only on failure.
pub(crate) fn hold(condition: bool, reason: impl FnOnce() -> String) -> Verdict {
    if condition { Ok(()) } else { Err(Reason(reason())) }
}

/// Runs code that may panic, and returns the message of its panic as an error.
pub(crate) fn caught<T>(code: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(code)).map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no message").to_owned()
    })
}

/// Runs a law and adds its name, subject and case to a failure. A panic is a violation.
pub(crate) fn judge(
    law: &'static str,
    subject: impl FnOnce() -> String,
    case: &str,
    check: impl FnOnce() -> Verdict,
) -> Result<(), Violation> {
    let reason = match caught(check) {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(Reason(reason))) => reason,
        Err(text) => format!("it panicked: {text}"),
    };
    Err(Violation { law, subject: subject(), case: case.to_owned(), reason })
}

/// Compares two lists bitwise and reports the first difference.
pub(crate) fn same_bits(what: &str, seen: &[f64], wanted: &[f64]) -> Verdict {
    hold(seen.len() == wanted.len(), || format!("{what}: {} values, not {}", seen.len(), wanted.len()))?;
    let differ = seen.iter().zip(wanted).position(|(a, b)| a.to_bits() != b.to_bits());
    match differ.and_then(|at| Some((at, seen.get(at)?, wanted.get(at)?))) {
        None => Ok(()),
        Some((at, a, b)) => Err(Reason(format!("{what}: element {at} is {a:e}, not {b:e}"))),
    }
}

/// Formats a parameter as in case names: `weight [64, 256]`.
pub(crate) fn param_text(param: &ParamSpec) -> String {
    format!("{} {:?}", param.name(), param.shape())
}
