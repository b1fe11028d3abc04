//! Convolution-aware initialization: kernels of each output that are orthogonal to each other.

use rayon::prelude::*;

use super::kernel::Kernel;
use crate::address::Key;
use crate::initializer::{ArgumentError, InitError, Initializer};
use crate::notation::{Argument, Elsewhere, Entry, boxed};
use crate::param::{ParamSpec, ParamViewMut};
use crate::values::{Dtype, Matrix, fill_orthogonal, normal_support};

const GAIN: Argument<f64> = Argument::new("gain", 1.0);
const NOISE: Argument<f64> = Argument::new("noise", 0.05);

pub(super) static ENTRY: Entry = Entry {
    name: "convolution_aware",
    aliases: &[],
    arguments: &[&GAIN, &NOISE],
    summary: "for each output, the kernels of its inputs are orthogonal to each other, plus a little noise; He's variance",
    formula: "w[o, i, t] = gain sqrt(2 / fan_in) (sqrt k Q[i, t] + noise z) / sqrt(1 + noise^2), Q Q' = I in blocks of k inputs, k kernel positions",
    distribution: "mean 0, variance gain^2 2 / fan_in; kernels of one output are dependent, outputs are independent",
    shapes: "kernels of one to three dimensions with a stated layout, with groups and transposed",
    errors: "gain or noise below 0; a shape that is not such a kernel, no stated layout, groups that do not divide",
    caution: "not for kernels with a single position, where each vector is just a sign",
    source: "Aghajanyan 2017, section 3 and algorithm 1",
    example: "convolution_aware(noise = 0)",
    elsewhere: Elsewhere { keras: "[^contrib]", ..Elsewhere::NONE },
    build: |arguments| boxed(ConvolutionAware::new(GAIN.of(arguments)?, NOISE.of(arguments)?)?),
};

/// Convolution-aware initialization: for each output channel, the kernels of its inputs are orthogonal to each other,
/// in blocks of as many inputs as a kernel has positions, so that no two kernels of a block detect the same pattern.
/// Noise of relative size `noise` is added, and the result is scaled to He's variance:
///
/// `w[o, i, t] = gain sqrt(2 / fan_in) (sqrt(k) Q[i, t] + noise z) / sqrt(1 + noise^2)`, where `k` is the number of
/// kernel positions, `Q` with `Q Q' = I` is uniform in Haar measure, one for each output and each block of `k` inputs,
/// and `z` is unit normal.
///
/// Aghajanyan draws the orthogonal vectors in Fourier space. Since the transform is orthogonal and preserves Haar
/// measure, this implementation draws them directly in space. (The authors' code draws real coefficients for half of
/// the frequencies, whose kernels are symmetric; here phases are free.)
///
/// Supports groups and transposed layouts: the inputs of an output are those of its group, along the input axis of the
/// layout. Block `b` of output `o` draws from part `o.b` of the address, the noise from the parameter's own address.
///
/// Text: `convolution_aware`. Requires a kernel of one to three dimensions with a stated layout; groups are supported.
/// A window computes only the outputs it touches, or all of them if the output axis is not the first. Not for kernels
/// of one position, whose vectors are signs: use `orthogonal`. Aghajanyan 2017 (Convolution Aware Initialization),
/// section 3 and algorithm 1.
///
/// ```
/// use fanin_core::{InitializerExt, Layout, ParamSpec, Seed, initializers::ConvolutionAware};
///
/// let kernel = ParamSpec::new("conv.weight", [1, 2, 3])?.with_layout(Layout::OutIn);
/// let values: Vec<f64> = ConvolutionAware::new(1.0, 0.0)?.sample(&kernel, Seed(0))?;
/// let (first, second) = values.split_at(3);
/// let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
/// // fan_in = 6, k = 3: each kernel has the square 2 / 6 * 3.
/// assert!((dot(first, first) - 1.0).abs() < 1e-14 && dot(first, second).abs() < 1e-14);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConvolutionAware {
    gain: f64,
    noise: f64,
}

