//! Named initializers and customary parameters, the first candidates for a tensor.

use std::sync::{Arc, LazyLock};

use fanin_core::{Initializer, ParamSpec, text};

use super::kind;

/// A candidate initializer of a tensor.
#[derive(Clone, Debug)]
pub struct Named {
    /// The canonical text.
    pub text: String,
    /// The initializer.
    pub initializer: Arc<dyn Initializer>,
    /// Whether frameworks and models commonly use it. Others must be a thousand times as likely to be preferred.
    pub usual: bool,
    /// Whether only recurrent layers use it.
    recurrent: bool,
}

/// Initializers that frameworks and papers commonly use.
const USUAL: [&str; 14] = [
    "he_normal",
    "he_uniform",
    "variance_scaling(scale = 2)",
    "glorot_normal",
    "glorot_uniform",
    "variance_scaling(mode = fan_avg)",
    "lecun_normal",
    "lecun_uniform",
    "variance_scaling",
    "fan_in_uniform",
    "normal(std = 0.02)",
    "truncated_normal(std = 0.02, corrected = false)",
    "normal",
    "truncated_normal(corrected = false)",
];

/// Rarer ones: the other fan, other gains, other parameters.
const UNUSUAL: [&str; 29] = [
    "he_normal(mode = fan_out)",
    "he_uniform(mode = fan_out)",
    "variance_scaling(scale = 2, mode = fan_out)",
    "variance_scaling(mode = fan_out, distribution = normal)",
    "variance_scaling(mode = fan_out, distribution = uniform)",
    "variance_scaling(mode = fan_out)",
    "variance_scaling(scale = 0.3333333333333333, mode = fan_out, distribution = uniform)",
    "glorot_normal(gain = 1.4142135623730951)",
    "glorot_uniform(gain = 1.4142135623730951)",
    "glorot_normal(gain = 1.6666666666666667)",
    "glorot_uniform(gain = 1.6666666666666667)",
    "siren(first = true)",
    "siren",
    "normal(std = 0.01)",
    "normal(std = 1e-3)",
    "normal(std = 0.05)",
    "normal(std = 0.1)",
    "uniform(low = -0.05, high = 0.05)",
    "uniform(low = -0.1, high = 0.1)",
    "uniform(low = -0.08, high = 0.08)",
    "uniform(low = -0.01, high = 0.01)",
    "uniform(low = -1)",
    "uniform",
    "truncated_normal(std = 0.01, corrected = false)",
    "truncated_normal(std = 1e-3, corrected = false)",
    "truncated_normal(std = 0.05, corrected = false)",
    "truncated_normal(std = 0.1, corrected = false)",
    "truncated_normal(std = 0.02, low = -3, high = 3, corrected = false)",
    "truncated_normal(std = 0.02)",
];

/// PyTorch's LSTM draws all weights uniformly within `1 / sqrt(hidden)`, and the rows of its four gates make the
/// fan-out `4 hidden`. For the three gates of a GRU the variance is `1 / fan_out`, which is listed above.
const RECURRENT: [&str; 1] = ["variance_scaling(scale = 1.3333333333333333, mode = fan_out, distribution = uniform)"];

static NAMED: LazyLock<Vec<Named>> = LazyLock::new(|| {
    let listed = |texts: &[&str], usual: bool, recurrent: bool| -> Vec<Named> {
        let parsed = texts.iter().filter_map(|text| text::parse(text).ok());
        parsed.map(|initializer| Named { usual, recurrent, ..Named::new(initializer.into()) }).collect()
    };
    [listed(&USUAL, true, false), listed(&UNUSUAL, false, false), listed(&RECURRENT, false, true)].concat()
});

/// Every named candidate, common ones first.
#[must_use]
pub fn named() -> &'static [Named] {
    &NAMED
}

impl Named {
    /// A further candidate, treated as a common one.
    #[must_use]
    pub fn new(initializer: Arc<dyn Initializer>) -> Self {
        let text = initializer.text().unwrap_or_else(|| "a custom initializer".to_owned());
        Self { text, initializer, usual: true, recurrent: false }
    }

