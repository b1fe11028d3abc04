//! Whether a vector still has the values that an initializer gave it.
//!
//! Knows values only: no names and no tensors.

use fanin_core::values::exact::normal_cdf;

use crate::judge::deviations::{kurtosis_deviation, skewness_deviation, two_sided};
use crate::judge::kolmogorov_smirnov;

/// The result of comparing a vector with the values that initializers generate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Start {
    /// One value, or a few constants in blocks: the initial value of most gains and biases.
    Constant,
    /// Values that a random initializer may have drawn, with the p-value.
    Drawn(f64),
    /// A closed form, or too few values to judge.
    Unclear,
}

/// The role of a vector: initializers center gains at 1 or 0, and additive terms at 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Gain,
    Term,
}

/// The minimum number of values that are judged.
const FEWEST: usize = 8;

/// The maximum number of constants of a vector in blocks, such as the forget-gate bias of an LSTM.
const CONSTANTS: usize = 4;

impl Start {
    /// Judges values in the order in which they are stored.
    pub(crate) fn of(values: &[f64], role: Role) -> Self {
        if values.len() < 2 || values.iter().any(|value| !value.is_finite()) {
            return Self::Unclear;
        }
        let runs = values.windows(2).filter(|pair| pair[0] != pair[1]).count() + 1;
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let ties = ties(&sorted);
        if ties.len() <= CONSTANTS && (runs <= 2 * CONSTANTS || !is_coarse(&sorted)) && values.len() >= 2 * ties.len() {
            return Self::Constant;
        }
        let rising = values.windows(2).all(|pair| pair[0] <= pair[1]);
        let falling = values.windows(2).all(|pair| pair[0] >= pair[1]);
        let rest = without_atoms(&sorted, &ties);
        if values.len() < FEWEST || rest.len() < FEWEST || rising || falling {
            return Self::Unclear;
        }
        Self::Drawn(probability(&rest, role))
    }
}

/// The lengths of the runs of equal values.
fn ties(sorted: &[f64]) -> Vec<usize> {
    sorted.chunk_by(|a, b| a == b).map(<[f64]>::len).collect()
}

/// Drops values that repeat so often that they were set: the constant part of a bias, the zeros of a sparse vector.
fn without_atoms(sorted: &[f64], ties: &[usize]) -> Vec<f64> {
    let mut lengths = ties.to_vec();
    lengths.sort_unstable();
    let usual = lengths.get(lengths.len() / 2).copied().unwrap_or(1);
    let atom = (sorted.len() / 16).max(4).max(4 * usual);
    sorted.chunk_by(|a, b| a == b).filter(|run| run.len() < atom).flatten().copied().collect()
}

/// Whether all values fit into 16 bits, so that few distinct values are due to rounding.
fn is_coarse(values: &[f64]) -> bool {
    #[expect(clippy::cast_possible_truncation, reason = "asks whether the value is short")]
    let fits = |value: &f64| {
        let short = *value as f32;
        f64::from(short) == *value
            && (short.to_bits().trailing_zeros() >= 16
                || half::f16::from_f32(short).to_f32().to_bits() == short.to_bits())
    };
    values.iter().all(fits) && values.iter().any(|value| value.fract() != 0.0)
}

/// The largest probability of any distribution that initializers use: normal around 0 or 1, truncated normal, uniform around 0, on
/// [0, 1], anywhere or of logarithms.
fn probability(sorted: &[f64], role: Role) -> f64 {
    let around = |center: f64| -> f64 {
        let centered: Vec<f64> = sorted.iter().map(|value| value - center).collect();
        normal(&centered).max(uniform_around_zero(&centered))
    };
    let best = around(0.0);
    let further = match role {
        Role::Gain => around(1.0).max(uniform(sorted, 0.0, 1.0, 0)),
        // State-space models draw time steps with uniform logarithms; chrono initialization takes the logarithm of uniform times.
        Role::Term => {
            anywhere(sorted).max(anywhere_after(sorted, f64::exp)).max(anywhere_after(sorted, |x| (-x).exp()))
        }
    };
    best.max(further)
}

