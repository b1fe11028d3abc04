//! Fixed filters, recognized by their values: kernels and bases that are computed, not learned.
//!
//! - **Symmetric banks**: every kernel equals its point reflection, up to sign, or has it in the bank: Gaussian, binomial, Sobel,
//!   Laplacian, bilinear, DCT, windowed Fourier bases, wavelets. No learned kernel is that symmetric; the bound on chance is [`CHANCE`].
//! - **Averages** of each channel.
//! - **One-hot** kernels and matrices: identities, shifts, selections.
//! - **Filter banks** of nonnegative bands that rise and fall once, in order, such as mel banks.
//! - **Nested windows**: lines that are zero outside of windows around one center, in the order of their lengths, such as the kernels of
//!   a constant-Q transform.
//! - **Grids** of coordinates, in which every value of a coordinate occurs equally often.
//! - **Grids** of coordinates, in which every value of a coordinate occurs equally often.
//! - **Sinusoids** along rows or columns, such as position tables.
//!
//! Knows no rule and no name.

use std::collections::HashMap;

use fanin_checkpoint::reading::ReadError;

use super::axes::{Channels, Side};
use super::subject::Subject;

/// The maximum number of values that are examined.
const MOST: usize = 1 << 22;

/// The largest probability that independent values look like a filter.
const CHANCE: f64 = 1e-6;

/// The largest deviation from symmetry, relative to the largest value of the kernel.
const SYMMETRIC: f64 = 1e-3;

/// The maximum number of different kernels whose partners are searched for.
const PARTNERS: usize = 64;

/// The largest error of a sinusoid, relative to its root mean square.
const SINUSOID: f64 = 2e-3;

/// Whether a tensor holds fixed filters.
pub(crate) fn is_fixed(subject: &Subject<'_>) -> Result<bool, ReadError> {
    let statistics = &subject.statistics;
    if !statistics.is_sound() || statistics.is_zero() || !(4..=MOST).contains(&statistics.len) {
        return Ok(false);
    }
    let mut values = vec![0.0_f32; statistics.len];
    if subject.data()?.read_f32(0, &mut values) < values.len() {
        return Ok(false);
    }
    let shape = subject.shape();
    let by_kernel = Kernels::of(&values, shape, subject.neurons()).is_some_and(|kernels| {
        kernels.are_averages()
            || are_one_hot(kernels.items.iter().map(Vec::as_slice), 1)
            || is_symmetric_bank(&kernels.items)
    });
    Ok(by_kernel || is_fixed_matrix(&values, shape) || is_grid(&values, shape))
}

/// The kernels of a convolution, one for each pair of input and output channels.
struct Kernels {
    items: Vec<Vec<f32>>,
    /// The number of kernels that each output sees.
    inputs: usize,
}

impl Kernels {
    fn of(values: &[f32], shape: &[usize], neurons: Channels) -> Option<Self> {
        // `[k..., in, out]` and `[k..., out, in]`, or the positions last.
        let positions_first = neurons.side == Side::Columns && neurons.lines == 1 || !neurons.adjacent;
        let [a, b, .., y, z] = *shape else {
            return match *shape {
                [a, b, positions] if !positions_first => Self::contiguous(values, a * b, b, positions),
                [positions, inputs, outputs] => Self::strided(values, positions, inputs, outputs),
                _ => None,
            };
        };
        if positions_first {
            Self::strided(values, shape[..shape.len() - 2].iter().product(), y, z)
        } else {
            Self::contiguous(values, a * b, b, shape[2..].iter().product())
        }
    }

    fn contiguous(values: &[f32], kernels: usize, inputs: usize, positions: usize) -> Option<Self> {
        (positions > 1 && kernels > 0)
            .then(|| Self { items: values.chunks(positions).map(<[f32]>::to_vec).collect(), inputs })
    }

    fn strided(values: &[f32], positions: usize, inputs: usize, outputs: usize) -> Option<Self> {
        let kernels = inputs * outputs;
        let kernel = |start: usize| values.iter().skip(start).step_by(kernels).copied().collect();
        // A depthwise kernel is [k..., channels, 1].
        let inputs = if outputs == 1 { 1 } else { inputs };
        (positions > 1 && kernels > 0).then(|| Self { items: (0..kernels).map(kernel).collect(), inputs })
    }

    /// Whether each channel is averaged or summed separately.
    fn are_averages(&self) -> bool {
        let filled: Vec<&Vec<f32>> = self.items.iter().filter(|kernel| !is_zero(kernel)).collect();
        let (Some(first), outputs) = (filled.first(), self.items.len() / self.inputs.max(1)) else { return false };
        let (value, n) = (f64::from(first[0]), count(first.len()));
        let usual = [1.0 / n, 1.0 / n.sqrt(), 1.0].into_iter().any(|usual| (value / usual - 1.0).abs() < 4e-3);
        // Within a channel, or along the diagonal of all pairs of channels.
        let alone = self.inputs == 1 || filled.len() <= outputs && outputs > 1;
        usual && alone && filled.iter().all(|kernel| kernel.iter().all(|value| *value == first[0]))
    }
}

