//! Borrowed views of a parameter's memory: the whole parameter or a window of it.

use rayon::prelude::*;

use super::{ParamSpec, StridedRange};
use crate::address::Key;
use crate::error::InitError;
use crate::values::{
    self, Dtype, Element, ElementRng, PARALLEL, Slice, SliceMut, TruncatedUnitNormal, normal_support,
    truncated_normal_support, untouched_zeros,
};

/// A read-only view of a parameter or of a window of it.
#[derive(Clone, Copy, Debug)]
pub struct ParamView<'a> {
    data: Slice<'a>,
    start: u64,
}

impl<'a> ParamView<'a> {
    /// Creates a view of a whole parameter.
    #[must_use]
    pub fn whole<T: Element>(data: &'a [T]) -> Self {
        Self::window(data, 0)
    }

    /// Creates a view of a window that begins at element `start` of the parameter.
    #[must_use]
    pub fn window<T: Element>(data: &'a [T], start: u64) -> Self {
        Self { data: T::lend(data), start }
    }

    /// Returns the values.
    #[must_use]
    pub fn data(&self) -> Slice<'a> {
        self.data
    }

    /// Returns the parameter index of the first value.
    #[must_use]
    pub fn start(&self) -> u64 {
        self.start
    }
}

/// A mutable view of memory that a backend lends to an initializer: a whole parameter or a window of it.
///
/// Elementwise initializers are built on the fill methods below. Each computes element `start + i` from its address
/// alone, so a window holds the same bits as the same range of the whole parameter. Arguments are first rounded to the
/// arithmetic type of the view: `f64` for `f64`, `f32` for all others. 16-bit values are the `f32` value rounded to
/// nearest even.
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

