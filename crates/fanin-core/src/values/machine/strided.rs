//! Strided mutable memory: an array of any axis order inside memory that may hold other elements in between.

use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

use crate::values::element::Element;
use crate::values::strides::{Closest, StrideError, Strides};

/// Mutable memory of an array with strides of any order and sign: contiguous, transposed, or with gaps between rows.
///
/// Construction checks that every element lies inside the memory and that no two elements share memory. Elements in
/// between are never touched.
///
/// ```
/// use fanin_core::param::StridedMut;
///
/// // The transpose of a row-major matrix [2, 3].
/// let mut data = [0.0_f32; 6];
/// assert!(StridedMut::new(&mut data, 0, &[3, 2], &[1, 3]).is_ok());
/// let error = StridedMut::new(&mut data, 0, &[3, 2], &[1, 4]).unwrap_err();
/// assert!(error.to_string().contains("outside"), "{error}");
/// ```
#[derive(Debug)]
pub struct StridedMut<'a, T> {
    /// Element (0, .., 0). Dangling or null if there are no elements.
    first: *mut T,
    strides: Arc<Strides>,
    /// The positions, in row-major order of the array, that this view may access.
    range: Range<usize>,
    memory: PhantomData<&'a mut [T]>,
}

// SAFETY: like `&mut [T]`, a view has exclusive access to its elements: those at its range of positions. Distinct
// positions are distinct memory, and no two views share a position.
unsafe impl<T: Send> Send for StridedMut<'_, T> {}

impl<'a, T: Element> StridedMut<'a, T> {
    /// Creates a row-major array that fills `data`.
    ///
    /// # Errors
    /// [`StrideError::Length`] if the number of elements differs from the length of `data`, and
    /// [`StrideError::TooLarge`] if it overflows.
    pub fn contiguous(data: &'a mut [T], shape: &[usize]) -> Result<Self, StrideError> {
        let strides = Strides::row_major(shape)?;
        if strides.len() != data.len() {
            return Err(StrideError::Length { shape: shape.to_vec(), len: data.len() });
        }
        Ok(Self::within(data.as_mut_ptr(), strides))
    }

    /// Creates an array inside `data`. Element `(k, l, ..)` is `data[first + k * strides[0] + l * strides[1] + ..]`, so
    /// strides count elements, not bytes. The strides of axes of length 0 or 1 have no effect.
    ///
    /// Strides must nest: sorted by size, each exceeds the distance that all smaller ones span. All slices, transposes
    /// and reversals of a row-major array do.
    ///
    /// # Errors
    /// [`StrideError`] if the numbers of axes differ, an element lies outside `data`, or elements share memory.
    pub fn new(data: &'a mut [T], first: usize, shape: &[usize], strides: &[isize]) -> Result<Self, StrideError> {
        let strides = Strides::new(shape, strides)?;
        strides.check_within(first, data.len())?;
        // An array without elements may begin anywhere, even outside of `data`.
        let first = if strides.len() == 0 { 0 } else { first };
        Ok(Self::within(data.as_mut_ptr().wrapping_add(first), strides))
    }

    /// Creates an array from a pointer to its element `(0, .., 0)`, which may be null if there are no elements.
    ///
    /// # Safety
    /// For the lifetime `'a`, every element `first + k * strides[0] + l * strides[1] + ..` must be initialized, valid for
    /// reads and writes as part of one allocation, and accessed through this array only. Elements in between are not
    /// touched: interleaved arrays may be used at the same time.
    ///
    /// # Errors
    /// [`StrideError`] if the numbers of axes differ, elements share memory, the array exceeds the address space, or
    /// `first` is null or misaligned.
    pub unsafe fn from_raw_parts(first: *mut T, shape: &[usize], strides: &[isize]) -> Result<Self, StrideError> {
        let strides = Strides::new(shape, strides)?;
        if strides.len() > 0 && first.is_null() {
            return Err(StrideError::Null);
        }
        if !first.is_aligned() {
            return Err(StrideError::Misaligned { dtype: T::DTYPE });
        }
        strides.check_span(size_of::<T>())?;
        Ok(Self::within(first, strides))
    }

    fn within(first: *mut T, strides: Strides) -> Self {
        Self { first, range: 0..strides.len(), strides: Arc::new(strides), memory: PhantomData }
    }

