//! Less common faults: in whole layers, in lines and in running statistics.

use super::axes::{axes, ends, line};
use super::copied_neuron::copy_neuron;
use super::corpus::Tensor;
use super::draw::Draw;
use super::element::Element;

/// A fault in one tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Further {
    /// The highest exponent bit of one value is flipped.
    FlippedBit,
    /// Every weight of a layer is replaced by the layer's mean.
    Constant,
    /// The incoming weights of one neuron are copied from another and changed by 0.3 %.
    NearlyCopied,
    /// Most neurons have no incoming weights.
    NeuronsCut,
    /// Most inputs have no outgoing weights.
    InputsCut,
    /// A layer holds the values of another layer of the same shape.
    LayerCopied,
    /// A running mean is zero and its variance one, as before the first batch.
    StatisticsReset,
    /// A layer is the product of two thin matrices.
    LowRank,
}

/// With fewer inputs than this, neurons may be near twins by chance.
const LEAST_INPUTS: usize = 8;
/// With fewer lines than this, no majority is clear.
const LEAST_LINES: usize = 4;
/// The range of the shorter side for rank faults, and the divisor of the rank that is kept.
const SIDES: std::ops::RangeInclusive<usize> = 16..=1024;
const LEFT: usize = 4;
/// The maximum number of faults per checkpoint that need spectra, because every one recomputes them.
const SPECTRA: usize = 5;

impl Further {
    pub(crate) const ALL: [Self; 8] = [
        Self::FlippedBit,
        Self::Constant,
        Self::NearlyCopied,
        Self::NeuronsCut,
        Self::InputsCut,
        Self::LayerCopied,
        Self::StatisticsReset,
        Self::LowRank,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::FlippedBit => "a bit of an exponent flipped",
            Self::Constant => "a layer all one value",
            Self::NearlyCopied => "a row copied but for 0.3 %",
            Self::NeuronsCut => "most neurons cut off",
            Self::InputsCut => "most inputs cut off",
            Self::LayerCopied => "a layer copied onto another",
            Self::StatisticsReset => "running statistics reset",
            Self::LowRank => "a layer of a quarter of its rank",
        }
    }

    /// The rules of which at least one must find the fault.
    pub(crate) fn rules(self) -> &'static [&'static str] {
        match self {
            Self::FlippedBit => &["absurd-magnitude"],
            Self::Constant => &["all-constant"],
            Self::NearlyCopied => &["near-twins"],
            Self::NeuronsCut => &["dead-rows"],
            Self::InputsCut => &["dead-columns"],
            Self::LayerCopied => &["duplicate-tensor"],
            Self::StatisticsReset => &["norm-statistics"],
            Self::LowRank => &["rank"],
        }
    }

    /// Whether its rule needs a spectrum.
    pub(crate) fn is_deep(self) -> bool {
        self == Self::LowRank
    }

    /// The maximum number of faults of this kind per checkpoint.
    pub(crate) fn most(self) -> usize {
        if self.is_deep() { SPECTRA } else { usize::MAX }
    }

    /// Whether the fault can be injected into this tensor and would be a fault there.
    pub(crate) fn suits(self, tensor: &Tensor) -> bool {
        if self == Self::StatisticsReset {
            return mean_of(&tensor.name).is_some();
        }
        let Some((_, outputs, fan_in)) = axes(tensor) else { return false };
        if outputs < 2 || fan_in < 2 {
            return false;
        }
        match self {
            // In half precision, this bit makes no value absurd.
            Self::FlippedBit => tensor.element != Element::F16,
            Self::NearlyCopied => fan_in >= LEAST_INPUTS,
            Self::NeuronsCut => outputs >= LEAST_LINES,
            Self::InputsCut => ends(tensor).is_some_and(|(inputs, _)| inputs >= LEAST_LINES),
            Self::LowRank => SIDES.contains(&outputs.min(fan_in)) && tensor.shape.len() == 2,
            _ => true,
        }
    }

    /// The second tensor involved: the source of a copy, or the mean that belongs to a variance.
    pub(crate) fn beside<'t>(self, tensor: &Tensor, all: &'t [Tensor]) -> Option<&'t Tensor> {
        match self {
            Self::StatisticsReset => {
                let mean = mean_of(&tensor.name)?;
                all.iter().find(|other| other.name == mean)
            }
            Self::LayerCopied => {
                // The audit reports the later of two equal tensors.
                let like = |other: &&Tensor| other.shape == tensor.shape && other.start < tensor.start;
                let without_numbers =
                    |name: &str| name.chars().filter(|character| !character.is_ascii_digit()).collect::<String>();
                let peer = |other: &&Tensor| without_numbers(&other.name) == without_numbers(&tensor.name);
                all.iter().filter(like).find(peer).or_else(|| all.iter().find(like))
            }
            _ => None,
        }
    }

    /// Injects the fault into the values, and into those of the second tensor, and describes it; `None` if these values
    /// are unsuitable.
    pub(crate) fn apply(
        self,
        tensor: &Tensor,
        values: &mut [f32],
        beside: &mut [f32],
        draw: &mut Draw,
    ) -> Option<String> {
        match self {
            Self::FlippedBit => flip(values, draw),
            Self::Constant => {
                #[expect(clippy::cast_precision_loss, reason = "any value will do")]
                let mean = values.iter().sum::<f32>() / values.len() as f32;
                values.fill(mean);
                (mean != 0.0).then(String::new)
            }
            Self::NearlyCopied => {
                let suits =
                    |source: &[f32], _: &[f32]| source.iter().filter(|value| **value != 0.0).count() >= LEAST_INPUTS;
                copy_neuron(tensor, values, draw, suits, |value, draw| {
                    let off = if draw.below(2) == 0 { 0.003 } else { -0.003 };
                    value * (1.0 + off)
                })
            }
            Self::NeuronsCut => {
                let (axis, outputs, _) = axes(tensor)?;
                Some(cut(tensor, values, axis, outputs))
            }
            Self::InputsCut => {
                let axis = tensor.in_axis?;
                Some(cut(tensor, values, axis, *tensor.shape.get(axis)?))
            }
            Self::LayerCopied => {
                let varied = beside.iter().any(|value| Some(value) != beside.first());
                if !varied || values == beside {
                    return None;
                }
                values.copy_from_slice(beside);
                Some(String::new())
            }
            Self::StatisticsReset => {
                if beside.is_empty() {
                    return None;
                }
                values.fill(1.0);
                beside.fill(0.0);
                Some(String::new())
            }
            Self::LowRank => low_rank(tensor, values, draw),
        }
    }
}

