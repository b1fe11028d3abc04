//! Values determined by their position: constants, identities, Hadamard matrices; and sparse zeros.

use std::sync::Arc;

use fanin_core::initializers::{
    Bernoulli, Constant, DeltaOrthogonal, Dirac, Eye, Hadamard, Ones, Orthogonal, Sparse, ZeroHadamard, Zeros,
};
use fanin_core::{Distribution, Dtype, Initializer, Key, ParamSpec, ParamViewMut, Seed, param::Axis};

use super::Named;
use super::fitted::shown;
use crate::judge::orthogonal::{self, Orthogonal as Found};
use crate::measure::{Counts, number};
use fanin_checkpoint::reading::TensorData;

/// Structured values occupy few cells: zero and one magnitude, with both signs.
const FEW_CELLS: usize = 4;

/// The number of values compared at a time.
const BLOCK: usize = 1024;

/// An initializer that matches the structure of the values.
#[derive(Clone, Debug)]
pub(super) struct Structured {
    pub(super) text: String,
    pub(super) distribution: Distribution,
}

impl Structured {
    pub(super) fn of(initializer: &dyn Initializer, param: &ParamSpec) -> Option<Self> {
        Some(Self { text: initializer.text()?, distribution: initializer.distribution(param) })
    }
}

/// Every initializer that matches the structure of all values, deterministic ones first.
pub(super) fn structures(data: &TensorData<'_>, sample: &Counts, param: &ParamSpec, more: &[Named]) -> Vec<Structured> {
    let statistics = &sample.statistics;
    if statistics.len == 0 {
        return Vec::new();
    }
    if statistics.is_constant() {
        let mut first = [0.0];
        data.read_f64(0, &mut first);
        let initializer: Arc<dyn Initializer> = match first[0] {
            0.0 => Arc::new(Zeros),
            1.0 => Arc::new(Ones),
            value => match Constant::new(value) {
                Ok(constant) => Arc::new(constant),
                Err(_) => return Vec::new(),
            },
        };
        return Structured::of(&*initializer, param).into_iter().collect();
    }
    let given = more.iter().filter(|named| {
        let initializer = named.initializer.as_ref();
        let fixed = initializer.check(param).is_ok() && initializer.distribution(param).is_random() == Some(false);
        fixed && equal(data, sample, initializer, param)
    });
    let mut found: Vec<Structured> = given
        .map(|named| Structured { text: named.text.clone(), distribution: named.initializer.distribution(param) })
        .collect();
    if found.is_empty() && sample.cells.len() <= FEW_CELLS {
        found.extend(fixed(data, sample, param));
        if found.is_empty() {
            found.extend(mask(sample, param));
        }
    }
    if found.is_empty() {
        found.extend(orthogonal(data, param));
    }
    if found.is_empty() && (1..statistics.len as u64).contains(&sample.zeros()) {
        found.extend(sparse(data, sample, param));
    }
    found
}

/// Candidates determined by position, up to a gain.
fn fixed(data: &TensorData<'_>, sample: &Counts, param: &ParamSpec) -> Vec<Structured> {
    let (least, greatest) = (f64::from(sample.statistics.low), f64::from(sample.statistics.high));
    let gain = if greatest >= -least { greatest } else { least };
    let order = param.shape().iter().copied().max().unwrap_or(1).next_power_of_two();
    let hadamard = gain.abs() * number(order as u64).sqrt();
    let made: [Option<Arc<dyn Initializer>>; 4] = [
        Eye::new(neat(gain)).ok().map(|eye| Arc::new(eye) as _),
        Dirac::new(neat(gain)).ok().map(|dirac| Arc::new(dirac) as _),
        Hadamard::new(neat(hadamard)).ok().map(|hadamard| Arc::new(hadamard) as _),
        Some(Arc::new(ZeroHadamard)),
    ];
    let fits = |initializer: &Arc<dyn Initializer>| {
        initializer.check(param).is_ok() && equal(data, sample, initializer.as_ref(), param)
    };
    let made = made.into_iter().flatten().filter(fits);
    made.filter_map(|initializer| Structured::of(initializer.as_ref(), param)).collect()
}

/// Rounds a number that is an integer up to rounding errors.
fn neat(value: f64) -> f64 {
    let short = shown(value);
    if (short - value).abs() <= 1e-6 * value.abs() { short } else { value }
}