/// Runs a generic expression on the slice of the view's element type.
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
    /// Creates a view of a whole parameter.
    pub fn whole<T: Element>(data: &'a mut [T]) -> Self {
        Self::window(data, 0)
    }

    /// Creates a view of a window that begins at element `start` of the parameter.
    pub fn window<T: Element>(data: &'a mut [T], start: u64) -> Self {
        Self { data: T::lend_mut(data), start }
    }

    /// Calls `fill` with an empty view of the given element type.
    pub(crate) fn empty<R>(dtype: Dtype, fill: impl FnOnce(ParamViewMut<'_>) -> R) -> R {
        match dtype {
            Dtype::F32 => fill(ParamViewMut::whole::<f32>(&mut [])),
            Dtype::F64 => fill(ParamViewMut::whole::<f64>(&mut [])),
            Dtype::F16 => fill(ParamViewMut::whole::<half::f16>(&mut [])),
            Dtype::BF16 => fill(ParamViewMut::whole::<half::bf16>(&mut [])),
        }
    }

    /// Calls `fill` with an empty view, so that errors are found before anything is written. Does nothing if this view
    /// is itself empty, that is, already a dry run.
    pub(crate) fn dry_run(
        &self,
        fill: impl FnOnce(ParamViewMut<'_>) -> Result<(), InitError>,
    ) -> Result<(), InitError> {
        if self.is_empty() { Ok(()) } else { Self::empty(self.dtype(), fill) }
    }

    /// Returns the number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Returns `true` if the view has no elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// Returns the parameter index of the first element.
    #[must_use]
    pub fn start(&self) -> u64 {
        self.start
    }

    /// Returns the element type.
    #[must_use]
    pub fn dtype(&self) -> Dtype {
        self.data.dtype()
    }

    /// Returns the memory itself, for initializers that compute a whole parameter and copy the window.
    pub fn data(&mut self) -> SliceMut<'_> {
        self.data.reborrow()
    }

    /// Reborrows the view with a shorter lifetime.
    pub fn reborrow(&mut self) -> ParamViewMut<'_> {
        ParamViewMut { data: self.data.reborrow(), start: self.start }
    }

    /// Sets every element to `value`, rounded to the element type.
    ///
    /// # Errors
    /// [`InitError::Range`] if a finite value would become infinite.
    pub fn fill_constant(&mut self, key: Key<'_>, value: f64) -> Result<(), InitError> {
        self.check_value(key, "value", value)?;
        each!(self, data => data.fill(Element::from_f64(value)));
        Ok(())
    }

    /// Returns an error if an argument is not finite in the view's arithmetic type.
    fn check_arguments<const N: usize>(
        &self,
        key: Key<'_>,
        arguments: [(&'static str, f64); N],
    ) -> Result<(), InitError> {
        let arithmetic = if self.dtype() == Dtype::F64 { Dtype::F64 } else { Dtype::F32 };
        match arguments.into_iter().find(|(_, value)| !arithmetic.holds(*value)) {
            Some((argument, value)) => Err(InitError::range(key.name(), argument, value, self.dtype())),
            None => Ok(()),
        }
    }

    /// Returns an error if the element type cannot represent a finite value.
    pub(crate) fn check_value(&self, key: Key<'_>, argument: &'static str, value: f64) -> Result<(), InitError> {
        if value.is_finite() && !self.dtype().holds(value) {
            return Err(InitError::range(key.name(), argument, value, self.dtype()));
        }
        Ok(())
    }

    /// Returns an error if the element type cannot represent every value between the bounds.
    pub(crate) fn check_bounds(&self, key: Key<'_>, bounds: (f64, f64)) -> Result<(), InitError> {
        InitError::check_bounds(key.name(), self.dtype(), bounds)
    }

    /// Sets each element to `value(index)`, rounded to the element type. `index` counts from the start of the
    /// parameter.
    pub fn fill_each(&mut self, mut value: impl FnMut(u64) -> f64) {
        let start = self.start;
        each!(self, data => indexed(data, start, &mut value));
    }

    /// Draws each element from its own generator, so that values do not depend on the order, the window or the thread
    /// count. Runs in parallel on the current rayon pool from 2^17 elements on.
    pub fn fill_with_rng(&mut self, key: Key<'_>, draw: impl Fn(&mut ElementRng) -> f64 + Sync) {
        let (stream, start) = (key.elements(), self.start);
        each!(self, data => indexed_in_parallel(data, start, &|index| draw(&mut ElementRng::new(stream, index))));
    }

    /// Copies this view's window out of `whole`, the values of all of `param`. For initializers that compute a
    /// parameter as a whole.
    ///
    /// ```
    /// use fanin_core::{ParamSpec, ParamViewMut};
    ///
    /// let param = ParamSpec::new("w", [2, 3])?;
    /// let mut data = [0.0_f32; 2];
    /// ParamViewMut::window(&mut data, 3).copy_window_of(&param, &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0])?;
    /// assert_eq!(data, [3.0, 4.0]);
    /// # Ok::<(), fanin_core::InitError>(())
    /// ```
    ///
    /// # Errors
    /// [`InitError::Window`] if the window is not within `whole`.
    pub fn copy_window_of(&mut self, param: &ParamSpec, whole: &[f64]) -> Result<(), InitError> {
        let start = usize::try_from(self.start).ok();
        let end = start.and_then(|start| start.checked_add(self.len()));
        let Some(values) = start.zip(end).and_then(|(start, end)| whole.get(start..end)) else {
            let (len, start) = (self.len(), self.start);
            let reason = format!("{len} elements from element {start} exceed its {} elements", whole.len());
            return Err(InitError::Window { name: param.name().to_owned(), reason });
        };
        let mut values = values.iter();
        self.fill_each(|_| values.next().copied().unwrap_or_default());
        Ok(())
    }

    /// Calls `fill` with the elements of `range` that lie in this view, as a window of the range. Does not call `fill`
    /// if there are none, unless this view is empty (a dry run): `fill` then gets an empty view.
    ///
    /// If the elements are not contiguous, `fill` writes to a temporary buffer, which is then copied.
    ///
    /// ```
    /// use fanin_core::{ParamViewMut, param::StridedRange};
    ///
    /// let mut data = [0.0_f32; 6];
    /// // The middle column of [2, 3].
    /// ParamViewMut::whole(&mut data).fill_strided("w", StridedRange::new(1, 2, 3), |mut column| {
    ///     column.fill_each(|index| 1.0 + index as f64);
    ///     Ok(())
    /// })?;
    /// assert_eq!(data, [0.0, 1.0, 0.0, 0.0, 2.0, 0.0]);
    /// # Ok::<(), fanin_core::InitError>(())
    /// ```
    ///
    /// # Errors
    /// The error of `fill`; [`InitError::Window`] for the parameter `name` if the buffer does not fit in memory.
    pub fn fill_strided(
        &mut self,
        name: &str,
        range: StridedRange,
        fill: impl FnOnce(ParamViewMut<'_>) -> Result<(), InitError>,
    ) -> Result<(), InitError> {
        let start = self.start;
        each!(self, data => strided(data, start, name, range, fill))
    }

    /// Fills the view with `fill`, then maps every value through `change(index, value)`. For 16-bit elements, `fill`
    /// gets `f32` memory, so that values are rounded once, after the change.
    ///
    /// # Errors
    /// The error of `fill`; [`InitError::Window`] for the parameter `name` if a temporary buffer does not fit in
    /// memory; [`InitError::Range`] if the element type cannot represent a changed value, which is detected only after
    /// all values are written.
    pub fn fill_changed(
        &mut self,
        name: &str,
        fill: impl FnOnce(ParamViewMut<'_>) -> Result<(), InitError>,
        mut change: impl FnMut(u64, f64) -> f64,
    ) -> Result<(), InitError> {
        let start = self.start;
        let beyond = match &mut self.data {
            SliceMut::F32(data) => {
                fill(ParamViewMut::window(data, start))?;
                changed(data, start, &mut change)
            }
            SliceMut::F64(data) => {
                fill(ParamViewMut::window(data, start))?;
                changed(data, start, &mut change)
            }
            SliceMut::F16(_) | SliceMut::BF16(_) => {
                let (dtype, mut beyond) = (self.dtype(), None);
                let values = self.draw_values(name, fill)?;
                let mut values = values.into_iter();
                self.fill_each(|index| {
                    let value = change(index, values.next().unwrap_or_default());
                    if value.is_finite() && !dtype.holds(value) {
                        beyond = Some(value);
                    }
                    value
                });
                beyond
            }
        };
        beyond.map_or(Ok(()), |value| Err(InitError::range(name, "a value", value, self.dtype())))
    }

    /// Runs `fill` on a temporary window with the same start and length as this view, and returns the values. The
    /// window has `f64` elements for `f64`, and `f32` elements, widened afterwards, for all other types.
    ///
    /// # Errors
    /// Same as [`ParamViewMut::fill_changed`], except for the range of changed values.
    pub fn draw_values(
        &self,
        name: &str,
        fill: impl FnOnce(ParamViewMut<'_>) -> Result<(), InitError>,
    ) -> Result<Vec<f64>, InitError> {
        let (len, start) = (self.len(), self.start);
        if self.dtype() == Dtype::F64 {
            let mut values: Vec<f64> = allocate(len, name)?;
            fill(ParamViewMut::window(&mut values, start))?;
            return Ok(values);
        }
        let mut values: Vec<f32> = allocate(len, name)?;
        fill(ParamViewMut::window(&mut values, start))?;
        Ok(values.into_iter().map(f64::from).collect())
    }

    /// Sets the elements at the given parameter indices to `value`. Skips indices outside the view.
    pub fn set(&mut self, indices: impl IntoIterator<Item = u64>, value: f64) {
        let start = self.start;
        for index in indices {
            let Some(offset) = index.checked_sub(start).and_then(|offset| usize::try_from(offset).ok()) else {
                continue;
            };
            match &mut self.data {
                SliceMut::F32(data) => place(data, offset, value),
                SliceMut::F64(data) => place(data, offset, value),
                SliceMut::F16(data) => place(data, offset, value),
                SliceMut::BF16(data) => place(data, offset, value),
            }
        }
    }

    /// Fills with values uniform on `[low, high)`.
    ///
    /// # Errors
    /// [`InitError::Window`] if the window extends past 2^64 elements, [`InitError::Range`] if the arithmetic type
    /// cannot represent `high - low`, or the element type a bound. Nothing is written on error.
    pub fn fill_uniform(&mut self, key: Key<'_>, low: f64, high: f64) -> Result<(), InitError> {
        self.check_arguments(key, [("low", low), ("high", high), ("high - low", high - low)])?;
        self.check_bounds(key, (low, high))?;
        if self.is_empty() {
            return Ok(());
        }
        let (stream, start) = (key.values(), self.start);
        each!(self, data => values::fill_uniform(stream, start, data, low, high))
            .map_err(|e| InitError::window(key, &e))
    }

    /// Fills with normal values of the given mean and standard deviation.
    ///
    /// # Errors
    /// [`InitError::Window`] if the window extends past 2^64 elements, [`InitError::Range`] if the arithmetic type
    /// cannot represent an argument, or the element type the largest possible value. Nothing is written on error.
    pub fn fill_normal(&mut self, key: Key<'_>, mean: f64, std: f64) -> Result<(), InitError> {
        self.check_arguments(key, [("mean", mean), ("std", std)])?;
        self.check_bounds(key, normal_support(self.dtype(), mean, std))?;
        if self.is_empty() {
            return Ok(());
        }
        let (stream, start) = (key.values(), self.start);
        each!(self, data => values::fill_normal(stream, start, data, mean, std)).map_err(|e| InitError::window(key, &e))
    }

    /// Fills with `mean + scale * z`, where `z` is a truncated unit normal.
    ///
    /// # Errors
    /// [`InitError::Window`] if the window extends past 2^64 elements, [`InitError::Range`] if the arithmetic type
    /// cannot represent an argument, or the element type the largest possible value. Nothing is written on error.
    pub fn fill_truncated_normal(
        &mut self,
        key: Key<'_>,
        unit: &TruncatedUnitNormal,
        mean: f64,
        scale: f64,
    ) -> Result<(), InitError> {
        self.check_arguments(key, [("mean", mean), ("std", scale)])?;
        self.check_bounds(key, truncated_normal_support(self.dtype(), unit, mean, scale))?;
        if self.is_empty() {
            return Ok(());
        }
        let (stream, start) = (key.values(), self.start);
        each!(self, data => values::fill_truncated_normal(stream, start, data, unit, mean, scale))
            .map_err(|e| InitError::window(key, &e))
    }
}

fn indexed<T: Element>(data: &mut [T], start: u64, value: &mut impl FnMut(u64) -> f64) {
    for (offset, element) in data.iter_mut().enumerate() {
        *element = T::from_f64(value(start.wrapping_add(offset as u64)));
    }
}

/// Elements per parallel work item.
const PIECE: usize = 1 << 12;

fn indexed_in_parallel<T: Element>(data: &mut [T], start: u64, value: &(impl Fn(u64) -> f64 + Sync)) {
    // A fill that a backend runs under a lock must not wait for other threads unless it is large. See
    // `fill_in_parallel`.
    if data.len() < PARALLEL || rayon::current_num_threads() == 1 {
        return indexed(data, start, &mut |index| value(index));
    }
    data.par_chunks_mut(PIECE).enumerate().for_each(|(number, piece)| {
        let start = start.wrapping_add((number * PIECE) as u64);
        indexed(piece, start, &mut |index| value(index));
    });
}

fn place<T: Element>(data: &mut [T], offset: usize, value: f64) {
    if let Some(element) = data.get_mut(offset) {
        *element = T::from_f64(value);
    }
}

/// Maps every element through `change`. Returns a value that became infinite by rounding, if any.
fn changed<T: Element>(data: &mut [T], start: u64, change: &mut impl FnMut(u64, f64) -> f64) -> Option<f64> {
    let mut beyond = None;
    for (offset, element) in data.iter_mut().enumerate() {
        let value = change(start.wrapping_add(offset as u64), element.to_f64());
        // Values that were infinite or NaN before the change are not errors here.
        let was_finite = element.to_f64().is_finite();
        *element = T::from_f64(value);
        if was_finite && !element.to_f64().is_finite() {
            beyond = Some(value);
        }
    }
    beyond
}

/// Allocates zeros. Returns an error instead of aborting if memory does not suffice.
fn allocate<T: Element>(len: usize, name: &str) -> Result<Vec<T>, InitError> {
    untouched_zeros(len).ok_or_else(|| InitError::Window {
        name: name.to_owned(),
        reason: format!("a copy of {len} elements does not fit in memory; draw it in windows"),
    })
}

fn strided<T: Element>(
    data: &mut [T],
    start: u64,
    name: &str,
    range: StridedRange,
    fill: impl FnOnce(ParamViewMut<'_>) -> Result<(), InitError>,
) -> Result<(), InitError> {
    let first = range.rank(start);
    let count = usize::try_from(range.rank(start.saturating_add(data.len() as u64)) - first).unwrap_or(0);
    if count == 0 {
        return if data.is_empty() { fill(ParamViewMut::window(data, first)) } else { Ok(()) };
    }
    let offset = |rank: u64| usize::try_from(range.index(rank).saturating_sub(start)).unwrap_or(usize::MAX);
    let run = |rank: u64| usize::try_from(range.rest_of_run(rank)).unwrap_or(usize::MAX);
    if run(first) >= count {
        let from = offset(first);
        let Some(lent) = data.get_mut(from..from.saturating_add(count)) else { return Ok(()) };
        return fill(ParamViewMut::window(lent, first));
    }
    let mut values: Vec<T> = allocate(count, name)?;
    fill(ParamViewMut::window(&mut values, first))?;
    let mut rest = &values[..];
    let mut rank = first;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(run(rank).min(rest.len()));
        let from = offset(rank);
        if let Some(lent) = data.get_mut(from..from.saturating_add(now.len())) {
            lent.copy_from_slice(now);
        }
        rank += now.len() as u64;
        rest = later;
    }
    Ok(())
}
