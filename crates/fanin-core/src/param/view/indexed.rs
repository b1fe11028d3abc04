//! Values that follow from an element's index, or from the values of the whole parameter.

use super::{ParamViewMut, allocate};
use crate::address::Key;
use crate::error::InitError;
use crate::param::ParamSpec;
use crate::values::{Destination, Element, SliceMut, each_scattered, each_slice};

impl ParamViewMut<'_> {
    /// Sets every element to `value`, rounded to the element type.
    ///
    /// # Errors
    /// [`InitError::Range`] if a finite value would become infinite.
    pub fn fill_constant(&mut self, key: Key<'_>, value: f64) -> Result<(), InitError> {
        self.check_value(key, "value", value)?;
        match &mut self.destination {
            Destination::Window { out, .. } => each_slice!(out, out => out.fill(Element::from_f64(value))),
            Destination::Block(elements) => each_scattered!(elements, elements => {
                let value = Element::from_f64(value);
                elements.set_each(|_| value);
            }),
        }
        Ok(())
    }

    /// Sets each element to `value(index)`, rounded to the element type. `index` counts from the start of the
    /// parameter.
    ///
    /// In a block, elements that are not wanted are skipped, so the value must depend on the index and not on the number
    /// of calls.
    pub fn fill_each(&mut self, value: impl Fn(u64) -> f64) {
        self.destination.set_each(value);
    }

    /// Copies this view's part out of `whole`, the values of all of `param`. For initializers that compute a parameter
    /// as a whole.
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
        let (start, len) = (self.start(), self.len());
        let end = usize::try_from(start).ok().and_then(|start| start.checked_add(len));
        if end.is_none_or(|end| end > whole.len()) {
            let reason = format!("{len} elements from element {start} exceed its {} elements", whole.len());
            return Err(InitError::Window { name: param.name().to_owned(), reason });
        }
        self.fill_each(|index| usize::try_from(index).ok().and_then(|index| whole.get(index)).copied().unwrap_or(0.0));
        Ok(())
    }

    /// Calls `fill` with the memory of the window: the element at [`ParamViewMut::start`] and those after it. For
    /// initializers that compute many elements at once.
    ///
    /// For a block, `fill` gets temporary memory, from which the wanted elements are copied. There, wanted elements keep
    /// their values, and all others are 0.
    ///
    /// ```
    /// use fanin_core::{ParamViewMut, param::SliceMut};
    ///
    /// let mut data = [0.0_f32; 3];
    /// ParamViewMut::window(&mut data, 5).fill_slice("w", |slice| {
    ///     if let SliceMut::F32(slice) = slice {
    ///         slice.fill(1.0);
    ///     }
    ///     Ok(())
    /// })?;
    /// assert_eq!(data, [1.0; 3]);
    /// # Ok::<(), fanin_core::InitError>(())
    /// ```
    ///
    /// # Errors
    /// The error of `fill`; [`InitError::Window`] for the parameter `name` if the temporary memory cannot be allocated.
    pub fn fill_slice(
        &mut self,
        name: &str,
        fill: impl FnOnce(SliceMut<'_>) -> Result<(), InitError>,
    ) -> Result<(), InitError> {
        let (start, len) = (self.start(), self.len());
        match &mut self.destination {
            Destination::Window { out, .. } => fill(out.reborrow()),
            Destination::Block(elements) => each_scattered!(elements, elements => {
                let mut window = allocate(len, name)?;
                elements.copy_to(&mut window, start);
                fill(Element::lend_mut(&mut window))?;
                elements.copy_from(&window, start);
                Ok(())
            }),
        }
    }

    /// Sets the elements at the given parameter indices to `value`. Skips indices outside the view.
    pub fn set(&mut self, indices: impl IntoIterator<Item = u64>, value: f64) {
        for index in indices {
            match &mut self.destination {
                Destination::Window { start, out } => {
                    let Some(offset) = index.checked_sub(*start).and_then(|offset| usize::try_from(offset).ok()) else {
                        continue;
                    };
                    each_slice!(out, out => place(out, offset, value));
                }
                Destination::Block(elements) => {
                    each_scattered!(elements, elements => elements.set(index, Element::from_f64(value)));
                }
            }
        }
    }
}

fn place<T: Element>(data: &mut [T], offset: usize, value: f64) {
    if let Some(element) = data.get_mut(offset) {
        *element = T::from_f64(value);
    }
}