/// Whether the initializer produces all values, within the rounding of the element type.
fn equal(data: &TensorData<'_>, sample: &Counts, initializer: &dyn Initializer, param: &ParamSpec) -> bool {
    let rounding = match sample.dtype {
        Dtype::F32 | Dtype::F64 => 1e-6,
        Dtype::F16 => 1e-3,
        Dtype::BF16 => 8e-3,
    };
    let (mut block, mut made) = ([0.0; BLOCK], [0.0; BLOCK]);
    (0..data.len()).step_by(BLOCK).all(|start| {
        let read = data.read_f64(start, &mut block);
        let (Some(block), Some(made)) = (block.get(..read), made.get_mut(..read)) else { return false };
        let window = ParamViewMut::window(made, start as u64);
        let filled = initializer.fill(param, Key::new(Seed(0), param.name()), window).is_ok();
        filled && block.iter().zip(made).all(|(value, made)| (value - *made).abs() <= rounding * made.abs())
    })
}

/// Orthogonal vectors, in the whole parameter or at the center of a kernel.
fn orthogonal(data: &TensorData<'_>, param: &ParamSpec) -> Option<Structured> {
    match orthogonal::orthogonal(data, param)? {
        Found::Whole(gain) => Structured::of(&Orthogonal::new(shown(gain)).ok()?, param),
        Found::Center(gain) => {
            let initializer = DeltaOrthogonal::new(shown(gain)).ok()?;
            initializer.check(param).is_ok().then(|| Structured::of(&initializer, param)).flatten()
        }
    }
}

/// Ones and zeros.
fn mask(sample: &Counts, param: &ParamSpec) -> Option<Structured> {
    let statistics = &sample.statistics;
    let only_both = sample.cells.iter().all(|cell| [0.0, 1.0].contains(&cell.value));
    if !only_both || (statistics.low, statistics.high) != (0.0, 1.0) {
        return None;
    }
    Structured::of(&Bernoulli::new(shown(statistics.mean())).ok()?, param)
}

/// The number of zeros in every column or every row of a matrix, if it is the same for all and positive.
fn sparse(data: &TensorData<'_>, sample: &Counts, param: &ParamSpec) -> Option<Structured> {
    let [rows, columns] = *param.shape() else { return None };
    let (len, zeros) = (sample.statistics.len as u64, sample.zeros());
    let lines = |length: usize| -> Option<u64> {
        let lines = len / length.max(1) as u64;
        (lines > 1 && zeros.is_multiple_of(lines)).then(|| zeros / lines)
    };
    let std = shown((sample.statistics.squares / number(len - zeros)).sqrt());
    let make = |zeros: u64, length: usize, axis: usize| {
        let fraction = shown(number(zeros) / number(length as u64));
        Structured::of(&Sparse::new(fraction, std, Axis::At(axis)).ok()?, param)
    };
    if let Some(zeros) = lines(rows).filter(|zeros| *zeros < rows as u64)
        && zeros_of_columns(data, rows, columns)?.iter().all(|count| *count == zeros)
    {
        return make(zeros, rows, 0);
    }
    let zeros = lines(columns).filter(|zeros| *zeros < columns as u64)?;
    every_row_has(data, zeros, rows, columns).then(|| make(zeros, columns, 1)).flatten()
}

/// The maximum number of columns whose zeros are counted.
const MOST_COLUMNS: usize = 1 << 22;

fn zeros_of_columns(data: &TensorData<'_>, rows: usize, columns: usize) -> Option<Vec<u64>> {
    if columns > MOST_COLUMNS {
        return None;
    }
    let (mut counts, mut row) = (vec![0; columns], vec![0.0; columns]);
    for start in (0..rows).map(|row| row * columns) {
        data.read_f64(start, &mut row);
        counts.iter_mut().zip(&row).for_each(|(count, value)| *count += u64::from(*value == 0.0));
    }
    Some(counts)
}

fn every_row_has(data: &TensorData<'_>, zeros: u64, rows: usize, columns: usize) -> bool {
    if columns > MOST_COLUMNS {
        return false;
    }
    let mut row = vec![0.0; columns];
    (0..rows).all(|number| {
        data.read_f64(number * columns, &mut row);
        row.iter().filter(|value| **value == 0.0).count() as u64 == zeros
    })
}
