//! Initializers for state-space layers: Mamba's transition matrix and time steps.

use super::super::log_uniform::LogUniform;
use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::notation::{Argument, Elsewhere, Entry, boxed};
use crate::param::{ParamSpec, ParamViewMut};
use crate::values::exact::{ln, ln_one_minus_exp};

const LOW: Argument<f64> = Argument::new("low", 1e-3);
const HIGH: Argument<f64> = Argument::new("high", 0.1);
const FLOOR: Argument<f64> = Argument::new("floor", 1e-4);

pub(super) static MAMBA_A_LOG: Entry = Entry {
    name: "mamba_a_log",
    aliases: &[],
    arguments: &[],
    summary: "Mamba's A_log: ln 1, ln 2, ... ln n along the states",
    formula: "w[c, i] = ln(i + 1)",
    distribution: "fixed",
    shapes: "any but a scalar; states along the last axis",
    errors: "a scalar",
    caution: "exclude it from weight decay",
    source: "Gu & Dao 2023, section 3.6",
    example: "mamba_a_log",
    elsewhere: Elsewhere::NONE,
    build: |_| boxed(MambaALog),
};

pub(super) static MAMBA_DT_BIAS: Entry = Entry {
    name: "mamba_dt_bias",
    aliases: &[],
    arguments: &[&LOW, &HIGH, &FLOOR],
    summary: "the bias of Mamba's time steps: its softplus is log-uniform",
    formula: "b = dt + ln(1 - exp(-dt)), dt = max(floor, exp(ln low + u (ln high - ln low)))",
    distribution: "its softplus is log-uniform on [low, high], with smaller values replaced by floor; its own distribution is not stated",
    shapes: "any",
    errors: "a number that is not above 0, low not below high",
    caution: "exclude it from weight decay, and from rules that set biases to 0",
    source: "Gu & Dao 2023, section 3.6",
    example: "mamba_dt_bias",
    elsewhere: Elsewhere::NONE,
    build: |arguments| {
        let (low, high) = (LOW.of(arguments)?, HIGH.of(arguments)?);
        boxed(MambaDtBias::new(low, high, FLOOR.of(arguments)?)?)
    },
};

/// Mamba's `A_log`: every row is `ln(1), ln(2), ..., ln(n)` along the last axis, the states. The layer's `A` is
/// `-exp(A_log)`, the real part of S4D-Lin.
///
/// Text: `mamba_a_log`. Any shape except a scalar. Deterministic, computed with exactly rounded operations. Gu & Dao
/// 2023, section 3.6; Gu et al. 2022 (S4D), section 4.4. For `D`, use `ones`; for the weight of `dt`, `fan_in_uniform`.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::MambaALog};
///
/// let a_log = ParamSpec::new("mixer.A_log", [2, 2])?;
/// let ln_2 = 2_f64.ln();
/// assert_eq!(MambaALog.sample::<f64>(&a_log, Seed(0))?, [0.0, ln_2, 0.0, ln_2]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MambaALog;

/// Mamba's time-step bias: `softplus^-1(dt) = dt + ln(1 - exp(-dt))`, with steps `dt` log-uniform on `[low, high]` and
/// at least `floor`, so that the layer's `softplus(bias)` initially equals these steps.
///
/// Text: `mamba_dt_bias`. Any shape; one value per channel. The distribution of the bias is not stated; its `softplus`
/// has [`Distribution::LogUniform`] if `floor <= low`. Exclude the bias from weight decay, and from rules that set
/// biases to zero. Gu & Dao 2023, section 3.6.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::MambaDtBias};
///
/// let bias: Vec<f64> = MambaDtBias::new(1e-3, 0.1, 1e-4)?.sample(&ParamSpec::new("dt_proj.bias", [64])?, Seed(0))?;
/// let steps = bias.iter().map(|x| x.exp().ln_1p());
/// assert!(steps.into_iter().all(|dt| (0.999e-3..0.1001).contains(&dt)));
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MambaDtBias {
    steps: LogUniform,
    floor: f64,
}

