//! `fanin identify`: finds the initializers that could have generated each tensor.

use std::collections::BTreeMap;
use std::fmt::Write;

use fanin_audit::identify::{
    self, ALPHA, Candidate, CandidateKind, EVIDENCE, Found, IdentifyOptions, IdentityVerdict, Named, spelled_out,
};
use fanin_checkpoint::reading::Tensor;
use fanin_core::text;
use serde_json::{Value, json};

use crate::arguments::IdentifyArguments;
use crate::console::{self, Console};
use crate::failure::Failure;
use crate::number::{count, short};
use crate::report::Report;
use crate::select::Selection;
use crate::styled::bold;
use crate::{checkpoint, layouts, plain, prose};

/// Names of the weights of Hugging Face's `Conv1D`.
const CONV1D: &str = "*{c_attn,q_attn,c_fc,c_proj}.weight";

pub(crate) fn run(arguments: &IdentifyArguments, console: Console) -> Result<(), Failure> {
    with_report(arguments, console, |report| console.show(report, arguments.json))
}

/// The likely initializers of each tensor.
pub(crate) struct IdentifyReport<'a> {
    found: Vec<Found<'a>>,
    /// The number of candidates in the text.
    top: usize,
}

impl Report for IdentifyReport<'_> {
    fn text(&self, width: Option<usize>) -> String {
        prose::fitted(&text_of(&self.found, self.top), width)
    }

    fn json(&self) -> Result<String, Failure> {
        console::json_text(&document(&self.found))
    }
}