/// Returns the name of the running mean that belongs to a running variance.
fn mean_of(name: &str) -> Option<String> {
    let ends =
        [("running_var", "running_mean"), ("moving_variance", "moving_mean"), ("moving_variance:0", "moving_mean:0")];
    if name.contains("batch_normalization")
        && let Some(layer) = name.strip_suffix(".vars.3")
    {
        return Some(format!("{layer}.vars.2"));
    }
    ends.iter().find_map(|(variance, mean)| Some(format!("{}{mean}", name.strip_suffix(variance)?)))
}

/// Flips the highest exponent bit of one value: values between a millionth and one become 1e32 or more.
fn flip(values: &mut [f32], draw: &mut Draw) -> Option<String> {
    for _ in 0..100 {
        let index = draw.below(values.len());
        let value = values.get_mut(index)?;
        if (1e-6..1.0).contains(&value.abs()) {
            *value = f32::from_bits(value.to_bits() ^ 1 << 30);
            return Some(format!("value {index}"));
        }
    }
    None
}

/// Sets three out of four lines to zero.
fn cut(tensor: &Tensor, values: &mut [f32], axis: usize, lines: usize) -> String {
    for number in (0..lines).filter(|number| number % 4 != 1) {
        for place in line(tensor, axis, number) {
            values[place] = 0.0;
        }
    }
    String::new()
}

/// Replaces rows beyond the first quarter of the shorter side by random linear combinations of the rows within it.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "small numbers; values of 32 bits")]
fn low_rank(tensor: &Tensor, values: &mut [f32], draw: &mut Draw) -> Option<String> {
    let &[rows, columns] = tensor.shape.as_slice() else { return None };
    let rank = rows.min(columns) / LEFT;
    let (kept, others) = values.split_at_mut_checked(rank * columns)?;
    if kept.chunks(columns).any(|row| row.iter().all(|value| *value == 0.0)) {
        return None;
    }
    for row in others.chunks_mut(columns) {
        let weights: Vec<f64> = (0..rank).map(|_| draw.below(2001) as f64 / 1000.0 - 1.0).collect();
        for (column, value) in row.iter_mut().enumerate() {
            let sum: f64 = weights.iter().zip(kept.chunks(columns)).map(|(w, row)| w * f64::from(row[column])).sum();
            *value = (sum * (3.0 / rank as f64).sqrt()) as f32;
        }
    }
    Some(format!("rank {rank}"))
}
