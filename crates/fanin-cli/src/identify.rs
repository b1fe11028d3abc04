//! `fanin identify`: which initializers could have made each tensor.

use std::collections::BTreeMap;
use std::fmt::Write;

use fanin_checkpoint::identify::{
    self, ALPHA, Candidate, CandidateKind, EVIDENCE, Found, IdentifyOptions, IdentityVerdict, Named,
};
use fanin_checkpoint::reading::{Checkpoint, Tensor};
use fanin_core::Layout;
use fanin_core::plan::Pattern;
use fanin_core::text;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::arguments::IdentifyArguments;
use crate::failure::Failure;
use crate::select::Selection;
use crate::{page, plain};

/// The weights of Hugging Face's `Conv1D`.
const CONV1D: &str = "*{c_attn,q_attn,c_fc,c_proj}.weight";

pub(crate) fn run(arguments: &IdentifyArguments) -> Result<(), Failure> {
    let (options, selection) = (options(arguments)?, Selection::new(&arguments.select)?);
    let checkpoint = Checkpoint::open(&arguments.path).map_err(Failure::usage)?;
    selection.refuse_nothing(checkpoint.tensors().iter().map(Tensor::name))?;
    let bar = progress(&checkpoint);
    let found = identify::model(
        &checkpoint,
        |name| selection.contains(name),
        &options,
        |tensor| {
            bar.inc(tensor.len() as u64);
        },
    );
    bar.finish_and_clear();
    let found = found.map_err(Failure::usage)?;
    let text = if arguments.json {
        serde_json::to_string_pretty(&document(&found)).map_err(Failure::internal)? + "\n"
    } else {
        report(&found, arguments.top)
    };
    page::print(&text)
}

fn options(arguments: &IdentifyArguments) -> Result<IdentifyOptions, Failure> {
    let mut layouts = Vec::new();
    for text in &arguments.layout_of {
        let Some((pattern, layout)) = text.rsplit_once('=') else {
            return Err(Failure::usage(format!(
                "--layout-of {text}: give a pattern and a layout, such as '*.kernel=io'"
            )));
        };
        let layout: Layout = layout.trim().parse().map_err(Failure::usage)?;
        layouts.push((Pattern::new(pattern.trim()).map_err(Failure::usage)?, layout));
    }
    if arguments.conv1d {
        layouts.push((Pattern::new(CONV1D).map_err(Failure::internal)?, Layout::InOut));
    }
    let more = arguments.init.iter().map(|init| Ok(Named::new(text::parse(init).map_err(Failure::usage)?.into())));
    let seeds = arguments.seed.map_or(0..=100, |seed| seed..=seed);
    let more = more.collect::<Result<_, Failure>>()?;
    Ok(IdentifyOptions { layout: arguments.layout, layouts, more, seeds: Some(seeds) })
}

/// A bar that counts elements. Hidden unless stderr is a terminal.
fn progress(checkpoint: &Checkpoint) -> ProgressBar {
    let bar = ProgressBar::new(checkpoint.tensors().iter().map(|tensor| tensor.len() as u64).sum());
    if let Ok(style) = ProgressStyle::with_template("identifying {bar:30} {percent} %") {
        bar.set_style(style);
    }
    bar
}

/// Two lines a tensor, or more, and a summary.
fn report(found: &[Found<'_>], top: usize) -> String {
    let mut page = String::new();
    for one in found {
        let Found { tensor, identification, .. } = one;
        let _ = writeln!(page, "{} {:?} {}", plain::name(tensor.name()), tensor.shape(), tensor.element());
        let _ = writeln!(page, "    {identification}");
        for note in identification.best().iter().filter_map(|best| best.note.as_deref()) {
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

/// What the values have, and how well the best distribution fits them.
fn measured(found: &Found<'_>) -> Option<String> {
    let identification = &found.identification;
    let best = identification.candidates.first()?;
    if best.kind == CandidateKind::Structure && best.distribution.is_random() != Some(true) {
        return None;
    }
    let mut line = format!("std {}, from {}", digits(identification.std), digits(identification.least));
    let _ = write!(line, " to {}", digits(identification.greatest));
    if let Some(fans) = found.fans {
        let _ = write!(line, "; fan_in {}, fan_out {}", fans.fan_in, fans.fan_out);
    }
    if let Some(fit) = best.fit {
        let _ = write!(line, "; p {}", digits(fit.probability));
    }
    Some(line)
}

/// A candidate of a list.
fn ranked(candidate: &Candidate, best: f64) -> String {
    let below = match candidate.kind {
        CandidateKind::Structure => "by its structure".to_owned(),
        _ if candidate.score == best => {
            format!("log-likelihood {}", digits(candidate.log_likelihood.unwrap_or(f64::NAN)))
        }
        _ if best.is_infinite() => "by its likelihood alone".to_owned(),
        _ => format!("{} nats below", digits(best - candidate.score)),
    };
    let fit = candidate.fit.map_or_else(String::new, |fit| format!(", p {}", digits(fit.probability)));
    format!("{}: {below}{fit}", candidate.text)
}

/// How many tensors there are of each kind.
fn summary(found: &[Found<'_>]) -> String {
    let mut counts: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
    for one in found {
        let count = counts.entry(word(one.identification.verdict())).or_default();
        *count = (count.0 + 1, count.1 + one.identification.len);
    }
    let tensors = |count: usize| if count == 1 { "1 tensor".to_owned() } else { format!("{count} tensors") };
    let mut text = format!("\n{}\n", tensors(found.len()));
    for (kind, (count, elements)) in counts {
        let _ = writeln!(
            text,
            "  {:<26} {}, {elements} value{}",
            meaning(kind),
            tensors(count),
            if elements == 1 { "" } else { "s" }
        );
    }
    let _ = writeln!(text, "p: how often values of the distribution fit worse; none of these below {ALPHA}");
    text
}

/// The verdict in a word, for JSON.
fn word(verdict: IdentityVerdict<'_>) -> &'static str {
    match verdict {
        IdentityVerdict::Address(_) => "address",
        IdentityVerdict::Known => "known",
        IdentityVerdict::Fitted => "fitted",
        IdentityVerdict::NoneOfThese => "none",
        IdentityVerdict::Empty => "empty",
        IdentityVerdict::NotFinite(_) => "not_finite",
        _ => "unreadable",
    }
}

/// The same for people.
fn meaning(word: &str) -> &'static str {
    match word {
        "address" => "fanin's own values",
        "known" => "a known initializer",
        "fitted" => "a distribution with fitted numbers",
        "none" => "none of these",
        "empty" => "empty",
        "not_finite" => "infinite or NaN",
        _ => "not looked into",
    }
}

/// Four digits.
fn digits(value: f64) -> String {
    let plain = (1e-3..1e6).contains(&value.abs());
    if value == 0.0 {
        return "0".to_owned();
    }
    if !plain {
        return format!("{value:.2e}");
    }
    let whole = value.abs().log10().floor().max(0.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 6")]
    let places = if value.abs() < 1.0 { 4 } else { (3.0 - whole).max(0.0) as usize };
    format!("{value:.places$}")
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
