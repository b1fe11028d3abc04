//! Packed matrices: queries, keys and values, gates, halves of a gated layer.

use std::sync::Arc;

use super::slices::{AXIS, REPEAT, Slices};
use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::notation::{Arguments, Counts, Elsewhere, Entry, Inner, Inners, TextError, boxed};
use crate::param::{Axis, ParamSpec, ParamViewMut, StridedRange};

const INNER: Inner = Inner::required("inner");
const INNERS: Inners = Inners::new("first, second, ...");
const PARTS: Counts = Counts::new("parts", &[1, 1, 1]);
/// One size per initializer.
const SIZES: Counts = Counts::new("parts", &[]);

pub(super) static PACKED: Entry = Entry {
    name: "packed",
    aliases: &[],
    arguments: &[&INNER, &PARTS, &AXIS, &REPEAT],
    summary: "several matrices stacked along an axis, each with its own fans: queries, keys and values",
    formula: "part p = inner of its own shape",
    distribution: "each part has inner's distribution for its own shape, independent of the others",
    shapes: "an axis divisible by repeat times the sum of the parts",
    errors: "an axis not divisible by the parts, or not named by a layout; anything inner rejects",
    caution: "a fan stated by with_fans, unlike one from a layout, is the same for every part",
    source: "no paper; the parts: Vaswani et al. 2017, section 3.2.2",
    example: "packed(glorot_uniform, parts = [4, 1, 1])",
    elsewhere: Elsewhere::NONE,
    build: |arguments| boxed(Packed::from_arguments(arguments)?),
};

pub(super) static LSTM_GATES: Entry = Entry {
    name: "lstm_gates",
    aliases: &[],
    arguments: &[&INNER],
    summary: "the four gates of an LSTM, one matrix each",
    formula: "gate p = inner of [h, in]",
    distribution: "each gate has inner's distribution for its own shape, independent of the others",
    shapes: "an axis of outputs of 4 h",
    errors: "a number of outputs not divisible by 4, no stated layout; anything inner rejects",
    caution: "for the bias use lstm_bias",
    source: "Hochreiter & Schmidhuber 1997, section 4",
    example: "lstm_gates(glorot_uniform)",
    elsewhere: Elsewhere { jax: "one kernel per gate", burn: "one `Linear` per gate", ..Elsewhere::NONE },
    build: |arguments| boxed(lstm_gates(INNER.of(arguments)?)),
};

pub(super) static GRU_GATES: Entry = Entry {
    name: "gru_gates",
    aliases: &[],
    arguments: &[&INNER],
    summary: "the three gates of a GRU, one matrix each",
    formula: "gate p = inner of [h, in]",
    distribution: "each gate has inner's distribution for its own shape, independent of the others",
    shapes: "an axis of outputs of 3 h",
    errors: "a number of outputs not divisible by 3, no stated layout; anything inner rejects",
    caution: "for the bias use gru_bias",
    source: "Cho et al. 2014, equations 5 to 8",
    example: "gru_gates(glorot_uniform)",
    elsewhere: Elsewhere { jax: "one kernel per gate", burn: "one `Linear` per gate", ..Elsewhere::NONE },
    build: |arguments| boxed(gru_gates(INNER.of(arguments)?)),
};

pub(super) static PER_SLICE: Entry = Entry {
    name: "per_slice",
    aliases: &[],
    arguments: &[&INNERS, &SIZES, &AXIS, &REPEAT],
    summary: "one initializer for each part along an axis; parts = [2, 1] sets their proportions",
    formula: "part p = initializer p of its own shape",
    distribution: "each part has the distribution of its initializer, independent of the others",
    shapes: "an axis divisible by repeat times the sum of the parts",
    errors: "an axis not divisible by the parts, a different number of parts and initializers; anything they reject",
    caution: "without parts, all parts are equal",
    source: "no paper",
    example: "per_slice(zeros, ones, parts = [2, 1])",
    elsewhere: Elsewhere { torch: "by hand", jax: "by hand", keras: "by hand", ..Elsewhere::NONE },
    build: |arguments| boxed(PerSlice::from_arguments(arguments)?),
};

/// Several matrices stacked along an axis, each filled as a separate matrix, with its own shape, fans and draws.
///
/// A packed `[3 d, d]` of queries, keys and values has `fan_out = 3 d` as one matrix, and `d` as three: Glorot's
/// variance for the single matrix is half as large. Grouped-query attention has unequal parts, such as
/// `parts = [4, 1, 1]` for four times as many query heads as key heads; the sum of the sizes must divide the axis.
/// `repeat` is the number of times the whole series repeats along the axis, for layouts that interleave the three head
/// by head (GPT-NeoX, Megatron).
///
/// Part `p`, counted from 0, draws from part `p` of the address.
///
/// Text: `packed`; `lstm_gates(inner)` and `gru_gates(inner)` have four and three equal parts. `axis` is out, in or an
/// index. Explicitly stated fans, unlike those from a layout, are the same for all parts.
///
/// ```
/// use fanin_core::initializers::{Packed, glorot_uniform};
/// use fanin_core::{Initializer, Layout, ParamSpec, param::Axis};
///
/// let qkv = ParamSpec::new("attention.in_proj_weight", [1536, 512])?.with_layout(Layout::OutIn);
/// let three = Packed::new(glorot_uniform(), [1, 1, 1], Axis::Out)?;
/// // Three times [512, 512]: sqrt(2 / 1024).
/// assert!((three.distribution(&qkv).std().unwrap() - (2.0_f64 / 1024.0).sqrt()).abs() < 1e-12);
/// assert_eq!(glorot_uniform().distribution(&qkv).std(), Some((2.0_f64 / 2048.0).sqrt()));
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Packed<I> {
    inner: I,
    slices: Slices,
}

