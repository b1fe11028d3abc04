//! Variance scaling: the general form of the Glorot, He and LeCun initializers.

mod choices;
mod named;
mod scaling;

pub use choices::{FanMode, ScalingDistribution};
pub use named::{fan_in_uniform, glorot_normal, glorot_uniform, he_normal, he_uniform, lecun_normal, lecun_uniform};
pub use scaling::VarianceScaling;

use scaling::{DISTRIBUTION, GAIN, MODE, NAME, SCALE};

use crate::address::Key;
use crate::initializer::{Distribution, InitError, Initializer};
use crate::notation::{Elsewhere, Entry, boxed};
use crate::param::{ParamSpec, ParamViewMut};

static ENTRY: Entry = Entry {
    name: NAME,
    aliases: &[],
    arguments: &[&SCALE, &GAIN, &MODE, &DISTRIBUTION],
    summary: "variance gain^2 * scale / n, with n by mode (fan_in, fan_out, fan_avg, fan_geo_avg); distribution \
              uniform, normal or truncated_normal",
    formula: "std = gain sqrt(scale / n)",
    distribution: "mean 0, std gain sqrt(scale / n) after any truncation; uniform within sqrt 3 std, truncated \
                   within 2 sigma of the original normal",
    shapes: "two or more axes, with a stated layout",
    errors: "scale not above 0, gain below 0; a shape of fewer than two axes, an axis of length 0, no stated layout, \
             groups that do not divide",
    caution: "for a packed matrix use packed, which gives each part its own fans",
    source: "He et al. 2015, equations 7 to 10",
    example: "variance_scaling(scale = 2, mode = fan_out)",
    elsewhere: Elsewhere { jax: "`variance_scaling`", keras: "`VarianceScaling`[^no-geo]", ..Elsewhere::NONE },
    build: |arguments| boxed(VarianceScaling::from_arguments(arguments)?),
};

/// Returns the entries of variance scaling and its named variants, in listing order.
pub(super) fn entries() -> impl Iterator<Item = &'static Entry> {
    [&ENTRY].into_iter().chain(named::NAMES.iter().map(|name| name.entry))
}

impl Initializer for VarianceScaling {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        match self.exact_distribution(param)? {
            Distribution::Uniform { low, high } => out.fill_uniform(key, low, high),
            Distribution::TruncatedNormal { mean, scale, unit } => out.fill_truncated_normal(key, &unit, mean, scale),
            Distribution::Normal { mean, std } => out.fill_normal(key, mean, std),
            _ => out.fill_normal(key, 0.0, self.std(param)?),
        }
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        self.check_scale()?;
        param.fans().map(|_| ())
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        self.exact_distribution(param).unwrap_or(Distribution::Unstated)
    }

    fn text(&self) -> Option<String> {
        let printer = match named::name(self) {
            Some(name) if name.any_mode => name.entry.print().argument(&GAIN, &self.gain).argument(&MODE, &self.mode),
            Some(name) => name.entry.print().argument(&GAIN, &self.gain),
            None => ENTRY
                .print()
                .argument(&SCALE, &self.scale)
                .argument(&GAIN, &self.gain)
                .argument(&MODE, &self.mode)
                .argument(&DISTRIBUTION, &self.distribution),
        };
        Some(printer.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Activation;
    use crate::address::Seed;
    use crate::initializers::InitializerExt;
    use crate::param::Layout;

    #[test]
    fn the_variance_of_every_mode() {
        let weight = ParamSpec::new("w", [25, 100]).unwrap().with_layout(Layout::OutIn);
        for (mode, n) in
            [(FanMode::FanIn, 100.0), (FanMode::FanOut, 25.0), (FanMode::FanAvg, 62.5), (FanMode::FanGeoAvg, 50.0)]
        {
            for shape in
                [ScalingDistribution::Uniform, ScalingDistribution::Normal, ScalingDistribution::TruncatedNormal]
            {
                let distribution = VarianceScaling::new(3.0, mode, shape).unwrap().distribution(&weight);
                let std = distribution.std().unwrap();
                assert!((std - (3.0_f64 / n).sqrt()).abs() < 1e-15, "{mode} {shape}: {std}");
            }
        }
    }

    #[test]
    fn the_scale_of_an_activation() {
        let weight = ParamSpec::new("w", [8, 100]).unwrap().with_layout(Layout::OutIn);
        let std = |activation| he_normal().for_activation(activation).std(&weight).unwrap();
        assert_eq!(std(Activation::Relu).to_bits(), he_normal().std(&weight).unwrap().to_bits());
        assert_eq!(std(Activation::Identity).to_bits(), 0.1_f64.to_bits());
        assert!((std(Activation::Tanh) - 0.159_253_741_972_3).abs() < 1e-12);
    }

    #[test]
    fn an_activation_without_a_second_moment_is_refused() {
        let weight = ParamSpec::new("w", [2, 2]).unwrap().with_layout(Layout::OutIn);
        for slope in [f64::NAN, f64::MAX] {
            for start in [he_normal(), he_uniform()] {
                let start = start.for_activation(Activation::LeakyRelu { slope });
                assert!(start.check(&weight).is_err() && start.sample::<f32>(&weight, Seed(0)).is_err(), "{slope}");
            }
        }
    }

    #[test]
    fn a_vector_has_no_fan() {
        let bias = ParamSpec::new("head.bias", [8]).unwrap().with_layout(Layout::OutIn);
        let error = he_normal().check(&bias).unwrap_err().to_string();
        assert!(error.contains("head.bias") && error.contains("a vector"), "{error}");
        assert_eq!(he_normal().distribution(&bias), Distribution::Unstated);
    }
}
