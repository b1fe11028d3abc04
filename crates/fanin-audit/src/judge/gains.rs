//! The gains of normalizations, and the gains that play the same role in other layers.

use std::collections::BTreeMap;

use super::kind;
use crate::{Model, Subject, TensorKind};

/// The gains of one role.
pub(crate) struct Gains<'m, 'a> {
    pub(crate) members: Vec<&'m Subject<'a>>,
}

/// The gains of a model by role. Scalars are left out.
pub(crate) fn by_role<'m, 'a>(model: &'m Model<'a>) -> Vec<Gains<'m, 'a>> {
    let mut roles: BTreeMap<String, Vec<&'m Subject<'a>>> = BTreeMap::new();
    let gains = model.of(TensorKind::Vector).filter(|subject| kind::is_gain(subject.name()) && !subject.is_layer());
    for gain in gains.filter(|gain| gain.statistics.is_sound() && gain.statistics.len >= 2) {
        roles.entry(role(gain.name())).or_default().push(gain);
    }
    roles.into_values().map(|members| Gains { members }).collect()
}

/// A name with the depth replaced by `*`: the numbers of its components, except within words of the last two, where
/// they distinguish the norms of a block (`ln_1`, `bn2`).
fn role(name: &str) -> String {
    let components: Vec<&str> = name.split(['.', '/']).collect();
    let depth = |(at, component): (usize, &&str)| -> String {
        let number = component.bytes().all(|byte| byte.is_ascii_digit());
        if number || at + 2 < components.len() {
            let word = component.trim_end_matches(|letter: char| letter.is_ascii_digit());
            if word.len() < component.len() { format!("{word}*") } else { word.to_owned() }
        } else {
            (*component).to_owned()
        }
    };
    components.iter().enumerate().map(depth).collect::<Vec<_>>().join(".")
}

/// The smallest normal `f32`. A smaller gain is zero or denormal: its layer passes nothing on.
const NOTHING: f32 = f32::MIN_POSITIVE;

/// Whether a gain passes nothing on in any of its channels.
pub(crate) fn is_nothing(gain: &Subject<'_>) -> bool {
    gain.statistics.greatest() < NOTHING
}

/// Whether a value passes nothing on.
pub(crate) fn passes_nothing(value: f64) -> bool {
    value.abs() < f64::from(NOTHING)
}

/// Whether a gain is centered at a positive value, as gains that start at 1 remain: its mean is well above its spread.
/// Zero-centered gains, stored as gain - 1, are not.
pub(crate) fn is_positive(gain: &Subject<'_>) -> bool {
    let statistics = &gain.statistics;
    statistics.mean() > 0.05 && (statistics.low >= 0.0 || statistics.mean() > 1.5 * statistics.std())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_keep_the_numbers_of_norms() {
        for (name, expected) in [
            ("model.layers.3.input_layernorm.weight", "model.layers.*.input_layernorm.weight"),
            ("h.11.ln_1.weight", "h.*.ln_1.weight"),
            ("layer3.0.bn2.weight", "layer*.*.bn2.weight"),
            ("encoder/layers_3/LayerNorm_0/scale", "encoder.layers_*.LayerNorm_0.scale"),
            ("n.4.weight", "n.*.weight"),
            ("norm2.weight", "norm2.weight"),
        ] {
            assert_eq!(role(name), expected);
        }
    }
}
