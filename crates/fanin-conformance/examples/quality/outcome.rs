//! The outcome of a test, and of all tests together.

use std::fmt;

/// The probability that a correct stream fails any of the tests.
pub(crate) const FAMILY_WISE_ALPHA: f64 = 1e-3;

/// One test of one law.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) law: String,
    pub(crate) test: String,
    /// The number of values, or pairs of values, in the test.
    pub(crate) n: usize,
    /// The measured statistic, in words.
    pub(crate) statistic: String,
    /// The probability, or an upper bound on it, that a correct stream deviates at least as far.
    pub(crate) p: f64,
}

/// The p-value below which one of this many tests fails: Bonferroni's correction, valid for any dependence between
/// them.
#[expect(clippy::cast_precision_loss, reason = "hundreds of tests")]
pub(crate) fn alpha_of_one(tests: usize) -> f64 {
    FAMILY_WISE_ALPHA / tests as f64
}

/// Returns the tests that fail.
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
