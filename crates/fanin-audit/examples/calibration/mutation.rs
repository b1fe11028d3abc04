//! Faults to inject into healthy checkpoints.

use std::error::Error;

use fanin_core::initializers::{fan_in_uniform, glorot_uniform, he_normal, he_uniform, lecun_normal};
use fanin_core::param::ParamViewMut;
use fanin_core::{Initializer, Key, ParamSpec, Seed};

use super::axes::{axes, ends};
use super::copied_neuron::copy_neuron;
use super::corpus::Tensor;
use super::draw::Draw;
use super::further::Further;

/// A fault in one tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mutation {
    /// One value is NaN.
    NotANumber,
    /// Every weight of a layer is zero.
    Zeroed,
    /// The incoming weights of one neuron are copied from another.
    RowCopied,
    /// A layer's weights are overwritten by an initializer.
    Reinitialized,
    /// A layer is too wide by `sqrt 6`, the factor between `sqrt(6 / fan_in)` and PyTorch's `1 / sqrt(fan_in)`.
    TimesRootSix,
    /// A layer has the scale that results from swapping `fan_in` and `fan_out`.
    FansSwapped,
    /// A less common fault.
    Further(Further),
}

/// With fewer values than this, many distributions fit.
const LEAST_FOR_A_LAW: usize = 512;
/// With fewer values than this, the scale is uncertain: its relative error is 0.09.
const LEAST_FOR_A_SCALE: usize = 64;
/// Below this ratio of the fans, swapping them is not a fault: the scale changes by less than 2.
const LEAST_RATIO_OF_FANS: usize = 4;

impl Mutation {
    const COMMON: [Self; 6] =
        [Self::NotANumber, Self::Zeroed, Self::RowCopied, Self::Reinitialized, Self::TimesRootSix, Self::FansSwapped];

    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Self::COMMON.into_iter().chain(Further::ALL.into_iter().map(Self::Further))
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Further(fault) => fault.name(),
            Self::NotANumber => "one value NaN",
            Self::Zeroed => "a layer zeroed",
            Self::RowCopied => "a row copied onto another",
            Self::Reinitialized => "a layer re-initialized",
            Self::TimesRootSix => "a layer times sqrt 6",
            Self::FansSwapped => "a layer's fans swapped",
        }
    }

    /// Whether only a comparison with other layers can reveal the fault.
    pub(crate) fn is_of_scale(self) -> bool {
        matches!(self, Self::TimesRootSix | Self::FansSwapped)
    }

    /// Whether its rule runs only under `--deep`.
    pub(crate) fn is_deep(self) -> bool {
        matches!(self, Self::Further(fault) if fault.is_deep())
    }

    /// The maximum number of faults of this kind per checkpoint.
    pub(crate) fn most(self) -> usize {
        if let Self::Further(fault) = self { fault.most() } else { usize::MAX }
    }

    /// The second tensor involved, if any.
    pub(crate) fn beside<'t>(self, tensor: &Tensor, all: &'t [Tensor]) -> Option<&'t Tensor> {
        if let Self::Further(fault) = self { fault.beside(tensor, all) } else { None }
    }

    /// Whether the fault can be injected into this tensor and would be a fault there.
    pub(crate) fn suits(self, tensor: &Tensor) -> bool {
        if let Self::Further(fault) = self {
            return fault.suits(tensor);
        }
        let Some((_, outputs, fan_in)) = axes(tensor) else { return self == Self::NotANumber };
        match self {
            Self::Further(_) => false,
            Self::NotANumber | Self::Zeroed => true,
            Self::RowCopied => outputs >= 2 && fan_in >= 2,
            Self::Reinitialized => tensor.len() >= LEAST_FOR_A_LAW,
            Self::TimesRootSix => tensor.len() >= LEAST_FOR_A_SCALE,
            Self::FansSwapped => {
                let (a, b) = ends(tensor).unwrap_or((1, 1));
                tensor.len() >= LEAST_FOR_A_SCALE && a.max(b) >= LEAST_RATIO_OF_FANS * a.min(b)
            }
        }
    }

    /// The factor by which a scale fault multiplies the values.
    pub(crate) fn factor(self, tensor: &Tensor) -> Option<f64> {
        match self {
            Self::TimesRootSix => Some(6_f64.sqrt()),
            Self::FansSwapped => {
                let (inputs, outputs) = ends(tensor)?;
                #[expect(clippy::cast_precision_loss, reason = "sizes of axes are far below 2^53")]
                Some((inputs as f64 / outputs as f64).sqrt())
            }
            _ => None,
        }
    }

    /// Injects the fault into the values and describes it; `None` if these values are unsuitable.
    pub(crate) fn apply(
        self,
        tensor: &Tensor,
        values: &mut [f32],
        beside: &mut [f32],
        draw: &mut Draw,
    ) -> Result<Option<String>, Box<dyn Error>> {
        if self != Self::NotANumber && values.iter().all(|value| *value == 0.0) {
            return Ok(None);
        }
        match self {
            Self::Further(fault) => Ok(fault.apply(tensor, values, beside, draw)),
            Self::NotANumber => {
                let index = draw.below(values.len());
                values[index] = f32::NAN;
                Ok(Some(format!("value {index}")))
            }
            Self::Zeroed => {
                values.fill(0.0);
                Ok(Some(String::new()))
            }
            Self::RowCopied => {
                // Rows that are already dead or already equal do not qualify for this fault.
                let suits =
                    |source: &[f32], target: &[f32]| source.iter().any(|value| *value != 0.0) && source != target;
                Ok(copy_neuron(tensor, values, draw, suits, |value, _| value))
            }
            Self::Reinitialized => reinitialize(tensor, values, draw).map(Some),
            Self::TimesRootSix => {
                let Some(factor) = self.factor(tensor) else { return Ok(None) };
                Ok(Some(scale(values, factor, draw)))
            }
            Self::FansSwapped => {
                let Some(factor) = self.factor(tensor) else { return Ok(None) };
                let how = scale(values, factor, draw);
                Ok(Some(format!("times {factor:.3}, {how}")))
            }
        }
    }
}

/// Multiplies the values in one of several common ways, which round differently, and returns its description.
#[expect(clippy::cast_possible_truncation, reason = "the product that is stored has 32 bits")]
fn scale(values: &mut [f32], factor: f64, draw: &mut Draw) -> String {
    let (short, inverse) = (factor as f32, (1.0 / factor) as f32);
    let (how, product): (_, &dyn Fn(f32) -> f32) = match draw.below(3) {
        0 => ("in f32", &|value| value * short),
        1 => ("in f64", &|value| (f64::from(value) * factor) as f32),
        _ => ("by a division", &|value| value / inverse),
    };
    for value in values {
        *value = product(*value);
    }
    how.to_owned()
}

fn reinitialize(tensor: &Tensor, values: &mut [f32], draw: &mut Draw) -> Result<String, Box<dyn Error>> {
    let spec: ParamSpec = tensor.weight().ok_or("no weight")?;
    let (name, initializer): (_, Box<dyn Initializer>) = match draw.below(5) {
        0 => ("fan_in_uniform", Box::new(fan_in_uniform())),
        1 => ("glorot_uniform", Box::new(glorot_uniform())),
        2 => ("he_normal", Box::new(he_normal())),
        3 => ("he_uniform", Box::new(he_uniform())),
        _ => ("lecun_normal", Box::new(lecun_normal())),
    };
    initializer.fill(&spec, Key::new(Seed(draw.number()), &tensor.name), ParamViewMut::whole(values))?;
    Ok(name.to_owned())
}