    /// Returns the axis lengths of the array.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        self.strides.shape()
    }

    /// Returns the positions that this view may access: all, unless it was split.
    pub(crate) fn positions(&self) -> Range<usize> {
        self.range.clone()
    }

    /// Splits the view at a position, which is clamped to its own positions.
    pub(crate) fn split_at(self, position: usize) -> (Self, Self) {
        let Range { start, end } = self.range;
        let position = position.clamp(start, end);
        let part = |range| Self { first: self.first, strides: Arc::clone(&self.strides), range, memory: PhantomData };
        (part(start..position), part(position..end))
    }

    /// Reborrows the same memory for a shorter lifetime.
    pub(crate) fn reborrow(&mut self) -> StridedMut<'_, T> {
        StridedMut {
            first: self.first,
            strides: Arc::clone(&self.strides),
            range: self.range.clone(),
            memory: PhantomData,
        }
    }

    /// Returns the elements of the view as a slice if they are contiguous and in order.
    pub(crate) fn into_slice(mut self) -> Result<&'a mut [T], Self> {
        let range = self.range.clone();
        match self.slice(range.start, range.len()) {
            Some(slice) => {
                let (first, len) = (slice.as_mut_ptr(), slice.len());
                // SAFETY: the slice is valid for `'a`, and the view, which has exclusive access to it, is consumed.
                Ok(unsafe { std::slice::from_raw_parts_mut(first, len) })
            }
            None => Err(self),
        }
    }

    /// Returns the `count` elements from `position` on as a slice if they belong to the view, are contiguous and in
    /// order.
    #[inline]
    pub(crate) fn slice(&mut self, position: usize, count: usize) -> Option<&mut [T]> {
        if count == 0 {
            return Some(&mut []);
        }
        self.check(position, count)?;
        let offset = self.strides.contiguous(position, count)?;
        // SAFETY: the elements are positions of this view, so they lie inside its memory, to which it has exclusive
        // access, and are `count` neighbors from the first on.
        Some(unsafe { std::slice::from_raw_parts_mut(self.first.offset(offset), count) })
    }

    /// Writes `values` to the elements from `position` on. Does nothing if they exceed the view.
    #[inline]
    pub(crate) fn write(&mut self, position: usize, values: &[T]) {
        if self.check(position, values.len()).is_none() {
            return;
        }
        let mut rest = values;
        self.strides.lines(position, values.len(), |offset, stride, count| {
            let (line, later) = rest.split_at(count);
            rest = later;
            // SAFETY: the elements of a line are positions of this view, so each lies inside its memory, to which it
            // has exclusive access.
            unsafe {
                let mut element = self.first.offset(offset);
                if stride == 1 {
                    element.copy_from_nonoverlapping(line.as_ptr(), count);
                    return;
                }
                for (number, value) in line.iter().enumerate() {
                    element.write(*value);
                    // The element after the last may lie outside the memory.
                    if number + 1 < count {
                        element = element.offset(stride);
                    }
                }
            }
        });
    }

    /// Reads the elements from `position` on. Does nothing if they exceed the view.
    #[inline]
    pub(crate) fn read(&self, position: usize, values: &mut [T]) {
        if self.check(position, values.len()).is_none() {
            return;
        }
        let mut done = 0;
        self.strides.lines(position, values.len(), |offset, stride, count| {
            let line = values.iter_mut().skip(done).take(count);
            done += count;
            // SAFETY: as in `write`.
            unsafe {
                let mut element = self.first.offset(offset).cast_const();
                for (number, value) in line.enumerate() {
                    *value = element.read();
                    if number + 1 < count {
                        element = element.offset(stride);
                    }
                }
            }
        });
    }

    /// Returns the axis whose elements are closest in memory, if it is not the last.
    pub(crate) fn closest(&self) -> Option<Closest> {
        self.strides.closest()
    }

    /// Copies a rectangle to the elements of `rows` lines that are neighbors along the closest axis, `width` elements of
    /// each, from `position` on. Row `k` of the rectangle begins at `values[k * pitch]`. Does nothing if the rectangle
    /// exceeds the view, the axis or `values`.
    pub(crate) fn write_rectangle(
        &mut self,
        position: usize,
        (rows, width): (usize, usize),
        values: &[T],
        pitch: usize,
    ) {
        self.rectangle(position, (rows, width, pitch), values.len(), |element, place| {
            // SAFETY: see `rectangle`.
            unsafe { element.write(*values.get_unchecked(place)) }
        });
    }

    /// Copies the elements of a rectangle to `values`: the opposite of [`StridedMut::write_rectangle`].
    pub(crate) fn read_rectangle(
        &self,
        position: usize,
        (rows, width): (usize, usize),
        values: &mut [T],
        pitch: usize,
    ) {
        self.rectangle(position, (rows, width, pitch), values.len(), |element, place| {
            // SAFETY: see `rectangle`.
            unsafe { *values.get_unchecked_mut(place) = element.read() }
        });
    }

    /// Calls `visit` for every element of a rectangle, in the order of memory, with the number of its value, which is
    /// below `count`. Every pointer is valid for reads, and for writes if the caller has exclusive access to the view.
    #[inline]
    fn rectangle(
        &self,
        position: usize,
        (rows, width, pitch): (usize, usize, usize),
        count: usize,
        mut visit: impl FnMut(*mut T, usize),
    ) {
        let Some(Closest { len, stride, apart }) = self.strides.closest() else { return };
        let place = position / apart % len;
        let last = rows.checked_sub(1).and_then(|rows| Some((rows.checked_mul(apart)?, rows.checked_mul(pitch)?)));
        let fits = last.is_some_and(|(positions, places)| {
            rows <= len - place
                && position % apart + width <= apart
                && self.check(position, positions.saturating_add(width)).is_some()
                && places.saturating_add(width) <= count
        });
        if !fits {
            return;
        }
        let mut first = 0;
        self.strides.lines(position, width, |offset, step, elements| {
            for number in 0..elements {
                // SAFETY: the element is a position of this view, and so are its neighbors along the closest axis, which
                // has `rows` elements from there on.
                unsafe {
                    let element = self.first.offset(offset + step * number.cast_signed());
                    for row in 0..rows {
                        visit(element.offset(stride * row.cast_signed()), row * pitch + first + number);
                    }
                }
            }
            first += elements;
        });
    }

    /// Returns `None` if the positions are not all in the view.
    #[inline]
    fn check(&self, position: usize, count: usize) -> Option<()> {
        let end = position.checked_add(count)?;
        (self.range.start <= position && end <= self.range.end).then_some(())
    }
}