/// Fills each part along an axis with its own initializer.
///
/// Part `p`, counted from 0, has its own shape and fans, and draws from part `p` of the address. Sizes are proportions;
/// in the text form, parts are equal by default.
///
/// Text: `per_slice`.
///
/// ```
/// use fanin_core::initializers::{Ones, PerSlice, Zeros};
/// use fanin_core::{InitializerExt, ParamSpec, Seed, param::Axis};
///
/// let bias = ParamSpec::new("b", [6])?;
/// let sliced = PerSlice::new([Box::new(Zeros) as Box<dyn fanin_core::Initializer>, Box::new(Ones)], [2, 1], Axis::Out)?;
/// assert_eq!(sliced.sample::<f32>(&bias, Seed(0))?, [0., 0., 0., 0., 1., 1.]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Debug)]
pub struct PerSlice {
    parts: Vec<Arc<dyn Initializer>>,
    slices: Slices,
}

/// Fills each of the four gates of an LSTM as a separate matrix: `lstm_gates(orthogonal)`. For the bias see
/// [`GateBias`](crate::initializers::GateBias).
///
/// ```
/// use fanin_core::initializers::{Orthogonal, lstm_gates};
/// use fanin_core::{InitializerExt, Layout, ParamSpec, Seed};
///
/// let weight = ParamSpec::new("lstm.weight_hh", [8, 2])?.with_layout(Layout::OutIn);
/// let values: Vec<f64> = lstm_gates(Orthogonal::default()).sample(&weight, Seed(0))?;
/// for gate in values.chunks(4) {
///     assert!((gate[0] * gate[2] + gate[1] * gate[3]).abs() < 1e-15, "rows of each gate are orthogonal");
/// }
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[must_use]
pub fn lstm_gates<I: Initializer>(inner: I) -> Packed<I> {
    Packed { inner, slices: Slices::ones(4) }
}

/// Fills each of the three gates of a GRU as a separate matrix.
///
/// ```
/// use fanin_core::initializers::{glorot_uniform, gru_gates};
/// use fanin_core::{Initializer, Layout, ParamSpec};
///
/// let weight = ParamSpec::new("gru.weight_ih", [48, 16])?.with_layout(Layout::OutIn);
/// // Three times [16, 16]: sqrt(2 / 32).
/// assert!((gru_gates(glorot_uniform()).distribution(&weight).std().unwrap_or(0.0) - 0.25).abs() < 1e-12);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[must_use]
pub fn gru_gates<I: Initializer>(inner: I) -> Packed<I> {
    Packed { inner, slices: Slices::ones(3) }
}

impl<I: Initializer> Packed<I> {
    /// Creates parts in proportion to `sizes` along `axis`.
    ///
    /// # Errors
    /// [`ArgumentError`] if `sizes` is empty or contains 0.
    pub fn new(inner: I, sizes: impl Into<Vec<usize>>, axis: Axis) -> Result<Self, ArgumentError> {
        Ok(Self { inner, slices: Slices::new(PACKED.name, sizes.into(), axis, REPEAT.default)? })
    }

    /// Creates `count` equal parts along `axis`.
    pub(crate) fn equal(inner: I, count: usize, axis: Axis) -> Result<Self, ArgumentError> {
        Ok(Self { inner, slices: Slices::equal(PACKED.name, count, axis)? })
    }

    /// Repeats the series of parts `repeat` times along the axis.
    ///
    /// # Errors
    /// [`ArgumentError`] if `repeat` is 0.
    pub fn repeated(mut self, repeat: usize) -> Result<Self, ArgumentError> {
        self.slices = Slices::new(PACKED.name, self.slices.sizes, self.slices.axis, repeat)?;
        Ok(self)
    }
}

impl Packed<Box<dyn Initializer>> {
    fn from_arguments(arguments: &mut Arguments) -> Result<Self, TextError> {
        let (inner, sizes) = (INNER.of(arguments)?, PARTS.of(arguments)?);
        Ok(Self::new(inner, sizes, AXIS.of(arguments)?)?.repeated(REPEAT.of(arguments)?)?)
    }
}