/// The number of outputs computed before they are written.
const OUTPUTS: u64 = 256;

impl ConvolutionAware {
    /// Creates an initializer with He's variance times `gain` squared and noise of the given relative size.
    ///
    /// # Errors
    /// [`ArgumentError`] if an argument is negative or not finite.
    pub fn new(gain: f64, noise: f64) -> Result<Self, ArgumentError> {
        Ok(Self {
            gain: ArgumentError::not_negative(ENTRY.name, GAIN.name, gain)?,
            noise: ArgumentError::not_negative(ENTRY.name, NOISE.name, noise)?,
        })
    }

    /// Returns the std of the values.
    #[expect(clippy::cast_precision_loss, reason = "no fan has 2^53 units")]
    fn std(&self, param: &ParamSpec) -> Result<f64, InitError> {
        Ok(self.gain * (2.0 / param.fans()?.fan_in as f64).sqrt())
    }
}

/// Returns the kernels of all inputs of one output, one input after another: rows that are orthonormal in blocks, drawn
/// in the arithmetic of `dtype`.
fn rows(
    param: &ParamSpec,
    key: Key<'_>,
    dtype: Dtype,
    output: u64,
    inputs: usize,
    taps: usize,
) -> Result<Vec<f64>, InitError> {
    let mut rows = Vec::with_capacity(inputs * taps);
    for (block, first) in (0..inputs).step_by(taps.max(1)).enumerate() {
        let matrix = Matrix { rows: taps.min(inputs - first), columns: taps };
        let part = key.part(&format!("{output}.{block}"));
        let (stream, count) = (part.key().values(), matrix.rows * taps);
        let refuse = |error: String| InitError::shape(param, ENTRY.name, error);
        if dtype == Dtype::F64 {
            let mut values = vec![0.0_f64; count];
            fill_orthogonal(stream, matrix, 1.0, 0, &mut values).map_err(|error| refuse(error.to_string()))?;
            rows.extend(values);
        } else {
            let mut values = vec![0.0_f32; count];
            fill_orthogonal(stream, matrix, 1.0, 0, &mut values).map_err(|error| refuse(error.to_string()))?;
            rows.extend(values.into_iter().map(f64::from));
        }
    }
    Ok(rows)
}

