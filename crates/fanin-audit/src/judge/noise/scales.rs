//! The named initializers that a matrix could follow, with the scales that they give it.

use fanin_core::param::Fans;
use fanin_core::{Distribution, ParamSpec};

use super::family::Family;
use crate::judge::named::{Named, named};
use crate::measure::Statistics;

/// A named initializer, and the distribution that it gives to a matrix.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Known {
    /// The text of the initializer.
    pub(crate) name: &'static str,
    /// The family of the distribution.
    pub(crate) family: Family,
    /// The standard deviation.
    pub(crate) std: f64,
    distribution: Distribution,
    fixed: bool,
}

/// The named initializers that could have drawn a matrix.
#[derive(Clone, Debug)]
pub(crate) struct Scales(Vec<Known>);

impl Scales {
    /// The initializers of zero-mean families that apply to a weight with this name and these fans.
    pub(crate) fn of(name: &str, fan_in: usize, fan_out: usize) -> Self {
        let param = |fan_in: usize, fan_out: usize| {
            let fans = Fans { fan_in: fan_in.max(1), fan_out: fan_out.max(1) };
            ParamSpec::new(name, [1, 1]).ok().map(|param| param.with_fans(fans))
        };
        let (Some(param), Some(other)) = (param(fan_in, fan_out), param(4 * fan_in, 4 * fan_out)) else {
            return Self(Vec::new());
        };
        let known = |named: &'static Named| {
            let distribution = named.initializer.distribution(&param);
            let (family, std) = (Family::of(&distribution)?, Family::std_of(&distribution).filter(|std| *std > 0.0)?);
            let fixed = named.initializer.distribution(&other) == distribution;
            Some(Known { name: &named.text, family, std, distribution, fixed })
        };
        Self(named().iter().filter(|named| named.serves(&param)).filter_map(known).collect())
    }

    /// All of them, of every family.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Known> {
        self.0.iter()
    }

    /// The standard deviation of an initializer, by name.
    pub(crate) fn std_of(&self, name: &str) -> Option<f64> {
        self.0.iter().find(|known| known.name == name).map(|known| known.std)
    }

    /// An upper bound on the probability that an unrelated scale matches a known one by chance, if scales are spread over a factor of
    /// 30. Distributions without bounds are identified by their standard deviation alone.
    #[expect(clippy::cast_precision_loss, reason = "a few scales")]
    pub(crate) fn chance(&self, family: Family, error: f64) -> f64 {
        let count = self.0.iter().filter(|known| known.family == family).count() as f64;
        match family {
            Family::Uniform => 0.0,
            Family::Normal | Family::Truncated => (count * 8.0 * error / 30.0_f64.ln()).min(1.0),
        }
    }

    /// The initializers that match the values, nearest first.
    pub(crate) fn matching(&self, family: Family, statistics: &Statistics, std: f64, error: f64) -> Vec<Known> {
        let known = self.0.iter().filter(|known| known.family == family && known.matches(statistics, std, error));
        let mut known: Vec<Known> = known.cloned().collect();
        let off = |known: &Known| (known.std / std).ln().abs();
        known.sort_by(|a, b| off(a).total_cmp(&off(b)));
        known
    }
}

impl Known {
    /// Whether the scale does not depend on the fans.
    pub(crate) fn is_fixed(&self) -> bool {
        self.fixed
    }

    /// Whether the scale of the values matches within four standard errors. Uniform values must also stay within the bounds and come
    /// as close to them as that many draws do.
    #[expect(clippy::cast_precision_loss, reason = "no tensor has 2^53 elements")]
    fn matches(&self, statistics: &Statistics, std: f64, error: f64) -> bool {
        let bound = self.distribution.bounds().map_or(f64::INFINITY, |(_, high)| high);
        let reached = f64::from(statistics.greatest()) / bound;
        let near = (std / self.std - 1.0).abs() <= 4.0 * error + 1e-6;
        // 16-bit values are rounded by 2^-9. Training moves values of 32 bits past the bound by less.
        let rounding = if is_short(&statistics.sample) { 4e-3 } else { 1e-6 };
        // The largest of n draws is below 1 - 20/n with probability exp(-20).
        let reaches = self.family != Family::Uniform || reached >= 1.0 - 20.0 / statistics.len as f64 - 4e-3;
        near && reaches && reached <= 1.0 + rounding
    }
}

/// Whether values have at most 11 significant bits, as those of 16 bits have.
fn is_short(values: &[f32]) -> bool {
    values.iter().all(|value| value.to_bits().trailing_zeros() >= 13)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_follow_the_fans_of_the_matrix() {
        let (scales, swapped) = (Scales::of("fc.weight", 50, 20), Scales::of("fc.weight", 20, 50));
        let std = |scales: &Scales, name: &str| scales.std_of(name).expect("a known initializer");
        assert!((std(&scales, "he_normal") - 0.2).abs() < 1e-12);
        assert_eq!(std(&swapped, "he_normal"), std(&scales, "he_normal(mode = fan_out)"));
        assert_eq!(std(&swapped, "glorot_normal"), std(&scales, "glorot_normal"));
        for known in scales.all() {
            let numbers = known.name.starts_with("normal") || known.name.starts_with("uniform");
            assert_eq!(known.is_fixed(), numbers || known.name.starts_with("truncated_normal"), "{}", known.name);
        }
    }

    /// An LSTM of 64 units has rows for four gates, a GRU for three.
    #[test]
    fn recurrent_layers_are_drawn_by_their_units() {
        let bound = |name: &str, outputs: usize| {
            let scales = Scales::of(name, 10, outputs);
            let at = |known: &&Known| {
                known.family == Family::Uniform && (known.std * 3.0_f64.sqrt() - 1.0 / 8.0).abs() < 1e-12
            };
            scales.all().find(at).map(|known| known.name)
        };
        let lstm = "variance_scaling(scale = 1.3333333333333333, mode = fan_out, distribution = uniform)";
        assert_eq!(bound("lstm.weight_ih_l0", 256), Some(lstm));
        assert_eq!(bound("gru.weight_ih_l0", 192), Some("variance_scaling(mode = fan_out, distribution = uniform)"));
        assert_eq!(bound("fc.weight", 256), None);
    }
}