    /// Whether it applies to a parameter. PyTorch's default is the only fan-dependent distribution that applies to
    /// vectors; it uses the fan of their weight.
    pub(crate) fn serves(&self, param: &ParamSpec) -> bool {
        if self.recurrent && !kind::is_recurrent(param.name()) {
            return false;
        }
        let by_fan = ["he_", "glorot_", "lecun_", "variance_scaling", "siren"];
        let vector = param.shape().len() < 2;
        let fits = !vector || !by_fan.iter().any(|name| self.text.starts_with(name));
        fits && self.initializer.check(param).is_ok()
    }

    /// The name of the same distribution if the axes are swapped.
    pub(crate) fn note(&self, param: &ParamSpec) -> Option<String> {
        if param.shape().len() < 2 || !self.text.contains("mode = fan_out") {
            return None;
        }
        let turned = self.text.replace("mode = fan_out", "mode = fan_in");
        let turned = text::parse(&turned).ok()?.text()?;
        let axes = if param.shape().len() == 2 { "axes" } else { "axes of the channels" };
        Some(format!("{} if the {axes} are swapped", spelled_out(&turned)))
    }
}

/// The arguments of the general form, with their defaults.
const GENERAL: [(&str, &str); 3] = [("scale", "1"), ("mode", "fan_in"), ("distribution", "truncated_normal")];

/// Adds the defaults to the text of `variance_scaling`, whose name alone implies neither a scale nor a fan nor a distribution. Other
/// texts are returned unchanged.
#[must_use]
pub fn spelled_out(text: &str) -> String {
    let Some(rest) = text.strip_prefix("variance_scaling") else { return text.to_owned() };
    let given: Vec<(&str, &str)> =
        rest.trim_matches(['(', ')']).split(", ").filter_map(|argument| argument.split_once(" = ")).collect();
    let value_of = |name: &str| given.iter().find(|(given, _)| *given == name).map(|(_, value)| *value);
    let general = GENERAL.map(|(name, default)| format!("{name} = {}", value_of(name).unwrap_or(default)));
    let others = given.iter().filter(|(name, _)| GENERAL.iter().all(|(general, _)| general != name));
    let all: Vec<String> = general.into_iter().chain(others.map(|(name, value)| format!("{name} = {value}"))).collect();
    format!("variance_scaling({})", all.join(", "))
}

#[cfg(test)]
mod tests {
    use fanin_core::Layout;

    use super::*;

    #[test]
    fn every_text_parses_and_is_canonical() {
        assert_eq!(named().len(), USUAL.len() + UNUSUAL.len() + RECURRENT.len());
        for (named, text) in named().iter().zip(USUAL.iter().chain(&UNUSUAL).chain(&RECURRENT)) {
            assert_eq!(named.text, *text);
        }
    }

    #[test]
    fn the_other_order_is_said() {
        let param = ParamSpec::new("w", [3, 2]).unwrap().with_layout(Layout::OutIn);
        let notes: Vec<_> = named().iter().filter_map(|named| named.note(&param)).collect();
        assert_eq!(notes.len(), 8);
        for (note, name) in notes.iter().zip(["he_normal", "he_uniform", "variance_scaling(scale = 2)", "lecun_normal"])
        {
            assert_eq!(*note, format!("{} if the axes are swapped", spelled_out(name)));
        }
    }

    #[test]
    fn the_general_form_is_spelled_out() {
        assert_eq!(
            spelled_out("variance_scaling"),
            "variance_scaling(scale = 1, mode = fan_in, distribution = truncated_normal)"
        );
        let given = "variance_scaling(scale = 2, mode = fan_out, gain = 3)";
        let spelled = "variance_scaling(scale = 2, mode = fan_out, distribution = truncated_normal, gain = 3)";
        assert_eq!(spelled_out(given), spelled);
        for text in USUAL.iter().chain(&UNUSUAL).chain(&RECURRENT) {
            let spelled = text::parse(&spelled_out(text)).expect("an initializer");
            assert_eq!(spelled.text().as_deref(), Some(*text));
        }
    }
}