fn is_fixed_matrix(values: &[f32], shape: &[usize]) -> bool {
    let axes: Vec<usize> = shape.iter().copied().filter(|axis| *axis != 1).collect();
    let [rows, columns] = axes[..] else { return false };
    let across: Vec<Vec<f32>> = values.chunks(columns).map(<[f32]>::to_vec).collect();
    let down: Vec<Vec<f32>> =
        (0..columns).map(|column| values.iter().skip(column).step_by(columns).copied().collect()).collect();
    [(&across, columns), (&down, rows)].into_iter().any(|(lines, length)| {
        length > 1
            && (are_one_hot(lines.iter().map(Vec::as_slice), 2)
                || are_bands(lines)
                || are_nested(lines)
                || length >= 8 && (are_sinusoids(lines) || is_symmetric_bank(lines)))
    })
}

/// Whether a tensor holds two or three coordinates, first or last, of a grid: several values of each, all equally often.
fn is_grid(values: &[f32], shape: &[usize]) -> bool {
    const FEWEST: usize = 16;
    let even = |mut coordinate: Vec<f32>| {
        coordinate.sort_unstable_by(f32::total_cmp);
        let runs: Vec<usize> = coordinate.chunk_by(|a, b| a == b).map(<[f32]>::len).collect();
        let most = runs.first().copied().unwrap_or(0);
        coordinate.len() >= FEWEST && runs.len() > 2 && most > 1 && runs.iter().all(|run| *run == most)
    };
    let axes: Vec<usize> = shape.iter().copied().filter(|axis| *axis != 1).collect();
    let grid = |axis: Option<&usize>| axis.copied().filter(|axis| matches!(axis, 2 | 3));
    let last = grid(axes.last()).is_some_and(|count| {
        (0..count).all(|coordinate| even(values.iter().skip(coordinate).step_by(count).copied().collect()))
    });
    let first = || {
        let length = grid(axes.first()).and_then(|count| values.len().checked_div(count)).filter(|length| *length > 0);
        length.is_some_and(|length| values.chunks(length).all(|coordinate| even(coordinate.to_vec())))
    };
    axes.len() > 1 && (last || first())
}

/// Whether every kernel has at most one nonzero value, all of the same magnitude, and at least `least` kernels have
/// one.
fn are_one_hot<'v>(lines: impl Iterator<Item = &'v [f32]>, least: usize) -> bool {
    let (mut size, mut filled) = (None, 0);
    for line in lines {
        let mut values = line.iter().filter(|value| **value != 0.0);
        let Some(value) = values.next() else { continue };
        filled += 1;
        if values.next().is_some() || *size.get_or_insert(value.abs()) != value.abs() {
            return false;
        }
    }
    filled >= least && (filled > 1 || size == Some(1.0))
}

/// Whether every kernel is symmetric or has its reflection in the bank, beyond chance. Constant kernels are not
/// evidence.
#[expect(clippy::float_cmp, reason = "equal bits are one kernel")]
fn is_symmetric_bank(kernels: &[Vec<f32>]) -> bool {
    let mut different: HashMap<Vec<u32>, &[f32]> = HashMap::new();
    let mut constant = 0_usize;
    for kernel in kernels.iter().filter(|kernel| !is_zero(kernel)) {
        if kernel.iter().all(|value| *value == kernel[0]) {
            constant += 1;
            continue;
        }
        if different.len() > kernels.len().min(1 << 14) {
            return false;
        }
        // The first kernel of a learned layer is asymmetric.
        if different.is_empty() && kernels.len() > PARTNERS && asymmetry(kernel) > SYMMETRIC {
            return false;
        }
        different.insert(kernel.iter().map(|value| value.to_bits()).collect(), kernel);
    }
    if different.is_empty() || constant > 3 * kernels.len() / 4 {
        return false;
    }
    let (mut worst, mut pairs, mut alone) = (0.0_f64, 0_usize, Vec::new());
    for kernel in different.values() {
        let off = asymmetry(kernel);
        if off <= SYMMETRIC {
            worst = worst.max(off);
            pairs += kernel.len() / 2;
        } else if alone.len() < PARTNERS {
            alone.push(*kernel);
        } else {
            return false;
        }
    }
    for kernel in &alone {
        let partners = alone.iter().filter(|other| other.as_ptr() != kernel.as_ptr());
        let off = partners.map(|other| reflection(kernel, other)).fold(f64::INFINITY, f64::min);
        if off > SYMMETRIC {
            return false;
        }
        worst = worst.max(off);
        pairs += kernel.len() / 2;
    }
    // Values are equal by chance with a probability of about twice the deviation, and at least the precision of the values.
    pairs > 0 && count(pairs) * (2.0 * worst).max(1e-7).ln() <= CHANCE.ln()
}

/// The deviation of a kernel from its reflection at its center or, for periodic ones, at its first value; up to sign.
fn asymmetry(kernel: &[f32]) -> f64 {
    let periodic = kernel
        .get(1..)
        .map_or(f64::INFINITY, |rest| if rest.len() > 2 { reflection(rest, rest) } else { f64::INFINITY });
    reflection(kernel, kernel).min(periodic)
}