impl Initializer for ConvolutionAware {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let kernel = Kernel::of(param, ENTRY.name, 3..=5)?;
        let std = self.std(param)?;
        let (outputs, inputs, taps) = kernel.extent();
        #[expect(clippy::cast_precision_loss, reason = "no kernel has 2^53 positions")]
        let root = (taps as f64).sqrt();
        let scale = std / (1.0 + self.noise * self.noise).sqrt();
        // No element of an orthonormal vector exceeds 1.
        let (_, most) = normal_support(out.dtype(), scale * root, scale * self.noise);
        out.check_bounds(key, (-most, most))?;
        if out.is_empty() {
            return Ok(());
        }
        let size = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let (start, dtype) = (out.start(), out.dtype());
        let mut values = vec![0.0_f64; out.len()];
        // The elements of an output are contiguous if outputs are the first axis.
        let length = inputs * taps;
        let touched = if kernel.index(0, 0, 0) + length == kernel.index(1, 0, 0) && length > 0 {
            start / length..outputs.min((start + out.len() as u64).div_ceil(length))
        } else {
            0..outputs
        };
        let mut first = touched.start;
        while first < touched.end {
            let next = touched.end.min(first + OUTPUTS);
            let draw = |output: u64| rows(param, key, dtype, output, size(inputs), size(taps));
            let drawn: Vec<Vec<f64>> = (first..next).into_par_iter().map(draw).collect::<Result<_, _>>()?;
            for (output, rows) in (first..next).zip(drawn) {
                for ((input, tap), value) in (0..inputs).flat_map(|i| (0..taps).map(move |t| (i, t))).zip(rows) {
                    let offset = kernel.index(output, input, tap).checked_sub(start).map(size);
                    if let Some(place) = offset.and_then(|offset| values.get_mut(offset)) {
                        *place = value;
                    }
                }
            }
            first = next;
        }
        let noise = |mut view: ParamViewMut<'_>| view.fill_normal(key, 0.0, 1.0);
        out.fill_changed(param.name(), noise, |index, z| {
            let q = values.get(size(index.saturating_sub(start))).copied().unwrap_or_default();
            scale * (root * q + self.noise * z)
        })
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        Kernel::of(param, ENTRY.name, 3..=5)?;
        self.std(param).map(|_| ())
    }

    fn text(&self) -> Option<String> {
        Some(ENTRY.print().argument(&GAIN, &self.gain).argument(&NOISE, &self.noise).finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Seed;
    use crate::initializers::InitializerExt;
    use crate::param::Layout;

    /// For every layout, with groups, the kernels of an output's inputs, located by the definition of the layout, are
    /// orthogonal in blocks.
    #[test]
    fn kernels_of_an_output_are_orthogonal() {
        // Two groups of 4 inputs and 3 outputs; 3 positions: blocks of 3 inputs and of 1.
        for (layout, shape) in [
            (Layout::OutIn, [6, 4, 3]),
            (Layout::InOut, [3, 4, 6]),
            (Layout::Transposed, [8, 3, 3]),
            (Layout::KernelOutIn, [3, 3, 8]),
        ] {
            let param = ParamSpec::new("w", shape).unwrap().with_layout(layout).with_groups(2);
            let values: Vec<f64> = ConvolutionAware::new(1.0, 0.0).unwrap().sample(&param, Seed(1)).unwrap();
            let at = |output: usize, input: usize, tap: usize| match layout {
                Layout::OutIn => (output * 4 + input) * 3 + tap,
                Layout::InOut => (tap * 4 + input) * 6 + output,
                Layout::Transposed => ((output / 3 * 4 + input) * 3 + output % 3) * 3 + tap,
                Layout::KernelOutIn => (tap * 3 + output % 3) * 8 + output / 3 * 4 + input,
            };
            for output in 0..6 {
                let dot = |a: usize, b: usize| {
                    (0..3).map(|tap| values[at(output, a, tap)] * values[at(output, b, tap)]).sum::<f64>()
                };
                for (a, b) in [(0, 1), (0, 2), (1, 2)] {
                    assert!(dot(a, b).abs() < 1e-15, "{layout}, output {output}, inputs {a} and {b}");
                }
                // fan_in = 12: 2 / 12 times 3 positions.
                for input in 0..4 {
                    assert!((dot(input, input) - 0.5).abs() < 1e-14, "{layout}, output {output}, input {input}");
                }
            }
        }
    }

    /// n = 1,179,648, alpha = 1e-6 per test: mean 0, variance `2 / fan_in`; with and without noise, no two outputs
    /// alike.
    #[test]
    fn the_variance_is_that_of_he() {
        let param = ParamSpec::new("w", [512, 256, 3, 3]).unwrap().with_layout(Layout::OutIn);
        for noise in [0.0, 0.05, 2.0] {
            let values: Vec<f32> = ConvolutionAware::new(0.5, noise).unwrap().sample(&param, Seed(3)).unwrap();
            let n = 1_179_648.0;
            assert_eq!(values.len(), 1_179_648);
            let power = |power: i32| values.iter().map(|x| f64::from(*x).powi(power)).sum::<f64>() / n;
            let wanted = 0.25 * 2.0 / 2304.0;
            let (mean, square, fourth) = (power(1), power(2), power(4));
            assert!(mean.abs() < 4.9 * (wanted / n).sqrt(), "{noise}: {mean}");
            assert!(
                (square - wanted).abs() < 4.9 * ((fourth - square * square) / n).sqrt() + 1e-6 * wanted,
                "{noise}: {square}"
            );
            let (first, second) = (&values[..2304], &values[2304..4608]);
            let product: f64 = first.iter().zip(second).map(|(a, b)| f64::from(a * b)).sum();
            assert!(product.abs() < 4.9 * wanted * 48.0, "{noise}: {product}");
        }
    }
}
