//! Named initializers and customary parameters, the first candidates for a tensor.

use std::sync::{Arc, LazyLock};

use fanin_core::{Initializer, ParamSpec, text};

/// An initializer that may have made a tensor.
#[derive(Clone, Debug)]
pub struct Named {
    /// The canonical text.
    pub text: String,
    /// The initializer.
    pub initializer: Arc<dyn Initializer>,
    /// Whether frameworks and models commonly use it. Others must be a thousand times as likely to be preferred.
    pub usual: bool,
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
const UNUSUAL: [&str; 21] = [
    "he_normal(mode = fan_out)",
    "he_uniform(mode = fan_out)",
    "variance_scaling(scale = 2, mode = fan_out)",
    "variance_scaling(mode = fan_out, distribution = normal)",
    "variance_scaling(mode = fan_out, distribution = uniform)",
    "variance_scaling(mode = fan_out)",
    "glorot_normal(gain = 1.4142135623730951)",
    "glorot_uniform(gain = 1.4142135623730951)",
    "glorot_normal(gain = 1.6666666666666667)",
    "glorot_uniform(gain = 1.6666666666666667)",
    "siren(first = true)",
    "siren",
    "normal(std = 0.01)",
    "normal(std = 1e-3)",
    "normal(std = 0.1)",
    "uniform(low = -0.05, high = 0.05)",
    "uniform(low = -0.1, high = 0.1)",
    "uniform(low = -1)",
    "uniform",
    "truncated_normal(std = 0.02, low = -3, high = 3, corrected = false)",
    "truncated_normal(std = 0.02)",
];

static NAMED: LazyLock<Vec<Named>> = LazyLock::new(|| {
    let named = |usual: bool| {
        move |text: &&str| {
            let initializer: Arc<dyn Initializer> = text::parse(text).ok()?.into();
            Some(Named { text: initializer.text()?, initializer, usual })
        }
    };
    USUAL.iter().filter_map(named(true)).chain(UNUSUAL.iter().filter_map(named(false))).collect()
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
        Self { text, initializer, usual: true }
    }

    /// Whether it applies to a parameter. Of the distributions that depend on a fan, only PyTorch's default applies to vectors, with the
    /// fan of their weight.
    pub(super) fn serves(&self, param: &ParamSpec) -> bool {
        let by_fan = ["he_", "glorot_", "lecun_", "variance_scaling", "siren"];
        let vector = param.shape().len() < 2;
        let fits = !vector || !by_fan.iter().any(|name| self.text.starts_with(name));
        fits && self.initializer.check(param).is_ok()
    }

    /// The name of the same distribution if the axes are swapped.
    pub(super) fn note(&self, param: &ParamSpec) -> Option<String> {
        if param.shape().len() < 2 || !self.text.contains("mode = fan_out") {
            return None;
        }
        let turned = self.text.replace("mode = fan_out", "mode = fan_in");
        let turned = text::parse(&turned).ok()?.text()?;
        let axes = if param.shape().len() == 2 { "axes" } else { "axes of the channels" };
        Some(format!("{turned} if the {axes} are swapped"))
    }
}

#[cfg(test)]
mod tests {
    use fanin_core::Layout;

    use super::*;

    #[test]
    fn every_text_parses_and_is_canonical() {
        assert_eq!(named().len(), USUAL.len() + UNUSUAL.len());
        for (named, text) in named().iter().zip(USUAL.iter().chain(&UNUSUAL)) {
            assert_eq!(named.text, *text);
        }
    }

    #[test]
    fn the_other_order_is_said() {
        let param = ParamSpec::new("w", [3, 2]).unwrap().with_layout(Layout::OutIn);
        let notes: Vec<_> = named().iter().filter_map(|named| named.note(&param)).collect();
        assert_eq!(notes.len(), 6);
        for (note, name) in notes.iter().zip(["he_normal", "he_uniform", "variance_scaling(scale = 2)", "lecun_normal"])
        {
            assert_eq!(*note, format!("{name} if the axes are swapped"));
        }
    }
}
