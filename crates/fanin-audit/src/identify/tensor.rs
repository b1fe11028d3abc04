//! Identification of one tensor: its ranked candidates.

use fanin_core::{Distribution, Layout, ParamSpec};

use super::candidate::{Candidate, CandidateKind, Fit};
use super::fitted::FittedTo;
use super::options::IdentifyOptions;
use super::verdict::Identification;
use super::{address, fitted, likelihood, padding, structure};
use crate::judge::axes::Axes;
use crate::judge::named::{Named, named};
use crate::judge::{fitted_normal, homogeneity, kolmogorov_smirnov};
use crate::measure::Counts;
use fanin_checkpoint::reading::TensorData;

/// Candidates whose log-likelihoods differ by less than this, in nats, are tied: `ln 20`.
pub const EVIDENCE: f64 = 2.995_732_273_553_991;

/// The penalty for an uncommon name, in nats: `ln 1000`.
pub const LACK_OF_A_NAME: f64 = 6.907_755_278_982_137;

/// Seeds are tried for candidates within this many nats of the best.
const NEAR: f64 = 50.0;

/// The number of candidates whose fit is computed.
const FITS: usize = 3;

/// Identifies a stored tensor. Name, shape and fans come from the parameter; the layouts of the options are ignored.
#[must_use]
pub fn tensor(data: &TensorData<'_>, param: &ParamSpec, options: &IdentifyOptions) -> Identification {
    let grid = Axes::new(param.shape(), param.layout().unwrap_or(Layout::OutIn), true).grid();
    let counted = (data.len() == param.len()).then(|| Counts::of(data, grid)).flatten();
    let Some(sample) = counted else { return Identification::unreadable(data) };
    let mut found = Identification::of(data, &sample.statistics);
    if !sample.statistics.is_sound() {
        return found;
    }
    let zero_rows = padding::rows(data, &sample, param.shape());
    found.zero_rows = zero_rows.unwrap_or(0);
    let sample = if zero_rows.is_some() { padding::without_zeros(sample) } else { sample };
    found.compared = sample.statistics.len;
    found.candidates = ranked(data, &sample, param, options);
    let best = found.candidates.first().map_or(f64::NEG_INFINITY, |candidate| candidate.score);
    let tied = |one: &&Candidate| one.score == best || best - one.score < EVIDENCE;
    found.tied = found.candidates.iter().take_while(tied).count();
    let drawn = found.candidates.first().is_some_and(|best| best.distribution.is_random() != Some(false));
    if drawn && let Some(seeds) = &options.seeds {
        let near = |one: &&Candidate| one.score == best || best - one.score < NEAR;
        let near: Vec<&str> = found.candidates.iter().filter(near).map(|one| one.text.as_str()).collect();
        let structured = found.candidates.iter().filter(|candidate| candidate.kind == CandidateKind::Structure);
        let parsed = structured.filter_map(|one| Some(Named::new(fanin_core::text::parse(&one.text).ok()?.into())));
        let by_name = named().iter().filter(|named| near.contains(&named.text.as_str())).cloned();
        let all: Vec<Named> = parsed.chain(options.more.iter().cloned()).chain(by_name).collect();
        found.address = address::find(data, param, &all, seeds);
    }
    found
}

/// The candidates, best first.
fn ranked(data: &TensorData<'_>, sample: &Counts, param: &ParamSpec, options: &IdentifyOptions) -> Vec<Candidate> {
    let structures = structure::structures(data, sample, param, &options.more);
    let mut candidates: Vec<(Candidate, FittedTo)> = structures.into_iter().map(structured).collect();
    if !sample.statistics.is_constant() {
        let all = options.more.iter().chain(named());
        candidates.extend(all.filter_map(|named| by_name(named, sample, param)));
        candidates.extend(
            fitted::families(&sample.statistics, param).into_iter().filter_map(|family| by_family(family, sample)),
        );
    }
    // The sort is stable: among equals the more common one stays first.
    candidates.sort_by(|(a, _), (b, _)| b.score.total_cmp(&a.score));
    let judged = candidates.into_iter().enumerate().map(|(rank, (mut candidate, fitted_to))| {
        let has_values =
            candidate.kind != CandidateKind::Structure || matches!(candidate.distribution, Distribution::Sparse { .. });
        if rank < FITS && has_values {
            candidate.fit = fit(&candidate, fitted_to, sample);
        }
        candidate
    });
    judged.collect()
}

/// Nothing was fitted.
const NOTHING: FittedTo = FittedTo::Extremes(kolmogorov_smirnov::Extremes::None);

fn structured(found: structure::Structured) -> (Candidate, FittedTo) {
    let candidate = Candidate {
        text: found.text,
        kind: CandidateKind::Structure,
        distribution: found.distribution,
        parameters: 0,
        log_likelihood: None,
        score: f64::INFINITY,
        fit: None,
        note: None,
    };
    (candidate, NOTHING)
}

fn by_name(named: &Named, sample: &Counts, param: &ParamSpec) -> Option<(Candidate, FittedTo)> {
    if !named.serves(param) {
        return None;
    }
    let distribution = named.initializer.distribution(param);
    let log_likelihood =
        likelihood::log_likelihood(&distribution, sample).filter(|likelihood| likelihood.is_finite())?;
    let cost = if named.usual { 0.0 } else { LACK_OF_A_NAME };
    let candidate = Candidate {
        text: named.text.clone(),
        kind: CandidateKind::Named,
        distribution,
        parameters: 0,
        log_likelihood: Some(log_likelihood),
        score: log_likelihood - cost,
        fit: None,
        note: named.note(param),
    };
    Some((candidate, NOTHING))
}

fn by_family(family: fitted::Fitted, sample: &Counts) -> Option<(Candidate, FittedTo)> {
    let log_likelihood = likelihood::log_likelihood(&family.distribution, sample).filter(|value| value.is_finite())?;
    let (moments, bounds) = (f64::from(family.moments), f64::from(family.bounds));
    let cost = LACK_OF_A_NAME + (0.5 * moments + bounds) * sample.statistics.count().ln();
    let candidate = Candidate {
        text: family.text,
        kind: CandidateKind::Fitted,
        distribution: family.distribution,
        parameters: family.moments + family.bounds,
        log_likelihood: Some(log_likelihood),
        score: log_likelihood - cost,
        fit: None,
        note: None,
    };
    Some((candidate, family.basis))
}

/// The goodness of fit of a candidate.
fn fit(candidate: &Candidate, fitted_to: FittedTo, sample: &Counts) -> Option<Fit> {
    let kurtosis = homogeneity::kurtosis(&candidate.distribution);
    let lines = kurtosis.and_then(|kurtosis| homogeneity::least_probability(&sample.statistics, kurtosis));
    let without = match fitted_to {
        FittedTo::Extremes(extremes) => extremes,
        FittedTo::Moments { .. } => kolmogorov_smirnov::Extremes::None,
    };
    let (distance, n) =
        kolmogorov_smirnov::distance_of_cells(&sample.cells, without, |x| candidate.distribution.cdf(x))?;
    let distance_probability = match fitted_to {
        FittedTo::Extremes(_) => kolmogorov_smirnov::p_value(distance, n),
        FittedTo::Moments { mean } => fitted_normal::probability(distance, n, mean),
    };
    let tests = 1.0 + lines.map_or(0.0, |_| homogeneity::TESTS);
    let least = lines.map_or(distance_probability, |lines| lines.min(distance_probability));
    let probability = (least * tests).min(1.0);
    Some(Fit { distance, distance_probability, lines_probability: lines, probability })
}
