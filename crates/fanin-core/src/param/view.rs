//! Lent memory: the whole of a parameter or a window of it.

use super::{Lend, Slice, SliceMut};
use crate::address::Key;
use crate::initializer::InitError;
use crate::values::{self, Dtype, Element, ElementRng, TruncatedUnitNormal};

/// The values of a parameter, or of a window of it, to read.
#[derive(Clone, Copy, Debug)]
pub struct ParamView<'a> {
    data: Slice<'a>,
    start: u64,
}

impl<'a> ParamView<'a> {
    /// A whole parameter.
    #[must_use]
    pub fn whole<T: Lend>(data: &'a [T]) -> Self {
        Self::window(data, 0)
    }

    /// The window of a parameter that begins at element `start`.
    #[must_use]
    pub fn window<T: Lend>(data: &'a [T], start: u64) -> Self {
        Self { data: T::lend(data), start }
    }

    /// The values.
    #[must_use]
    pub fn data(&self) -> Slice<'a> {
        self.data
    }

    /// The index in the parameter of the first value.
    #[must_use]
    pub fn start(&self) -> u64 {
        self.start
    }
}

/// Memory that a backend owns and lends to an initialiser: the whole of a parameter or a window of it.
///
/// The fills below are what elementwise initialisers are made of. Each computes element `start + i` from its address alone,
/// so a window holds the same bits as that part of the whole. Parameters are rounded to the arithmetic of the view first:
/// `f64` for `f64`, `f32` for the others; 16-bit values are the `f32` value rounded to nearest even.
///
/// ```
/// use fanin_core::{Key, ParamViewMut, Seed};
///
/// let mut data = [0.0_f32; 4];
/// ParamViewMut::window(&mut data, 10).fill_each(|index| index as f64);
/// assert_eq!(data, [10.0, 11.0, 12.0, 13.0]);
/// ```
#[derive(Debug)]
pub struct ParamViewMut<'a> {
    data: SliceMut<'a>,
    start: u64,
}

/// Runs the same generic function on whichever slice is lent.
macro_rules! each {
    ($view:expr, $data:ident => $body:expr) => {
        match &mut $view.data {
            SliceMut::F32($data) => $body,
            SliceMut::F64($data) => $body,
            SliceMut::F16($data) => $body,
            SliceMut::BF16($data) => $body,
        }
    };
}

impl<'a> ParamViewMut<'a> {
    /// A whole parameter.
    pub fn whole<T: Lend>(data: &'a mut [T]) -> Self {
        Self::window(data, 0)
    }

    /// The window of a parameter that begins at element `start`.
    pub fn window<T: Lend>(data: &'a mut [T], start: u64) -> Self {
        Self { data: T::lend_mut(data), start }
    }

    /// The number of elements lent.
    #[must_use]
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Whether nothing is lent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// The index in the parameter of the first element lent.
    #[must_use]
    pub fn start(&self) -> u64 {
        self.start
    }

    /// The element type.
    #[must_use]
    pub fn dtype(&self) -> Dtype {
        self.data.dtype()
    }

    /// The memory itself, for initialisers that compute a whole parameter and copy the window.
    pub fn data(&mut self) -> SliceMut<'_> {
        self.data.reborrow()
    }

    /// The same memory, lent on for a shorter time.
    pub fn reborrow(&mut self) -> ParamViewMut<'_> {
        ParamViewMut { data: self.data.reborrow(), start: self.start }
    }

    /// Every element the same, rounded to the view's type.
    ///
    /// # Errors
    /// [`InitError::Range`] if a finite value would become infinite.
    pub fn fill_constant(&mut self, key: Key<'_>, value: f64) -> Result<(), InitError> {
        each!(self, data => constant(data, value)).map_err(|dtype| InitError::range(key, "value", value, dtype))
    }

    /// Refuses arguments that are not finite in the type that the view is computed in.
    fn hold<const N: usize>(&self, key: Key<'_>, arguments: [(&'static str, f64); N]) -> Result<(), InitError> {
        let arithmetic = if self.dtype() == Dtype::F64 { Dtype::F64 } else { Dtype::F32 };
        let finite = |value: f64| match arithmetic {
            Dtype::F64 => value.is_finite(),
            _ => f32::from_f64(value).is_finite(),
        };
        match arguments.into_iter().find(|(_, value)| !finite(*value)) {
            Some((argument, value)) => Err(InitError::range(key, argument, value, arithmetic)),
            None => Ok(()),
        }
    }

    /// Element `index` of the parameter is `value(index)`, rounded to the view's type.
    pub fn fill_each(&mut self, mut value: impl FnMut(u64) -> f64) {
        let start = self.start;
        each!(self, data => indexed(data, start, &mut value));
    }

    /// Element `index` is drawn from a generator of its own, so that it depends on neither order, window nor thread.
    pub fn fill_with_rng(&mut self, key: Key<'_>, mut draw: impl FnMut(&mut ElementRng) -> f64) {
        let stream = key.elements();
        self.fill_each(|index| draw(&mut ElementRng::new(stream, index)));
    }

    /// Uniform on `[low, high)`.
    ///
    /// # Errors
    /// [`InitError::Window`] if the window ends beyond 2^64 elements, [`InitError::Range`] if the arithmetic cannot hold a
    /// bound or their distance.
    pub fn fill_uniform(&mut self, key: Key<'_>, low: f64, high: f64) -> Result<(), InitError> {
        self.hold(key, [("low", low), ("high", high), ("high - low", high - low)])?;
        let (stream, start) = (key.values(), self.start);
        each!(self, data => values::fill_uniform(stream, start, data, low, high))
            .map_err(|e| InitError::window(key, &e))
    }

    /// Normal of the given mean and standard deviation.
    ///
    /// # Errors
    /// [`InitError::Window`] if the window ends beyond 2^64 elements, [`InitError::Range`] if the arithmetic cannot hold an
    /// argument.
    pub fn fill_normal(&mut self, key: Key<'_>, mean: f64, std: f64) -> Result<(), InitError> {
        self.hold(key, [("mean", mean), ("std", std)])?;
        let (stream, start) = (key.values(), self.start);
        each!(self, data => values::fill_normal(stream, start, data, mean, std)).map_err(|e| InitError::window(key, &e))
    }

    /// `mean + scale * z`, with `z` of a unit normal cut at its bounds.
    ///
    /// # Errors
    /// [`InitError::Window`] if the window ends beyond 2^64 elements, [`InitError::Range`] if the arithmetic cannot hold an
    /// argument.
    pub fn fill_truncated_normal(
        &mut self,
        key: Key<'_>,
        unit: &TruncatedUnitNormal,
        mean: f64,
        scale: f64,
    ) -> Result<(), InitError> {
        self.hold(key, [("mean", mean), ("std", scale)])?;
        let (stream, start) = (key.values(), self.start);
        each!(self, data => values::fill_truncated_normal(stream, start, data, unit, mean, scale))
            .map_err(|e| InitError::window(key, &e))
    }
}

/// The element type, if it cannot hold the value.
fn constant<T: Element>(data: &mut [T], value: f64) -> Result<(), Dtype> {
    let element = T::from_f64(value);
    if value.is_finite() && !element.to_f64().is_finite() {
        return Err(T::DTYPE);
    }
    data.fill(element);
    Ok(())
}

fn indexed<T: Element>(data: &mut [T], start: u64, value: &mut impl FnMut(u64) -> f64) {
    for (offset, element) in data.iter_mut().enumerate() {
        *element = T::from_f64(value(start.wrapping_add(offset as u64)));
    }
}
