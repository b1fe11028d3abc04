//! Candidates: distributions that could have generated a tensor, and their fit.

use fanin_core::Distribution;

/// The significance level of a fit: the probability of rejecting the right distribution.
pub const ALPHA: f64 = 1e-4;

/// The evidence for a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CandidateKind {
    /// Structure: it reproduces every value, so no likelihood is needed.
    Structure,
    /// Likelihood, with parameters given by its name and the shape.
    Named,
    /// Likelihood, with parameters fitted to the values.
    Fitted,
}

/// A distribution that could have generated a tensor.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The text of the initializer; fitted parameters have four digits.
    pub text: String,
    /// The kind of evidence.
    pub kind: CandidateKind,
    /// The distribution, at full precision.
    pub distribution: Distribution,
    /// The number of fitted parameters.
    pub parameters: u32,
    /// The log-likelihood in nats; `None` for structure.
    pub log_likelihood: Option<f64>,
    /// The ranking score: the log-likelihood minus the penalties for fitted parameters and for an uncommon name. Infinite for structure.
    pub score: f64,
    /// The goodness of fit, for the first few candidates.
    pub fit: Option<Fit>,
    /// Another name of the same distribution, and when it applies.
    pub note: Option<String>,
}

/// The goodness of fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// The Kolmogorov-Smirnov distance.
    pub distance: f64,
    /// The p-value of the distance, corrected for fitted parameters.
    pub distance_probability: f64,
    /// The smallest p-value of four tests that rows and columns have equal means and spreads; `None` without rows and columns, or if the
    /// kurtosis of the distribution is not known.
    pub lines_probability: Option<f64>,
    /// The smallest p-value, multiplied by the number of tests.
    pub probability: f64,
}

impl Fit {
    /// Whether the fit passes at [`ALPHA`].
    #[must_use]
    pub fn is_plausible(&self) -> bool {
        self.probability >= ALPHA
    }
}
