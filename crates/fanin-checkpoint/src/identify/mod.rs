//! Which initializers could have made a tensor.
//!
//! Every candidate is a [distribution](fanin_core::Distribution): those of the initializers that have a name, with the fans of the tensor's shape, and
//! families whose numbers are fitted. They are ranked by likelihood, less what their freedom costs.
//!
//! - **Likelihood.** Exact, bounds included. Of 16-bit values it is the probability of their roundings. All values of a tensor
//!   count: one pass gathers their sums and how many lie in each of 65536 cells.
//! - **Cost** (Schwarz 1978). A fitted mean or scale costs `ln(n) / 2` nats, a fitted bound `ln n`, for a bound is known to `1 / n`.
//!   A distribution without a usual name must be [a thousand times](LACK_OF_A_NAME) as likely as one that has it.
//! - **Ties.** Candidates within [`EVIDENCE`] of the best are tied with it: no more than a factor of 20 tells them apart. Glorot's
//!   and `LeCun`'s distributions are the same where the fans are.
//! - **Fit.** The best of many bad distributions is no answer. Its distance from the values (Kolmogorov & Smirnov, with the distribution of the
//!   distance that holds for what was fitted) and the likeness of rows and of columns say whether it could have made them, at
//!   [`ALPHA`] for a tensor. Else it is *none of these*: trained weights, mostly.
//! - **Padding.** Rows of zeros in a table of other values are told and left out.
//! - **Structure.** Constants, identities, Hadamard matrices, orthogonal matrices and the zeros of sparse ones are seen as they are.
//! - **Address.** fanin's own values are recognized to the bit, with their seed.
//!
//! # What few values tell
//! The scale of `n` normal values is known to `1 / sqrt(2 n)`: 3 % at 512, 6 % at 128. Laws of one form whose scales differ by less
//! than five times that cannot be told apart; He's and Glorot's normal, at 8 outputs and 64 inputs, differ by 6 %. How often the right
//! one comes first is counted in `campaigns/identify.txt`: of 512 values always or nearly, of 128 in 98 to 100 of 100 draws.
//!
//! ```
//! use fanin_checkpoint::identify::{self, Options, Verdict};
//! use fanin_core::{InitializerExt, Layout, ParamSpec, Seed, initializers::he_normal, param::Slice};
//!
//! let param = ParamSpec::new("fc.weight", [64, 8])?.with_layout(Layout::OutIn);
//! let values: Vec<f32> = he_normal().sample(&param, Seed(42))?;
//! let found = identify::values(Slice::F32(&values), &param, &Options::default());
//! assert_eq!(found.best()[0].text, "he_normal");
//! assert!(matches!(found.verdict(), Verdict::Address(address) if address.seed == 42));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod address;
mod candidate;
pub(crate) mod cells;
pub(crate) mod distance;
mod fitted;
mod fitted_normal;
mod likelihood;
mod lines;
mod model;
mod named;
mod orthogonal;
mod padding;
pub(crate) mod sample;
mod structure;
mod verdict;

use std::ops::RangeInclusive;

use fanin_core::{Distribution, Layout, ParamSpec, param::Slice};

pub use address::Address;
pub use candidate::{Candidate, Fit, Kind};
use fitted::FittedTo;
pub use model::{Found, model};
pub use named::{Named, named};
pub(crate) use orthogonal::is_orthogonal;
use sample::Sample;
pub use verdict::{Identification, Verdict};

use crate::reading::TensorData;

/// Candidates whose log-likelihoods differ by less, in nats, are tied: `ln 20`.
pub const EVIDENCE: f64 = 2.995_732_273_553_991;

/// What the lack of a usual name costs, in nats: `ln 1000`.
pub const LACK_OF_A_NAME: f64 = 6.907_755_278_982_137;

/// The probability with which values of a distribution are said to be of none.
pub const ALPHA: f64 = 1e-4;

/// The distribution that made the values is seldom less likely than another by so many nats: seeds are tried for those that are not.
const NEAR: f64 = 50.0;

/// Candidates whose fit is computed.
const FITS: usize = 3;

/// How tensors are identified.
#[derive(Clone, Debug)]
pub struct Options {
    /// The order of axes of tensors that [`Options::layouts`] says nothing of.
    pub layout: Layout,
    /// Patterns of names with the order of their axes; the first that matches counts.
    pub layouts: Vec<(fanin_core::plan::Pattern, Layout)>,
    /// More initializers to compare with.
    pub more: Vec<Named>,
    /// The seeds that are tried for fanin's own values.
    pub seeds: Option<RangeInclusive<u64>>,
}

impl Default for Options {
    /// `[out, in, k...]`, and the seeds from 0 to 100.
    fn default() -> Self {
        Self { layout: Layout::OutIn, layouts: Vec::new(), more: Vec::new(), seeds: Some(0..=100) }
    }
}

/// Identifies values that lie in memory. The parameter says name, shape and fans; of the options its layouts are not regarded.
#[must_use]
pub fn values(values: Slice<'_>, param: &ParamSpec, options: &Options) -> Identification {
    tensor(&values.into(), param, options)
}

