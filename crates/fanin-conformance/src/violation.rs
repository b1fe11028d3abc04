//! What a law returns when it does not hold.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fanin_core::{InitError, ParamSpec, PlanError, network::NetworkError, param::ShapeError};

/// A law that does not hold, in one case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("law '{law}' does not hold for {subject} in case '{case}': {reason}")]
pub struct Violation {
    /// The law, by its name.
    pub law: &'static str,
    /// What was tested: an initializer or a backend.
    pub subject: String,
    /// The case.
    pub case: String,
    /// What was seen, and what should have been.
    pub reason: String,
}

/// Every violation on a line of its own: what a test shows when it fails.
#[must_use]
pub fn report(violations: &[Violation]) -> String {
    let lines: Vec<String> = violations.iter().map(ToString::to_string).collect();
    format!("{} violations\n{}", violations.len(), lines.join("\n"))
}

/// Why a law does not hold, before the law and the case are named.
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

/// An error where none should be is a violation too.
macro_rules! unexpected {
    ($($error:ty),*) => {$(
        impl From<$error> for Reason {
            fn from(error: $error) -> Self {
                Self(format!("an error that should not be: {error}"))
            }
        }
    )*};
}

unexpected!(InitError, NetworkError, PlanError, ShapeError);

/// The verdict of one law: `Ok` if it holds.
pub(crate) type Verdict = Result<(), Reason>;

/// A verdict of `condition`, with a reason that is only made when it is needed.
pub(crate) fn hold(condition: bool, reason: impl FnOnce() -> String) -> Verdict {
    if condition { Ok(()) } else { Err(Reason(reason())) }
}

/// Runs a law and names it, its subject and its case. A panic is a violation.
pub(crate) fn judge(
    law: &'static str,
    subject: impl FnOnce() -> String,
    case: &str,
    check: impl FnOnce() -> Verdict,
) -> Result<(), Violation> {
    let reason = match catch_unwind(AssertUnwindSafe(check)) {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(Reason(reason))) => reason,
        Err(payload) => {
            let text = payload.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no message");
            format!("it panicked: {text}")
        }
    };
    Err(Violation { law, subject: subject(), case: case.to_owned(), reason })
}

/// The first place where two lists differ to the bit.
pub(crate) fn same_bits(what: &str, seen: &[f64], wanted: &[f64]) -> Verdict {
    hold(seen.len() == wanted.len(), || format!("{what}: {} values, not {}", seen.len(), wanted.len()))?;
    let differ = seen.iter().zip(wanted).position(|(a, b)| a.to_bits() != b.to_bits());
    match differ.and_then(|at| Some((at, seen.get(at)?, wanted.get(at)?))) {
        None => Ok(()),
        Some((at, a, b)) => Err(Reason(format!("{what}: element {at} is {a:e}, not {b:e}"))),
    }
}

/// `weight [64, 256]`, as a case is called.
pub(crate) fn param_text(param: &ParamSpec) -> String {
    format!("{} {:?}", param.name(), param.shape())
}