/// The largest difference between a kernel and the reflection of another, up to sign or with alternating signs (quadrature mirror
/// filters), relative to the largest value.
fn reflection(kernel: &[f32], other: &[f32]) -> f64 {
    let greatest = kernel.iter().fold(0.0_f32, |greatest, value| greatest.max(value.abs()));
    if greatest == 0.0 || kernel.len() != other.len() {
        return f64::INFINITY;
    }
    let off = |sign: fn(usize) -> f32| {
        let pairs = kernel.iter().zip(other.iter().rev()).enumerate();
        f64::from(pairs.fold(0.0_f32, |off, (at, (a, b))| off.max((a - sign(at) * b).abs())) / greatest)
    };
    let alternating: [fn(usize) -> f32; 2] =
        [|at| if at % 2 == 0 { 1.0 } else { -1.0 }, |at| if at % 2 == 0 { -1.0 } else { 1.0 }];
    let plain = off(|_| 1.0).min(off(|_| -1.0));
    // A kernel must not be its own mirror filter: an alternating kernel is not evidence.
    if kernel.as_ptr() == other.as_ptr() { plain } else { alternating.into_iter().map(off).fold(plain, f64::min) }
}

/// Whether lines are nonnegative bands in order, each of which rises and falls once and is zero elsewhere.
fn are_bands(lines: &[Vec<f32>]) -> bool {
    let (mut filled, mut values, mut last) = (0_usize, 0_usize, 0_usize);
    for line in lines {
        let Some(start) = line.iter().position(|value| *value != 0.0) else { continue };
        let end = line.iter().rposition(|value| *value != 0.0).map_or(start, |end| end + 1);
        let band = line.get(start..end).unwrap_or_default();
        let peak = band.iter().enumerate().fold(0, |peak, (at, value)| if *value > band[peak] { at } else { peak });
        let rises = band[..=peak].is_sorted() && band[peak..].is_sorted_by(|a, b| a >= b);
        if band.iter().any(|value| *value <= 0.0) || !rises || start + peak < last {
            return false;
        }
        (filled, values, last) = (filled + 1, values + band.len(), start + peak);
    }
    let all: usize = lines.iter().map(Vec::len).sum();
    lines.len() >= 4 && filled * 2 >= lines.len() && values * 2 <= all && last > 0
}

/// Whether lines are zero outside of windows around one center whose lengths rise or fall in order.
fn are_nested(lines: &[Vec<f32>]) -> bool {
    const CENTERED: usize = 4;
    const DIFFERENT: usize = 4;
    let (mut windows, mut framed): (Vec<(usize, usize)>, usize) = (Vec::new(), 0);
    for line in lines {
        let Some(start) = line.iter().position(|value| *value != 0.0) else { return false };
        let end = line.iter().rposition(|value| *value != 0.0).map_or(start, |end| end + 1);
        let filled = line[start..end].iter().filter(|value| **value != 0.0).count();
        if filled * 4 < (end - start) * 3 {
            return false;
        }
        windows.push((start, end));
        framed += usize::from(start > 0 && end < line.len());
    }
    let centers = windows.iter().map(|(start, end)| start + end);
    let lengths: Vec<usize> = windows.iter().map(|(start, end)| end - start).collect();
    let (Some(least), Some(most)) = (centers.clone().min(), centers.max()) else { return false };
    let ordered = lengths.is_sorted() || lengths.is_sorted_by(|a, b| a >= b);
    let different = lengths.chunk_by(|a, b| a == b).count();
    framed * 2 > lines.len() && most - least <= CENTERED && ordered && different >= DIFFERENT
}

/// Whether lines are sinusoids: `x[n - 1] + x[n + 1] = 2 cos(w) x[n]`.
fn are_sinusoids(lines: &[Vec<f32>]) -> bool {
    const LOOKS: usize = 256;
    let (mut waves, mut constant) = (0_usize, 0_usize);
    let step = lines.len().div_ceil(LOOKS).max(1);
    for line in lines.iter().step_by(step) {
        if line.iter().all(|value| *value == line[0]) {
            constant += 1;
            continue;
        }
        let triples =
            || line.windows(3).map(|triple| (f64::from(triple[1]), f64::from(triple[0]) + f64::from(triple[2])));
        let (squares, products) =
            triples().fold((0.0, 0.0), |(squares, products), (x, y)| (squares + x * x, products + x * y));
        let factor = if squares > 0.0 { products / squares } else { 0.0 };
        let errors: f64 = triples().map(|(x, y)| (y - factor * x) * (y - factor * x)).sum();
        if factor.abs() > 2.0 + 1e-6 || errors > SINUSOID * SINUSOID * squares.max(f64::MIN_POSITIVE) {
            return false;
        }
        waves += 1;
    }
    waves >= 2 && waves > constant
}

fn is_zero(kernel: &[f32]) -> bool {
    kernel.iter().all(|value| *value == 0.0)
}

#[expect(clippy::cast_precision_loss, reason = "a count of values of one tensor")]
fn count(count: usize) -> f64 {
    count as f64
}