impl MambaDtBias {
    /// Creates the bias for steps from `low` to `high`, at least `floor`.
    ///
    /// # Errors
    /// [`ArgumentError`] if an argument is not a finite number above 0, or `low` is not below `high`.
    pub fn new(low: f64, high: f64, floor: f64) -> Result<Self, ArgumentError> {
        let floor = ArgumentError::positive(MAMBA_DT_BIAS.name, FLOOR.name, floor)?;
        Ok(Self { steps: LogUniform::of(MAMBA_DT_BIAS.name, low, high)?, floor })
    }
}

impl Initializer for MambaDtBias {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, out: ParamViewMut<'_>) -> Result<(), InitError> {
        let (_, high) = self.steps.bounds();
        out.check_value(key, HIGH.name, high.max(self.floor))?;
        self.steps.fill_changed(param, key, out, |step| {
            let step = step.max(self.floor);
            step + ln_one_minus_exp(step)
        })
    }

    fn text(&self) -> Option<String> {
        let (low, high) = self.steps.bounds();
        let printer = MAMBA_DT_BIAS.print().argument(&LOW, &low).argument(&HIGH, &high);
        Some(printer.argument(&FLOOR, &self.floor).finish())
    }
}

impl MambaALog {
    fn states(param: &ParamSpec) -> Result<usize, InitError> {
        let refuse =
            || InitError::shape(param, MAMBA_A_LOG.name, "a scalar has no axis of states; use [channels, states]");
        param.shape().last().copied().ok_or_else(refuse)
    }
}

impl Initializer for MambaALog {
    #[expect(clippy::cast_precision_loss, reason = "no axis has 2^53 states")]
    fn fill(&self, param: &ParamSpec, _: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let states = Self::states(param)?.max(1) as u64;
        out.fill_each(|index| ln((index % states + 1) as f64));
        Ok(())
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        Self::states(param).map(|_| ())
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        self.check(param).map_or(Distribution::Unstated, |()| Distribution::Fixed)
    }

    fn text(&self) -> Option<String> {
        Some(MAMBA_A_LOG.print().finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Seed;
    use crate::initializers::InitializerExt;

    /// Kolmogorov-Smirnov test: n = 10^6, alpha = 1e-6, so the limit is 2.69e-3. Also compares mean and std with the
    /// distribution's.
    #[test]
    fn softplus_of_the_bias_is_log_uniform() {
        let n = 1_000_000_u32;
        let param = ParamSpec::new("mixer.dt_proj.bias", [1_000_000]).unwrap();
        let bias: Vec<f64> = MambaDtBias::new(1e-3, 0.1, 1e-4).unwrap().sample(&param, Seed(5)).unwrap();
        let mut steps: Vec<f64> = bias.iter().map(|x| x.exp().ln_1p()).collect();
        steps.sort_by(f64::total_cmp);
        let distribution = Distribution::LogUniform { low: 1e-3, high: 0.1 };
        let far = |(place, step): (u32, &f64)| {
            (distribution.cdf(*step).unwrap() - (f64::from(place) + 0.5) / f64::from(n)).abs()
        };
        let distance = (0..n).zip(&steps).map(far).fold(0.0, f64::max);
        assert!(distance < 2.69e-3, "{distance}");
        let mean = steps.iter().sum::<f64>() / f64::from(n);
        let (wanted, std) = (distribution.mean().unwrap(), distribution.std().unwrap());
        assert!((mean - wanted).abs() < 4.9 * std / 1e3, "{mean}, not {wanted}");
    }

    #[test]
    fn the_floor_holds() {
        let param = ParamSpec::new("b", [1000]).unwrap();
        let bias: Vec<f64> = MambaDtBias::new(1e-6, 0.1, 1e-2).unwrap().sample(&param, Seed(0)).unwrap();
        // 0.01 + ln(1 - exp(-0.01)), 17 digits.
        let least = bias.iter().copied().fold(f64::INFINITY, f64::min);
        assert!((least - -4.600_166_019_324_897).abs() < 1e-14, "{least}");
    }
}
