//! Values made from those of other fills: on a part of the view, changed, or merged.

use super::{ParamViewMut, allocate};
use crate::error::InitError;
use crate::param::StridedRange;
use crate::values::{Destination, Dtype, Element, Runs, Scattered, StridedMut, each_scattered, each_slice};

impl ParamViewMut<'_> {
    /// Calls `fill` with the elements of `range` that lie in this view, as a window or block of the range. Does not call
    /// `fill` if there are none, unless this view is empty (a dry run): `fill` then gets an empty view.
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
        match &mut self.destination {
            Destination::Window { start, out } => {
                each_slice!(out, out => strided_window(out, *start, name, range, fill))
            }
            Destination::Block(elements) => {
                each_scattered!(elements, elements => strided_block(elements, name, range, fill))
            }
        }
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
        change: impl Fn(u64, f64) -> f64,
    ) -> Result<(), InitError> {
        self.change(name, fill, |_, index, value| change(index, value))
    }

    /// Fills the view with `merge(index, a, b)`, where `a` is the value of `first` and `b` that of `second`, which is
    /// drawn before `first`. Both get memory of the arithmetic type, so that values are rounded once.
    ///
    /// ```
    /// use fanin_core::ParamViewMut;
    ///
    /// let mut data = [0.0_f32; 3];
    /// let fill = |scale: f64| {
    ///     move |mut view: ParamViewMut<'_>| {
    ///         view.fill_each(|index| scale * index as f64);
    ///         Ok(())
    ///     }
    /// };
    /// ParamViewMut::whole(&mut data).fill_merged("w", fill(1.0), fill(10.0), |_, a, b| a + b)?;
    /// assert_eq!(data, [0.0, 11.0, 22.0]);
    /// # Ok::<(), fanin_core::InitError>(())
    /// ```
    ///
    /// # Errors
    /// Same as [`ParamViewMut::fill_changed`].
    pub fn fill_merged(
        &mut self,
        name: &str,
        first: impl FnOnce(ParamViewMut<'_>) -> Result<(), InitError>,
        second: impl FnOnce(ParamViewMut<'_>) -> Result<(), InitError>,
        merge: impl Fn(u64, f64, f64) -> f64,
    ) -> Result<(), InitError> {
        let second = self.drawn(name, second)?;
        let value = |number, index, value| merge(index, value, second.get(number).copied().unwrap_or_default());
        self.change(name, first, value)
    }

    /// Fills the view with `fill`, then maps every value through `change(number, index, value)`, where `number` counts
    /// the elements.
    fn change(
        &mut self,
        name: &str,
        fill: impl FnOnce(ParamViewMut<'_>) -> Result<(), InitError>,
        change: impl Fn(usize, u64, f64) -> f64,
    ) -> Result<(), InitError> {
        let dtype = self.dtype();
        let beyond = match dtype {
            Dtype::F32 | Dtype::F64 => {
                fill(self.reborrow())?;
                self.destination.update(change)
            }
            Dtype::F16 | Dtype::BF16 => {
                let (values, mut beyond) = (self.drawn(name, fill)?, None);
                self.destination.update(|number, index, _| {
                    let value = change(number, index, values.get(number).copied().unwrap_or_default());
                    if value.is_finite() && !dtype.holds(value) {
                        beyond = Some(value);
                    }
                    value
                });
                beyond
            }
        };
        beyond.map_or(Ok(()), |value| Err(InitError::range(name, "a value", value, dtype)))
    }

    /// Runs `fill` on temporary memory for the same elements, and returns their values, in order. The memory has `f64`
    /// elements for `f64`, and `f32` elements, widened afterwards, for all other types.
    fn drawn(
        &self,
        name: &str,
        fill: impl FnOnce(ParamViewMut<'_>) -> Result<(), InitError>,
    ) -> Result<Vec<f64>, InitError> {
        if self.dtype() == Dtype::F64 {
            return self.drawn_as::<f64>(name, fill);
        }
        Ok(self.drawn_as::<f32>(name, fill)?.into_iter().map(f64::from).collect())
    }

    fn drawn_as<T: Element>(
        &self,
        name: &str,
        fill: impl FnOnce(ParamViewMut<'_>) -> Result<(), InitError>,
    ) -> Result<Vec<T>, InitError> {
        let len = self.destination.len();
        let mut values: Vec<T> = allocate(len, name)?;
        match &self.destination {
            Destination::Window { start, .. } => fill(ParamViewMut::window(&mut values, *start))?,
            Destination::Block(elements) => each_scattered!(elements, elements => {
                fill(ParamViewMut::block(elements.in_memory(all_of(&mut values, name)?)))?;
            }),
        }
        Ok(values)
    }
}

/// Returns the whole slice as an array of one axis.
fn all_of<'a, T: Element>(values: &'a mut [T], name: &str) -> Result<StridedMut<'a, T>, InitError> {
    let len = values.len();
    StridedMut::contiguous(values, &[len])
        .map_err(|error| InitError::Window { name: name.to_owned(), reason: error.to_string() })
}

fn strided_window<T: Element>(
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

fn strided_block<T: Element>(
    elements: &mut Scattered<'_, T>,
    name: &str,
    range: StridedRange,
    fill: impl FnOnce(ParamViewMut<'_>) -> Result<(), InitError>,
) -> Result<(), InitError> {
    if elements.len() == 0 {
        return fill(ParamViewMut::block(elements.reborrow()));
    }
    let hull = elements.hull();
    let first = range.rank(hull.start);
    let count = range.rank(hull.end) - first;
    if count > 0 && range.rest_of_run(first) >= count {
        // One run of the range: its elements are neighbors in the block too.
        let index = range.index(first);
        let part = elements.count_below(index)..elements.count_below(index + count);
        if part.is_empty() {
            return Ok(());
        }
        return fill(ParamViewMut::block(elements.part(part, index - first)));
    }
    // Contiguous elements have contiguous ranks.
    let mut runs = Runs::empty();
    elements.for_each_run(|indices| {
        let start = range.rank(indices.start);
        runs.push(start, usize::try_from(range.rank(indices.end) - start).unwrap_or(0));
    });
    if runs.len() == 0 {
        return Ok(());
    }
    let mut values: Vec<T> = allocate(runs.len(), name)?;
    fill(ParamViewMut::block(Scattered::new(all_of(&mut values, name)?, &runs)))?;
    let mut rest = &values[..];
    elements.runs(|memory, run| {
        let (mut rank, end) = (range.rank(run.index), range.rank(run.index + run.len as u64));
        while rank < end {
            let count = usize::try_from(range.rest_of_run(rank).min(end - rank)).unwrap_or(usize::MAX);
            let (now, later) = rest.split_at(count.min(rest.len()));
            let offset = usize::try_from(range.index(rank) - run.index).unwrap_or(usize::MAX);
            memory.write(run.position.saturating_add(offset), now);
            (rank, rest) = (rank + count as u64, later);
        }
    });
    Ok(())
}