impl PerSlice {
    /// Creates one part for each initializer, in proportion to `sizes` along `axis`.
    ///
    /// # Errors
    /// [`ArgumentError`] if `sizes` is empty, contains 0, or has a different length than `parts`.
    pub fn new<I: Initializer + 'static>(
        parts: impl IntoIterator<Item = I>,
        sizes: impl Into<Vec<usize>>,
        axis: Axis,
    ) -> Result<Self, ArgumentError> {
        let parts: Vec<Arc<dyn Initializer>> =
            parts.into_iter().map(|part| Arc::new(part) as Arc<dyn Initializer>).collect();
        let sizes = sizes.into();
        if parts.len() != sizes.len() {
            let value = format!("{sizes:?}");
            let reason = "do not match the number of initializers; use one size per initializer";
            return Err(ArgumentError { initializer: PER_SLICE.name, argument: SIZES.name, value, reason });
        }
        Ok(Self { parts, slices: Slices::new(PER_SLICE.name, sizes, axis, REPEAT.default)? })
    }

    /// Repeats the series of parts `repeat` times along the axis.
    ///
    /// # Errors
    /// [`ArgumentError`] if `repeat` is 0.
    pub fn repeated(mut self, repeat: usize) -> Result<Self, ArgumentError> {
        self.slices = Slices::new(PER_SLICE.name, self.slices.sizes, self.slices.axis, repeat)?;
        Ok(self)
    }

    fn from_arguments(arguments: &mut Arguments) -> Result<Self, TextError> {
        let parts = INNERS.of(arguments)?;
        let sizes = SIZES.of_parts(arguments, &vec![1; parts.len()])?;
        Ok(Self::new(parts, sizes, AXIS.of(arguments)?)?.repeated(REPEAT.of(arguments)?)?)
    }
}

/// Checks every part against its initializer.
fn check<'a>(
    parts: &[(StridedRange, ParamSpec)],
    inner: impl Fn(usize) -> Option<&'a dyn Initializer>,
) -> Result<(), InitError> {
    parts.iter().enumerate().try_for_each(|(number, (_, part))| inner(number).map_or(Ok(()), |inner| inner.check(part)))
}

fn fill<'a>(
    parts: &[(StridedRange, ParamSpec)],
    inner: impl Fn(usize) -> Option<&'a dyn Initializer>,
    key: Key<'_>,
    mut out: ParamViewMut<'_>,
) -> Result<(), InitError> {
    check(parts, &inner)?;
    for (number, (_, part)) in parts.iter().enumerate() {
        let Some(inner) = inner(number) else { continue };
        out.dry_run(|view| inner.fill(part, key, view))?;
    }
    for (number, (range, part)) in parts.iter().enumerate() {
        let Some(inner) = inner(number) else { continue };
        let address = key.part(&number.to_string());
        out.fill_strided(part.name(), *range, |view| inner.fill(part, address.key(), view))?;
    }
    Ok(())
}

fn distribution<'a>(
    parts: Result<Vec<(StridedRange, ParamSpec)>, InitError>,
    inner: impl Fn(usize) -> Option<&'a dyn Initializer>,
) -> Distribution {
    let Ok(parts) = parts else { return Distribution::Unstated };
    let of = |(number, (range, part)): (usize, &(StridedRange, ParamSpec))| {
        Some((*range, inner(number)?.distribution(part)))
    };
    let distributions: Vec<_> = parts.iter().enumerate().filter_map(of).collect();
    if distributions.iter().any(|(_, distribution)| *distribution == Distribution::Unstated) {
        Distribution::Unstated
    } else if distributions.iter().all(|(_, distribution)| *distribution == Distribution::Fixed) {
        Distribution::Fixed
    } else {
        Distribution::Parts(distributions)
    }
}

impl<I: Initializer> Initializer for Packed<I> {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, out: ParamViewMut<'_>) -> Result<(), InitError> {
        fill(&self.slices.of(param, PACKED.name)?, |_| Some(&self.inner), key, out)
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        check(&self.slices.of(param, PACKED.name)?, |_| Some(&self.inner))
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        distribution(self.slices.of(param, PACKED.name), |_| Some(&self.inner))
    }

    fn text(&self) -> Option<String> {
        let printer = PACKED.print().initializer(&self.inner)?;
        Some(self.slices.print(printer, &PARTS, PARTS.default).finish())
    }
}

impl Initializer for PerSlice {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, out: ParamViewMut<'_>) -> Result<(), InitError> {
        fill(&self.slices.of(param, PER_SLICE.name)?, |number| self.part(number), key, out)
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        check(&self.slices.of(param, PER_SLICE.name)?, |number| self.part(number))
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        distribution(self.slices.of(param, PER_SLICE.name), |number| self.part(number))
    }

    fn text(&self) -> Option<String> {
        let printer = self.parts.iter().try_fold(PER_SLICE.print(), |printer, part| printer.initializer(part))?;
        Some(self.slices.print(printer, &SIZES, &vec![1; self.parts.len()]).finish())
    }
}

impl PerSlice {
    fn part(&self, number: usize) -> Option<&dyn Initializer> {
        self.parts.get(number).map(|part| &**part)
    }
}
