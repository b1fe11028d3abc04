//! The scales of known initializers.

use super::family::{Family, TRUNCATED_STD};
use crate::measure::Statistics;

/// The scale of a known initializer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Known {
    /// Its name and formula.
    pub(crate) name: String,
    /// Its standard deviation.
    pub(crate) std: f64,
    /// The fan that it depends on.
    pub(crate) by: Fan,
}

/// The fan that a scale depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fan {
    In,
    Out,
    Both,
    Neither,
}

/// The scales that a matrix could have.
#[derive(Clone, Debug)]
pub(crate) struct Scales(Vec<(&'static [Family], Known)>);

const ANY: &[Family] = &Family::ALL;
const BELLS: &[Family] = &[Family::Normal, Family::Truncated];
const UNIFORM: &[Family] = &[Family::Uniform];

impl Scales {
    /// The scales for a matrix with these fans. The rows of a recurrent layer are the gates of `fan_out / 4` or `fan_out / 3` units.
    #[expect(clippy::cast_precision_loss, reason = "no fan is 2^53")]
    pub(crate) fn of(fan_in: usize, fan_out: usize, recurrent: bool) -> Self {
        let (fan_in, fan_out) = (fan_in.max(1) as f64, fan_out.max(1) as f64);
        let mut known = Vec::new();
        let mut add = |distributions: &'static [Family], name: &str, by: Fan, variance: f64| {
            known.push((distributions, Known { name: name.to_owned(), std: variance.sqrt(), by }));
        };
        add(UNIFORM, "PyTorch's default, variance 1/(3 fan_in)", Fan::In, 1.0 / (3.0 * fan_in));
        add(UNIFORM, "PyTorch's default with the fan-out, variance 1/(3 fan_out)", Fan::Out, 1.0 / (3.0 * fan_out));
        add(ANY, "He, variance 2/fan_in", Fan::In, 2.0 / fan_in);
        add(ANY, "He by fan-out, variance 2/fan_out", Fan::Out, 2.0 / fan_out);
        add(ANY, "LeCun, variance 1/fan_in", Fan::In, 1.0 / fan_in);
        add(ANY, "LeCun with the fan-out, variance 1/fan_out", Fan::Out, 1.0 / fan_out);
        add(ANY, "Glorot, variance 2/(fan_in + fan_out)", Fan::Both, 2.0 / (fan_in + fan_out));
        if recurrent {
            for gates in [3.0, 4.0] {
                let hidden = (fan_out / gates).max(1.0);
                add(UNIFORM, "PyTorch's recurrent layers, variance 1/(3 hidden)", Fan::Neither, 1.0 / (3.0 * hidden));
            }
        }
        for std in [0.02, 0.01, 0.05, 0.1, 0.001, 1.0] {
            add(BELLS, &format!("standard deviation {std}"), Fan::Neither, std * std);
        }
        for bound in [0.05_f64, 0.1, 0.08, 0.01] {
            add(UNIFORM, &format!("uniform on +-{bound}"), Fan::Neither, bound * bound / 3.0);
        }
        Self(known)
    }

    /// All scales, for any distribution.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Known> {
        self.0.iter().map(|(_, known)| known)
    }

    /// The standard deviation of a scale, by name.
    pub(crate) fn std_of(&self, name: &str) -> Option<f64> {
        self.0.iter().find(|(_, known)| known.name == name).map(|(_, known)| known.std)
    }

    /// An upper bound on the probability that an unrelated scale matches a known one by chance, if scales are spread over a factor of
    /// 30. Distributions without bounds are identified by their standard deviation alone.
    #[expect(clippy::cast_precision_loss, reason = "a few scales")]
    pub(crate) fn chance(&self, family: Family, error: f64) -> f64 {
        let count = self.0.iter().filter(|(distributions, _)| distributions.contains(&family)).count() as f64;
        match family {
            Family::Uniform => 0.0,
            Family::Normal | Family::Truncated => (count * 8.0 * error / 30.0_f64.ln()).min(1.0),
        }
    }

    /// The scales that match the values, nearest first.
    pub(crate) fn matching(&self, family: Family, statistics: &Statistics, std: f64, error: f64) -> Vec<Known> {
        let mut known: Vec<(f64, &Known)> = self
            .0
            .iter()
            .filter(|(distributions, known)| {
                distributions.contains(&family) && matches(family, statistics, std, error, known.std)
            })
            .map(|(_, known)| ((known.std / std).ln().abs(), known))
            .collect();
        known.sort_by(|a, b| a.0.total_cmp(&b.0));
        known.into_iter().map(|(_, known)| known.clone()).collect()
    }
}

/// Whether a scale matches a known one within four standard errors. Values of a bounded distribution must also stay within the
/// bounds and come as close to them as that many draws do.
#[expect(clippy::cast_precision_loss, reason = "no tensor has 2^53 elements")]
fn matches(family: Family, statistics: &Statistics, std: f64, error: f64, known: f64) -> bool {
    let near = |known: f64| (std / known - 1.0).abs() <= 4.0 * error + 1e-6;
    // The scale of a truncated distribution may be stated before or after truncation.
    let cut = family == Family::Truncated && near(known * TRUNCATED_STD);
    if !(near(known) || cut) {
        return false;
    }
    let reached = f64::from(statistics.greatest()) / (known * family.bound());
    match family {
        // The largest of n draws is below 1 - 20/n with probability exp(-20). 16-bit values are rounded by 2^-9.
        Family::Uniform => reached <= 1.0 + 4e-3 && reached >= 1.0 - 20.0 / statistics.len as f64 - 4e-3,
        Family::Normal | Family::Truncated => true,
    }
}
