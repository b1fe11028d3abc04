//! The result of an identification.

use std::fmt;

use super::{Address, Candidate, CandidateKind};
use crate::judge::named::spelled_out;
use crate::measure::Statistics;
use fanin_checkpoint::reading::TensorData;

/// The minimum number of values that distinguish distributions.
const FEWEST: usize = 64;

/// The maximum number of tied candidates shown in one line.
const SHOWN: usize = 4;

/// The candidates and basic statistics of a tensor.
#[derive(Clone, Debug)]
pub struct Identification {
    /// Whether the element type is a float.
    pub readable: bool,
    /// The number of elements.
    pub len: u64,
    /// The number of infinite and NaN values.
    pub non_finite: u64,
    /// The number of zero rows in a table of nonzero values: padding, which is excluded from the comparison.
    pub zero_rows: u64,
    /// The mean, or NaN.
    pub mean: f64,
    /// The standard deviation around the mean, or NaN.
    pub std: f64,
    /// The smallest value, or NaN.
    pub least: f64,
    /// The largest value, or NaN.
    pub greatest: f64,
    /// The possible candidates, best first.
    pub candidates: Vec<Candidate>,
    /// The number of candidates tied with the first.
    pub tied: usize,
    /// The address at which fanin generates exactly these values.
    pub address: Option<Address>,
    /// The number of values compared with distributions.
    pub(super) compared: usize,
}

/// The verdict of an identification.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum IdentityVerdict<'a> {
    /// The element type is not a float.
    Unreadable,
    /// There are no elements.
    Empty,
    /// This many values are infinite or NaN.
    NotFinite(u64),
    /// Exactly fanin's own values.
    Address(&'a Address),
    /// Fewer than 64 values, which do not distinguish distributions.
    TooFew,
    /// Consistent with one distribution, which may have several names.
    Known,
    /// Consistent with several distributions, the tied candidates, which the values do not distinguish.
    Undetermined,
    /// Consistent with a family of distributions with fitted parameters.
    Fitted,
    /// None of the candidates: even the best fits badly.
    NoneOfThese,
}

impl Identification {
    pub(super) fn unreadable(data: &TensorData<'_>) -> Self {
        Self {
            readable: false,
            len: data.len() as u64,
            non_finite: 0,
            zero_rows: 0,
            mean: f64::NAN,
            std: f64::NAN,
            least: f64::NAN,
            greatest: f64::NAN,
            candidates: Vec::new(),
            tied: 0,
            address: None,
            compared: data.len(),
        }
    }

    pub(super) fn of(data: &TensorData<'_>, statistics: &Statistics) -> Self {
        let unknown = Self { readable: true, non_finite: statistics.non_finite, ..Self::unreadable(data) };
        if statistics.len == 0 || statistics.non_finite > 0 {
            return unknown;
        }
        Self {
            mean: statistics.mean(),
            std: statistics.std(),
            least: f64::from(statistics.low),
            greatest: f64::from(statistics.high),
            ..unknown
        }
    }

    /// The best candidates, tied with each other.
    #[must_use]
    pub fn best(&self) -> &[Candidate] {
        self.candidates.get(..self.tied).unwrap_or_default()
    }

    /// The verdict.
    #[must_use]
    pub fn verdict(&self) -> IdentityVerdict<'_> {
        if !self.readable {
            return IdentityVerdict::Unreadable;
        }
        if self.len == 0 {
            return IdentityVerdict::Empty;
        }
        if self.non_finite > 0 {
            return IdentityVerdict::NotFinite(self.non_finite);
        }
        if let Some(address) = &self.address {
            return IdentityVerdict::Address(address);
        }
        let Some(best) = self.candidates.first() else { return IdentityVerdict::NoneOfThese };
        let is_other = |one: &Candidate| one.distribution != best.distribution;
        // Values determined by their positions, and orthogonal vectors, are not due to chance, however few they are.
        let is_drawn = best.distribution.is_random() != Some(false) && best.distribution.cdf(0.0).is_some();
        if is_drawn && self.compared < FEWEST {
            IdentityVerdict::TooFew
        } else if best.fit.is_some_and(|fit| !fit.is_plausible()) {
            IdentityVerdict::NoneOfThese
        } else if self.best().iter().all(|one| one.kind == CandidateKind::Fitted) {
            IdentityVerdict::Fitted
        } else if best.kind != CandidateKind::Structure && self.best().iter().any(is_other) {
            IdentityVerdict::Undetermined
        } else {
            IdentityVerdict::Known
        }
    }

    /// The tied candidates in one line: `=` between equal distributions, `or` between others, and the number beyond four.
    #[must_use]
    pub fn tied_text(&self) -> String {
        let mut text = String::new();
        let mut before: Option<&Candidate> = None;
        for candidate in self.best().iter().take(SHOWN) {
            if let Some(before) = before {
                text += if before.distribution == candidate.distribution { " = " } else { " or " };
            }
            text += &spelled_out(&candidate.text);
            before = Some(candidate);
        }
        match self.tied.saturating_sub(SHOWN) {
            0 => text,
            more => format!("{text} or {more} more"),
        }
    }
}

impl fmt::Display for Identification {
    /// The verdict in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = match self.verdict() {
            IdentityVerdict::Unreadable => f.write_str("not read"),
            IdentityVerdict::Empty => f.write_str("empty"),
            IdentityVerdict::NotFinite(1) => f.write_str("1 value is infinite or NaN"),
            IdentityVerdict::NotFinite(count) => write!(f, "{count} values are infinite or NaN"),
            IdentityVerdict::Address(address) => {
                write!(f, "exactly fanin's {}, seed {}", spelled_out(&address.text), address.seed)
            }
            IdentityVerdict::TooFew => f.write_str("too few values to tell"),
            IdentityVerdict::Known | IdentityVerdict::Fitted => f.write_str(&self.tied_text()),
            IdentityVerdict::Undetermined => write!(f, "undetermined: {}", self.tied_text()),
            IdentityVerdict::NoneOfThese => match self.candidates.first() {
                Some(nearest) => write!(f, "none of these; nearest {}", spelled_out(&nearest.text)),
                None => f.write_str("none of these"),
            },
        };
        told?;
        match self.zero_rows {
            0 => Ok(()),
            1 => f.write_str(", and a zero row"),
            rows => write!(f, ", and {rows} zero rows"),
        }
    }
}