/// Identifies a stored tensor. The parameter says name, shape and fans; of the options its layouts are not regarded.
#[must_use]
pub fn tensor(data: &TensorData<'_>, param: &ParamSpec, options: &Options) -> Identification {
    let Some(sample) = Sample::of(data).filter(|sample| sample.len == param.len() as u64) else {
        return Identification::unreadable(data);
    };
    let mut found = Identification::of(&sample);
    if sample.len == 0 || sample.non_finite > 0 {
        return found;
    }
    let zero_rows = padding::rows(data, &sample, param.shape());
    found.zero_rows = zero_rows.unwrap_or(0);
    let sample = if zero_rows.is_some() { padding::without_zeros(sample) } else { sample };
    found.candidates = ranked(data, &sample, param, options);
    let best = found.candidates.first().map_or(f64::NEG_INFINITY, |candidate| candidate.score);
    let tied = |one: &&Candidate| one.score == best || best - one.score < EVIDENCE;
    found.tied = found.candidates.iter().take_while(tied).count();
    let drawn = found.candidates.first().is_some_and(|best| best.distribution.is_random() != Some(false));
    if drawn && let Some(seeds) = &options.seeds {
        let near = |one: &&Candidate| one.score == best || best - one.score < NEAR;
        let near: Vec<&str> = found.candidates.iter().filter(near).map(|one| one.text.as_str()).collect();
        let structured = found.candidates.iter().filter(|candidate| candidate.kind == Kind::Structure);
        let parsed = structured.filter_map(|one| Some(Named::new(fanin_core::text::parse(&one.text).ok()?.into())));
        let by_name = named().iter().filter(|named| near.contains(&named.text.as_str())).cloned();
        let all: Vec<Named> = parsed.chain(options.more.iter().cloned()).chain(by_name).collect();
        found.address = address::find(data, param, &all, seeds);
    }
    found
}

/// The candidates, the best one first.
fn ranked(data: &TensorData<'_>, sample: &Sample, param: &ParamSpec, options: &Options) -> Vec<Candidate> {
    let mut structures = structure::structures(data, sample, param, &options.more);
    if structures.is_empty() && sample.zeros < sample.len {
        structures.extend(orthogonal::orthogonal(data, sample, param));
    }
    let mut candidates: Vec<(Candidate, FittedTo)> = structures.into_iter().map(structured).collect();
    if sample.least < sample.greatest {
        let all = options.more.iter().chain(named());
        candidates.extend(all.filter_map(|named| by_name(named, sample, param)));
        candidates.extend(fitted::families(sample, param).into_iter().filter_map(|family| by_family(family, sample)));
    }
    // A stable sort: of equal ones the more usual stays first.
    candidates.sort_by(|(a, _), (b, _)| b.score.total_cmp(&a.score));
    let lines = match candidates.first() {
        Some((best, _)) if best.kind != Kind::Structure => lines::least_probability(data, param.shape()),
        _ => None,
    };
    let judged = candidates.into_iter().enumerate().map(|(rank, (mut candidate, fitted_to))| {
        let has_values =
            candidate.kind != Kind::Structure || matches!(candidate.distribution, Distribution::Sparse { .. });
        if rank < FITS && has_values {
            candidate.fit = fit(&candidate, fitted_to, sample, lines);
        }
        candidate
    });
    judged.collect()
}

/// Nothing was fitted.
const NOTHING: FittedTo = FittedTo::Extremes(distance::Extremes::None);

fn structured(found: structure::Structured) -> (Candidate, FittedTo) {
    let candidate = Candidate {
        text: found.text,
        kind: Kind::Structure,
        distribution: found.distribution,
        parameters: 0,
        log_likelihood: None,
        score: f64::INFINITY,
        fit: None,
        note: None,
    };
    (candidate, NOTHING)
}

fn by_name(named: &Named, sample: &Sample, param: &ParamSpec) -> Option<(Candidate, FittedTo)> {
    if !named.serves(param) {
        return None;
    }
    let distribution = named.initializer.distribution(param);
    let log_likelihood =
        likelihood::log_likelihood(&distribution, sample).filter(|likelihood| likelihood.is_finite())?;
    let cost = if named.usual { 0.0 } else { LACK_OF_A_NAME };
    let candidate = Candidate {
        text: named.text.clone(),
        kind: Kind::Named,
        distribution,
        parameters: 0,
        log_likelihood: Some(log_likelihood),
        score: log_likelihood - cost,
        fit: None,
        note: named.note(param),
    };
    Some((candidate, NOTHING))
}

fn by_family(family: fitted::Fitted, sample: &Sample) -> Option<(Candidate, FittedTo)> {
    let log_likelihood = likelihood::log_likelihood(&family.distribution, sample).filter(|value| value.is_finite())?;
    let (moments, bounds) = (f64::from(family.moments), f64::from(family.bounds));
    let cost = LACK_OF_A_NAME + (0.5 * moments + bounds) * sample.n.ln();
    let candidate = Candidate {
        text: family.text,
        kind: Kind::Fitted,
        distribution: family.distribution,
        parameters: family.moments + family.bounds,
        log_likelihood: Some(log_likelihood),
        score: log_likelihood - cost,
        fit: None,
        note: None,
    };
    Some((candidate, family.basis))
}

/// How well the values fit a candidate.
fn fit(candidate: &Candidate, fitted_to: FittedTo, sample: &Sample, lines: Option<f64>) -> Option<Fit> {
    let without = match fitted_to {
        FittedTo::Extremes(extremes) => extremes,
        FittedTo::Moments { .. } => distance::Extremes::None,
    };
    let (distance, n) = distance::to_distribution(&sample.cells, without, |x| candidate.distribution.cdf(x))?;
    let distance_probability = match fitted_to {
        FittedTo::Extremes(_) => distance::kolmogorov(distance, n),
        FittedTo::Moments { mean } => fitted_normal::probability(distance, n, mean),
    };
    let looks = 1.0 + lines.map_or(0.0, |_| lines::LOOKS);
    let least = lines.map_or(distance_probability, |lines| lines.min(distance_probability));
    let probability = (least * looks).min(1.0);
    Some(Fit { distance, distance_probability, lines_probability: lines, probability })
}
