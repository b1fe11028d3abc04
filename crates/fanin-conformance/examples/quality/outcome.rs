//! What a test found, and what all of them together say.

use std::fmt;

/// The probability that an honest stream fails any of the tests.
pub(crate) const FAMILY_WISE_ALPHA: f64 = 1e-3;

/// One test of one law.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) law: String,
    pub(crate) test: String,
    /// Values, or pairs of values, in the test.
    pub(crate) n: usize,
    /// What was measured, in words.
    pub(crate) statistic: String,
    /// The probability that an honest stream is as far off, or a bound of it.
    pub(crate) p: f64,
}

/// The p-value below which one of so many tests fails: Bonferroni's, so that any dependence between them is allowed for.
#[expect(clippy::cast_precision_loss, reason = "hundreds of tests")]
pub(crate) fn alpha_of_one(tests: usize) -> f64 {
    FAMILY_WISE_ALPHA / tests as f64
}

/// The tests that fail.
pub(crate) fn failures(outcomes: &[Outcome]) -> Vec<&Outcome> {
    let fails = |p: f64| p.is_nan() || p < alpha_of_one(outcomes.len());
    outcomes.iter().filter(|outcome| fails(outcome.p)).collect()
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { law, test, n, statistic, p } = self;
        write!(f, "{law:<24} {test:<38} {n:>11}  {statistic:<30} {p:.3e}")
    }
}