/// Identifies the initializers of a checkpoint's tensors, and calls `show` with the report, which borrows the checkpoint.
pub(crate) fn with_report<R>(
    arguments: &IdentifyArguments,
    console: Console,
    show: impl FnOnce(&IdentifyReport<'_>) -> Result<R, Failure>,
) -> Result<R, Failure> {
    let (options, selection) = (options(arguments)?, Selection::new(&arguments.select)?);
    let checkpoint = checkpoint::open(&arguments.path)?;
    selection.refuse_nothing(checkpoint.tensors().iter().map(Tensor::name))?;
    let elements = checkpoint.tensors().iter().map(|tensor| tensor.len() as u64).sum();
    let bar = console.progress(elements, "identifying {wide_bar} {percent} %");
    let found = identify::model(
        &checkpoint,
        |name| selection.contains(name),
        &options,
        |tensor| {
            bar.inc(tensor.len() as u64);
        },
    );
    bar.finish_and_clear();
    show(&IdentifyReport { found: found.map_err(Failure::usage)?, top: arguments.top })
}

fn options(arguments: &IdentifyArguments) -> Result<IdentifyOptions, Failure> {
    let conv1d = arguments.conv1d.then(|| format!("{CONV1D}=io"));
    let layouts: Vec<String> = arguments.layout.iter().cloned().chain(conv1d).collect();
    let layouts = layouts::parse(&layouts)?;
    let more = arguments.init.iter().map(|init| Ok(Named::new(text::parse(init).map_err(Failure::usage)?.into())));
    let seeds = arguments.seed.map_or(0..=100, |seed| seed..=seed);
    let more = more.collect::<Result<_, Failure>>()?;
    Ok(IdentifyOptions { layouts, more, seeds: Some(seeds) })
}

/// Formats at least two lines for each tensor, and a summary.
fn text_of(found: &[Found<'_>], top: usize) -> String {
    let mut page = String::new();
    for one in found {
        let Found { tensor, identification, .. } = one;
        let _ = writeln!(page, "{} {:?} {}", bold(&plain::name(tensor.name())), tensor.shape(), tensor.element());
        let _ = writeln!(page, "    {identification}");
        let best = if identification.verdict() == IdentityVerdict::TooFew { &[] } else { identification.best() };
        for note in best.iter().filter_map(|best| best.note.as_deref()) {
            let _ = writeln!(page, "    the same distribution: {note}");
        }
        if let Some(line) = measured(one) {
            let _ = writeln!(page, "    {line}");
        }
        for (rank, candidate) in identification.candidates.iter().take(top).enumerate() {
            let best = identification.candidates.first().map_or(0.0, |best| best.score);
            let _ = writeln!(page, "      {}. {}", rank + 1, ranked(candidate, best));
        }
    }
    let _ = write!(page, "{}", summary(found));
    page
}

/// Formats the statistics of the values and the fit of the best distribution.
fn measured(found: &Found<'_>) -> Option<String> {
    let identification = &found.identification;
    let best = identification.candidates.first()?;
    if best.kind == CandidateKind::Structure && best.distribution.is_random() != Some(true) {
        return None;
    }
    let mut line = format!("std {}, from {}", short(identification.std), short(identification.least));
    let _ = write!(line, " to {}", short(identification.greatest));
    if let Some(fans) = found.fans {
        let _ = write!(line, "; fan_in {}, fan_out {}", fans.fan_in, fans.fan_out);
    }
    if let Some(fit) = best.fit {
        let _ = write!(line, "; p {}", short(fit.probability));
    }
    Some(line)
}

/// Formats a ranked candidate.
fn ranked(candidate: &Candidate, best: f64) -> String {
    let below = match candidate.kind {
        CandidateKind::Structure => "by its structure".to_owned(),
        _ if candidate.score == best => {
            format!("log-likelihood {}", short(candidate.log_likelihood.unwrap_or(f64::NAN)))
        }
        _ if best.is_infinite() => "by its likelihood alone".to_owned(),
        _ => format!("{} nats below", short(best - candidate.score)),
    };
    let fit = candidate.fit.map_or_else(String::new, |fit| format!(", p {}", short(fit.probability)));
    format!("{}: {below}{fit}", spelled_out(&candidate.text))
}

/// Counts the tensors by verdict.
fn summary(found: &[Found<'_>]) -> String {
    let mut counts: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
    for one in found {
        let (tensors, elements) = counts.entry(word(one.identification.verdict())).or_default();
        *tensors += 1;
        *elements += one.identification.len;
    }
    let mut text = format!("\n{}\n", count(found.len(), "tensor"));
    for (kind, (tensors, elements)) in counts {
        let elements = format!("{elements} value{}", if elements == 1 { "" } else { "s" });
        let _ = writeln!(text, "  {:<37} {}, {elements}", meaning(kind), count(tensors, "tensor"));
    }
    let _ = writeln!(
        text,
        "p: probability of a worse fit under that distribution; below {ALPHA}, the verdict is none of these"
    );
    text
}

/// The verdict in a word, for JSON.
fn word(verdict: IdentityVerdict<'_>) -> &'static str {
    match verdict {
        IdentityVerdict::Address(_) => "address",
        IdentityVerdict::TooFew => "too_few",
        IdentityVerdict::Known => "known",
        IdentityVerdict::Undetermined => "undetermined",
        IdentityVerdict::Fitted => "fitted",
        IdentityVerdict::NoneOfThese => "none",
        IdentityVerdict::Empty => "empty",
        IdentityVerdict::NotFinite(_) => "not_finite",
        _ => "unreadable",
    }
}

/// The verdict in words, for people.
fn meaning(word: &str) -> &'static str {
    match word {
        "address" => "drawn by fanin",
        "too_few" => "too few values to tell",
        "known" => "a known initializer",
        "undetermined" => "one of several known initializers",
        "fitted" => "a distribution with fitted parameters",
        "none" => "none of these",
        "empty" => "empty",
        "not_finite" => "infinite or NaN",
        _ => "not read",
    }
}

fn document(found: &[Found<'_>]) -> Value {
    let tensors: Vec<Value> = found.iter().map(tensor).collect();
    json!({ "alpha": ALPHA, "evidence": EVIDENCE, "tensors": tensors })
}

fn tensor(found: &Found<'_>) -> Value {
    let Found { tensor, fans, identification } = found;
    let best = identification.candidates.first().map_or(0.0, |best| best.score);
    let candidates: Vec<Value> = identification.candidates.iter().map(|one| candidate(one, best)).collect();
    let address = identification.address.as_ref();
    json!({
        "name": tensor.name(), "shape": tensor.shape(), "dtype": tensor.element().to_string(),
        "fan_in": fans.map(|fans| fans.fan_in), "fan_out": fans.map(|fans| fans.fan_out),
        "verdict": word(identification.verdict()), "summary": identification.to_string(),
        "address": address.map(|address| json!({ "initializer": address.text, "seed": address.seed })),
        "mean": identification.mean, "std": identification.std,
        "least": identification.least, "greatest": identification.greatest,
        "not_finite": identification.non_finite, "zero_rows": identification.zero_rows, "tied": identification.tied, "candidates": candidates,
    })
}

fn candidate(candidate: &Candidate, best: f64) -> Value {
    let kind = match candidate.kind {
        CandidateKind::Structure => "structure",
        CandidateKind::Named => "named",
        CandidateKind::Fitted => "fitted",
    };
    let below = if candidate.score == best { 0.0 } else { best - candidate.score };
    json!({
        "initializer": candidate.text, "kind": kind, "fitted_numbers": candidate.parameters,
        "mean": candidate.distribution.mean(), "std": candidate.distribution.std(),
        "log_likelihood": candidate.log_likelihood, "nats_below_best": below,
        "distance": candidate.fit.map(|fit| fit.distance),
        "probability": candidate.fit.map(|fit| fit.probability), "note": candidate.note,
    })
}
