//! A distribution that could have made a tensor, and how well it fits.

use fanin_core::Distribution;

/// The probability with which values of a distribution are said to be of none.
pub const ALPHA: f64 = 1e-4;

/// What speaks for a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CandidateKind {
    /// Its structure: every value is where it puts it. No likelihood is needed.
    Structure,
    /// Its likelihood; its numbers are given by its name and the shape.
    Named,
    /// Its likelihood; its numbers were fitted to the values.
    Fitted,
}

/// A distribution that could have made a tensor.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The initializer's text; fitted numbers are shown with four digits.
    pub text: String,
    /// What speaks for it.
    pub kind: CandidateKind,
    /// The distribution, with all digits.
    pub distribution: Distribution,
    /// Numbers that were fitted.
    pub parameters: u32,
    /// The log-likelihood in nats; none where the structure speaks.
    pub log_likelihood: Option<f64>,
    /// The log-likelihood less what the fitted numbers and the lack of a usual name cost: what the ranking goes by. Infinite where
    /// the structure speaks.
    pub score: f64,
    /// How well it fits; only of the first few.
    pub fit: Option<Fit>,
    /// Another name of the same distribution, under a condition.
    pub note: Option<String>,
}

/// How well values fit a distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// The distance of Kolmogorov and Smirnov.
    pub distance: f64,
    /// The probability of a greater distance under that distribution, with regard to what was fitted.
    pub distance_probability: f64,
    /// The least probability, of four, that rows and columns of independent values differ more in mean or spread; none where there
    /// are no rows and columns.
    pub lines_probability: Option<f64>,
    /// The least of all, times their number.
    pub probability: f64,
}

impl Fit {
    /// Whether values of this distribution lie so far off in one of ten thousand tensors or more ([`ALPHA`]).
    #[must_use]
    pub fn is_plausible(&self) -> bool {
        self.probability >= ALPHA
    }
}
