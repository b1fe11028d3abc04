//! Matrices that are several in one: queries, keys and values, gates, halves of a gated layer.

use std::sync::Arc;

use super::slices::Slices;
use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::param::{Axis, ParamSpec, ParamViewMut, StridedRange};
use crate::text::{Arguments, Printer, TextError};

/// Several matrices in one, stacked along an axis, each filled by the same initializer as if it stood alone: with its own shape, its
/// own fans and its own draws.
///
/// A packed `[3 d, d]` of queries, keys and values has `fan_out = 3 d` as one matrix, and `d` as three: Glorot's variance is half as
/// large for the one. With grouped-query attention the parts are unequal, `parts = [4, 1, 1]` for four times as many query as key
/// heads: an axis that the sum of the sizes does not divide is refused. `repeat` says how often the whole series follows itself along
/// the axis, as where the three lie head by head (GPT-NeoX, Megatron).
///
/// Part `p` has the part of the address labeled `p`, from 0.
///
/// Text: `packed(inner, parts = [1, 1, 1], axis = out, repeat = 1)`; `lstm_gates(inner)` and `gru_gates(inner)` have four and three equal
/// parts. `axis` is out, in or a number. A stated fan, unlike a layout's, is the same for the parts.
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

/// An initializer of its own for each part along an axis.
///
/// Part `p` has its own shape, its own fans and the part of the address labeled `p`, from 0. Sizes are proportions; without them
/// the parts are equal.
///
/// Text: `per_slice(first, second, ..., parts = [1, 1, ...], axis = out, repeat = 1)`.
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

/// The four gates of an LSTM, each filled by `inner` as a matrix of its own: `lstm_gates(orthogonal)`. The bias has
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
    Packed { inner, slices: Slices { sizes: vec![1; 4], axis: Axis::Out, repeat: 1 } }
}

/// The three gates of a GRU, each filled by `inner` as a matrix of its own.
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
    Packed { inner, slices: Slices { sizes: vec![1; 3], axis: Axis::Out, repeat: 1 } }
}

impl<I: Initializer> Packed<I> {
    /// Parts in proportion to `sizes` along `axis`.
    ///
    /// # Errors
    /// [`ArgumentError`] if there is no size, or one is 0.
    pub fn new(inner: I, sizes: impl Into<Vec<usize>>, axis: Axis) -> Result<Self, ArgumentError> {
        Ok(Self { inner, slices: Slices::new("packed", sizes.into(), axis, 1)? })
    }

    /// So many equal parts along `axis`.
    pub(crate) fn equal(inner: I, count: usize, axis: Axis) -> Result<Self, ArgumentError> {
        Ok(Self { inner, slices: Slices::equal("packed", count, axis)? })
    }

    /// The same, the series of parts so many times over.
    ///
    /// # Errors
    /// [`ArgumentError`] if it is 0 times.
    pub fn repeated(mut self, repeat: usize) -> Result<Self, ArgumentError> {
        self.slices = Slices::new("packed", self.slices.sizes, self.slices.axis, repeat)?;
        Ok(self)
    }
}

impl Packed<Box<dyn Initializer>> {
    pub(crate) fn from_arguments(arguments: &mut Arguments) -> Result<Self, TextError> {
        let inner = arguments.initializer("inner")?;
        let sizes = arguments.counts("parts", &[1, 1, 1])?;
        let axis = arguments.word("axis", Axis::Out, "out, in or the number of an axis")?;
        Ok(Self::new(inner, sizes, axis)?.repeated(arguments.count("repeat", 1)?)?)
    }
}

impl PerSlice {
    /// One initializer for each part, parts in proportion to `sizes` along `axis`.
    ///
    /// # Errors
    /// [`ArgumentError`] if there are not as many sizes as initializers, there is none, or one is 0.
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
            let reason = "are not as many as the initializers; give one size for each";
            return Err(ArgumentError { initializer: "per_slice", argument: "parts", value, reason });
        }
        Ok(Self { parts, slices: Slices::new("per_slice", sizes, axis, 1)? })
    }

    /// The same, the series of parts so many times over.
    ///
    /// # Errors
    /// [`ArgumentError`] if it is 0 times.
    pub fn repeated(mut self, repeat: usize) -> Result<Self, ArgumentError> {
        self.slices = Slices::new("per_slice", self.slices.sizes, self.slices.axis, repeat)?;
        Ok(self)
    }

    pub(crate) fn from_arguments(arguments: &mut Arguments) -> Result<Self, TextError> {
        let parts = arguments.initializers("first, second, ...")?;
        let sizes = arguments.counts("parts", &vec![1; parts.len()])?;
        let axis = arguments.word("axis", Axis::Out, "out, in or the number of an axis")?;
        Ok(Self::new(parts, sizes, axis)?.repeated(arguments.count("repeat", 1)?)?)
    }
}

/// What both have in common: an initializer for each part.
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
    for (number, (band, part)) in parts.iter().enumerate() {
        let Some(inner) = inner(number) else { continue };
        let address = key.part(&number.to_string());
        out.fill_band(part.name(), *band, |view| inner.fill(part, address.key(), view))?;
    }
    Ok(())
}

fn distribution<'a>(
    parts: Result<Vec<(StridedRange, ParamSpec)>, InitError>,
    inner: impl Fn(usize) -> Option<&'a dyn Initializer>,
) -> Distribution {
    let Ok(parts) = parts else { return Distribution::Unstated };
    let of =
        |(number, (band, part)): (usize, &(StridedRange, ParamSpec))| Some((*band, inner(number)?.distribution(part)));
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
        fill(&self.slices.of(param, "packed")?, |_| Some(&self.inner), key, out)
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        check(&self.slices.of(param, "packed")?, |_| Some(&self.inner))
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        distribution(self.slices.of(param, "packed"), |_| Some(&self.inner))
    }

    fn text(&self) -> Option<String> {
        let default = [1, 1, 1];
        Some(self.slices.print(Printer::new("packed").initializer(&self.inner)?, &default))
    }
}

impl Initializer for PerSlice {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, out: ParamViewMut<'_>) -> Result<(), InitError> {
        fill(&self.slices.of(param, "per_slice")?, |number| self.part(number), key, out)
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        check(&self.slices.of(param, "per_slice")?, |number| self.part(number))
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        distribution(self.slices.of(param, "per_slice"), |number| self.part(number))
    }

    fn text(&self) -> Option<String> {
        let printer =
            self.parts.iter().try_fold(Printer::new("per_slice"), |printer, part| printer.initializer(part))?;
        Some(self.slices.print(printer, &vec![1; self.parts.len()]))
    }
}

impl PerSlice {
    fn part(&self, number: usize) -> Option<&dyn Initializer> {
        self.parts.get(number).map(|part| &**part)
    }
}
