//! Buffers with a closed form, and values that deviate from it.

use fanin_core::values::Dtype;
use serde_json::json;

use super::rule::AuditRule;
use super::wording::digits;
use crate::judge::closed_form::{self, Deviation, Stored};
use crate::judge::kind;
use crate::{AuditError, Finding, Model, Progress, Severity, Subject, TensorKind};

pub(super) static RULE: AuditRule = AuditRule {
    id: "buffer-values",
    severity: Severity::Note,
    finds: "values of a buffer that deviate from its closed form: rotary frequencies, position tables, windows, causal masks",
    why: "Such buffers are computed, not trained. A buffer that was saved in half precision, never filled, or \
          overwritten yields wrong positions or spectra in every layer that uses it.",
    evidence: "Note, if all but a few values follow the closed form: `inv_freq` is geometric, with any base and linear \
               scaling (at least seven of eight values within 0.1 %, or 2 % in 16 bits); the columns of a position \
               table are sinusoids of the position, within 0.02; a window is the Hann, Hamming, Blackman or sine \
               window, within 0.001; a causal mask has two values, split by the diagonal. Frequencies that are zero or \
               increasing are also reported. Variants that are not geometric (Llama 3, YaRN) and other forms match \
               nowhere and are not reported; neither are position indices. The forms are exact, so no threshold \
               depends on chance.",
    remedy: "Compute the buffer again when the model is loaded, or leave it out of the file.",
    deep: false,
    decide,
};

/// The maximum number of values that are examined.
const MOST: usize = 1 << 22;

fn decide(model: &Model<'_>, _: &dyn Progress) -> Result<Vec<Finding>, AuditError> {
    let mut findings = Vec::new();
    for subject in model.subjects().iter().filter(|subject| (8..=MOST).contains(&subject.statistics.len)) {
        let name = subject.name().to_lowercase();
        let leaf = name.rsplit(['.', '/']).next().unwrap_or_default();
        let is_buffer = subject.kind() == TensorKind::Buffer;
        findings.extend(if leaf.contains("inv_freq") {
            frequencies(subject)?
        } else if is_buffer && leaf.contains("window") && kind::axes(subject.shape()) == 1 {
            let read = Read::of(subject)?;
            closed_form::window(read.stored())
                .and_then(|(name, found)| deviating(subject, &found, &format!(" of a {name} window")))
        } else if is_buffer && (leaf.contains("mask") || name.ends_with("attn.bias")) {
            mask(subject)?
        } else if looks_sinusoidal(subject) {
            let columns = subject.shape().last().copied().unwrap_or(1);
            let read = Read::of(subject)?;
            closed_form::sinusoids(read.stored(), columns)
                .and_then(|found| deviating(subject, &found, " of a sinusoid of the position"))
        } else {
            None
        });
    }
    Ok(findings)
}

/// The values of a buffer.
struct Read {
    values: Vec<f64>,
    precision: f64,
}

impl Read {
    fn of(subject: &Subject<'_>) -> Result<Self, AuditError> {
        let data = subject.data()?;
        let mut values = vec![0.0; data.len()];
        data.read_f64(0, &mut values);
        // Values in 32 bits may have passed through 16.
        let short = |value: &f64| value.to_bits().trailing_zeros() >= 52 - 10;
        let coarse = values.iter().all(short);
        let precision = match subject.element().dtype() {
            Some(Dtype::BF16) => 4e-3,
            Some(Dtype::F16) => 5e-4,
            _ if coarse => 4e-3,
            _ => 6e-8,
        };
        Ok(Self { values, precision })
    }

    fn stored(&self) -> Stored<'_> {
        Stored { values: &self.values, precision: self.precision }
    }
}

/// Whether a matrix has the range and the mean square of sinusoids, so that it is worth reading.
fn looks_sinusoidal(subject: &Subject<'_>) -> bool {
    let statistics = &subject.statistics;
    let [.., rows, _] = subject.shape() else { return false };
    let table = *rows > 1 && kind::axes(subject.shape()) == 2 && statistics.is_sound();
    table
        && (0.9..=1.001).contains(&statistics.high)
        && (-1.001..=0.0).contains(&statistics.low)
        && (0.5..=0.95).contains(&statistics.root_mean_square())
}

fn frequencies(subject: &Subject<'_>) -> Result<Option<Finding>, AuditError> {
    let read = Read::of(subject)?;
    if let Some((base, found)) = closed_form::frequencies(read.stored()) {
        return Ok(deviating(subject, &found, &format!(" at base {}", digits(base, 4))));
    }
    let values = &read.values;
    let leaf = subject.name().rsplit(['.', '/']).next().unwrap_or_default();
    let message = if let Some(at) = values.iter().position(|value| *value <= 0.0) {
        format!("{leaf}[{at}] is {}, but frequencies are positive", digits(values[at], 4))
    } else if let Some(at) = values.windows(2).position(|pair| pair[1] > pair[0] * (1.0 + read.precision)) {
        let (before, after) = (digits(values[at], 4), digits(values[at + 1], 4));
        format!("{leaf}[{}] is {after}, above the {before} before it, but frequencies fall", at + 1)
    } else {
        return Ok(None);
    };
    Ok(Some(RULE.finding(subject, Severity::Note, message, json!({ "values": values.len() }))))
}

fn mask(subject: &Subject<'_>) -> Result<Option<Finding>, AuditError> {
    let [.., rows, columns] = subject.shape() else { return Ok(None) };
    if rows != columns || rows * columns != subject.statistics.len {
        return Ok(None);
    }
    let read = Read::of(subject)?;
    Ok(closed_form::causal_mask(read.stored(), *rows).and_then(|found| deviating(subject, &found, " of a causal mask")))
}

/// A note that names the first value that deviates.
fn deviating(subject: &Subject<'_>, found: &[Deviation], form: &str) -> Option<Finding> {
    let first = found.first()?;
    let leaf = subject.name().rsplit(['.', '/']).next().unwrap_or_default();
    let place = match subject.shape() {
        [.., rows, columns] if *rows > 1 => format!("{}, {}", first.index / columns % rows, first.index % columns),
        _ => first.index.to_string(),
    };
    let more = match found.len() - 1 {
        0 => String::new(),
        1 => "; 1 more value deviates".to_owned(),
        more => format!("; {more} more values deviate"),
    };
    let message =
        format!("{leaf}[{place}] is {}, expected {}{form}{more}", digits(first.value, 4), digits(first.expected, 4));
    let indices: Vec<usize> = found.iter().map(|deviation| deviation.index).take(16).collect();
    let evidence = json!({ "deviating": found.len(), "first": indices, "values": subject.statistics.len });
    Some(RULE.finding(subject, Severity::Note, message, evidence))
}