/// Tests mean, skewness, kurtosis and shape of normal values around zero, also of those truncated at two standard deviations.
fn normal(values: &[f64]) -> f64 {
    let count = number(values.len());
    let mean = values.iter().sum::<f64>() / count;
    let moment = |power: i32| values.iter().map(|value| (value - mean).powi(power)).sum::<f64>() / count;
    let (second, third, fourth) = (moment(2), moment(3), moment(4));
    if second <= 0.0 {
        return 0.0;
    }
    let freedom = count - 1.0;
    let t_square = mean * mean * freedom / second;
    // Wallace (1959): a t value as a normal deviation.
    let center = two_sided((freedom * (t_square / freedom).ln_1p()).sqrt());
    let rms = values.iter().map(|value| value * value).sum::<f64>() / count;
    let shape = shape(values, |x| normal_cdf(x / rms.sqrt()));
    let skewness = two_sided(skewness_deviation(third / second.powf(1.5), count));
    // Truncation at two standard deviations lowers the kurtosis to 2.37, so between that and 3 it decides nothing.
    let light = (2.2..3.0).contains(&(fourth / (second * second)));
    let tails = if light { 1.0 } else { two_sided(kurtosis_deviation(fourth / (second * second), count)) };
    (4.0 * center.min(shape).min(skewness).min(tails)).min(1.0)
}

/// Tests a uniform distribution around zero whose bound is the largest absolute value.
fn uniform_around_zero(values: &[f64]) -> f64 {
    let bound = values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    uniform(values, -bound, bound, 1)
}

/// Tests a uniform distribution between the extremes.
fn anywhere(sorted: &[f64]) -> f64 {
    match sorted {
        [low, .., high] => uniform(sorted, *low, *high, 2),
        _ => 1.0,
    }
}

fn anywhere_after(sorted: &[f64], map: impl Fn(f64) -> f64) -> f64 {
    // Values within a narrow range look uniform with and without the map.
    let wide = matches!(sorted, [low, .., high] if high - low > 1.0 && high - low < 30.0);
    if !wide {
        return 0.0;
    }
    let mut mapped: Vec<f64> = sorted.iter().map(|value| map(*value)).collect();
    mapped.sort_unstable_by(f64::total_cmp);
    anywhere(&mapped)
}

/// Tests a uniform distribution by its shape and its fourth moment. Given the extremes that it was fitted to, the other values are
/// uniform between them (David & Nagaraja 2003, section 2.4).
fn uniform(sorted: &[f64], low: f64, high: f64, fitted: usize) -> f64 {
    let inside: &[f64] = match (fitted, sorted) {
        (2, [_, inside @ .., _]) => inside,
        _ => sorted,
    };
    let width = high - low;
    let outside = matches!(sorted, [least, .., most] if *least < low || *most > high);
    if width <= 0.0 || outside {
        return 0.0;
    }
    let shape = shape(inside, |x| ((x - low) / width).clamp(0.0, 1.0));
    // The mean of the fourth powers of n uniform values on [-1, 1] is 1/5 with the variance (1/9 - 1/25) / n.
    let middle = f64::midpoint(low, high);
    let fourth = inside.iter().map(|x| ((x - middle) * 2.0 / width).powi(4)).sum::<f64>() / number(inside.len());
    let deviation = (fourth - 0.2) / (0.071_111 / number(inside.len())).sqrt();
    (2.0 * shape.min(two_sided(deviation))).min(1.0)
}

/// The Kolmogorov-Smirnov test. A repeated value represents all values that were rounded to it.
fn shape(sorted: &[f64], cdf: impl Fn(f64) -> f64) -> f64 {
    let count = number(sorted.len());
    let mut below = 0;
    let (mut distance, mut widest) = (0.0_f64, 1);
    for run in sorted.chunk_by(|a, b| a == b) {
        let p = cdf(run[0]);
        distance = distance.max((p - number(below) / count).abs());
        below += run.len();
        distance = distance.max((number(below) / count - p).abs());
        widest = widest.max(run.len());
    }
    let rounding = number(widest - 1) / count;
    kolmogorov_smirnov::p_value((distance - rounding).max(0.0), count)
}

#[expect(clippy::cast_precision_loss, reason = "a vector has fewer than 2^53 values")]
fn number(count: usize) -> f64 {
    count as f64
}
