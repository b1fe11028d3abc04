//! The strides of an array in memory, checked: elements inside the memory, none of which share it.

use super::dtype::Dtype;

/// Invalid strides.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StrideError {
    /// The numbers of axes differ.
    #[error("the shape {shape:?} has {} axes, but there are {strides} strides; use one stride for each axis", .shape.len())]
    Axes {
        /// The shape.
        shape: Vec<usize>,
        /// The number of strides.
        strides: usize,
    },
    /// The array does not fill the memory.
    #[error("the shape {shape:?} does not fit a memory of {len} elements; use a shape of as many elements")]
    Length {
        /// The shape.
        shape: Vec<usize>,
        /// The length of the memory.
        len: usize,
    },
    /// An element lies outside the memory.
    #[error(
        "shape {shape:?} with strides {strides:?} from element {first} reaches outside the memory of {len} elements; \
         use a smaller shape or other strides"
    )]
    Outside {
        /// The shape.
        shape: Vec<usize>,
        /// The strides, in elements.
        strides: Vec<isize>,
        /// The offset of the first element.
        first: usize,
        /// The length of the memory.
        len: usize,
    },
    /// Two elements share memory.
    #[error(
        "elements of shape {shape:?} with strides {strides:?} share memory or interleave; use strides that nest, as \
         in a slice or transpose of an array"
    )]
    Shared {
        /// The shape.
        shape: Vec<usize>,
        /// The strides, in elements.
        strides: Vec<isize>,
    },
    /// The array exceeds the address space.
    #[error(
        "shape {shape:?} with strides {strides:?} exceeds the address space; use a smaller shape or smaller strides"
    )]
    TooLarge {
        /// The shape.
        shape: Vec<usize>,
        /// The strides, in elements; empty for a row-major array.
        strides: Vec<isize>,
    },
    /// The pointer is null.
    #[error("the memory of a nonempty array is a null pointer; pass a pointer to its first element")]
    Null,
    /// The pointer is not aligned.
    #[error("the memory is not aligned to elements of type {dtype}; pass an aligned pointer")]
    Misaligned {
        /// The element type.
        dtype: Dtype,
    },
}

/// An axis of length 2 or more.
#[derive(Clone, Copy, Debug)]
struct Axis {
    len: usize,
    stride: isize,
}

/// The shape of an array, and its elements' offsets from the first.
#[derive(Debug)]
pub(crate) struct Strides {
    shape: Vec<usize>,
    given: Vec<isize>,
    len: usize,
    /// The axes outside the last two, outermost first. Axes that are contiguous in memory are joined.
    outer: Vec<Axis>,
    /// The last two axes; of length 1 where there are fewer.
    middle: Axis,
    inner: Axis,
    /// The axis whose elements are closest in memory, if it is not the last.
    closest: Option<Closest>,
}

/// An axis outside the last whose neighbors are closer in memory than those of any other axis, as in a transpose.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Closest {
    /// The length of the axis.
    pub(crate) len: usize,
    pub(crate) stride: isize,
    /// The number of positions between neighbors along the axis.
    pub(crate) apart: usize,
}

impl Strides {
    /// Creates the strides of a row-major array without gaps.
    pub(crate) fn row_major(shape: &[usize]) -> Result<Self, StrideError> {
        let too_large = || StrideError::TooLarge { shape: shape.to_vec(), strides: Vec::new() };
        let mut strides = vec![0; shape.len()];
        let mut next = 1_usize;
        for (stride, axis) in strides.iter_mut().zip(shape).rev() {
            *stride = isize::try_from(next).map_err(|_| too_large())?;
            next = next.checked_mul((*axis).max(1)).ok_or_else(too_large)?;
        }
        Self::new(shape, &strides)
    }

    /// Creates strides that nest.
    pub(crate) fn new(shape: &[usize], strides: &[isize]) -> Result<Self, StrideError> {
        if shape.len() != strides.len() {
            return Err(StrideError::Axes { shape: shape.to_vec(), strides: strides.len() });
        }
        let given = (shape.to_vec(), strides.to_vec());
        let axes = shape.iter().zip(strides).map(|(len, stride)| Axis { len: *len, stride: *stride });
        let mut axes: Vec<Axis> = axes.filter(|axis| axis.len != 1).collect();
        if axes.iter().any(|axis| axis.len == 0) {
            axes = vec![Axis { len: 0, stride: 1 }];
        }
        let Some(len) = axes.iter().try_fold(1_usize, |len, axis| len.checked_mul(axis.len)) else {
            return Err(StrideError::TooLarge { shape: given.0, strides: given.1 });
        };
        if let Some(error) = shared_or_too_large(&axes, &given) {
            return Err(error);
        }
        let mut joined: Vec<Axis> = Vec::new();
        for axis in axes {
            match joined.last_mut() {
                Some(outer)
                    if isize::try_from(axis.len)
                        .is_ok_and(|len| axis.stride.checked_mul(len) == Some(outer.stride)) =>
                {
                    *outer = Axis { len: outer.len * axis.len, stride: axis.stride };
                }
                _ => joined.push(axis),
            }
        }
        let single = Axis { len: 1, stride: 1 };
        let closest = closest(&joined);
        let inner = joined.pop().unwrap_or(single);
        let middle = joined.pop().unwrap_or(single);
        Ok(Self { shape: given.0, given: given.1, len, outer: joined, middle, inner, closest })
    }

    /// Returns the axis lengths.
    pub(crate) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Returns the axis whose elements are closest in memory, if it is not the last.
    pub(crate) fn closest(&self) -> Option<Closest> {
        self.closest
    }

    /// Returns the number of elements.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Returns an error if an element lies outside a memory of `len` elements, where the array begins at `first`.
    pub(crate) fn check_within(&self, first: usize, len: usize) -> Result<(), StrideError> {
        let (below, above) = self.span();
        if self.len == 0 || first >= below && first.checked_add(above).is_some_and(|last| last < len) {
            return Ok(());
        }
        Err(StrideError::Outside { shape: self.shape.clone(), strides: self.given.clone(), first, len })
    }

    /// Returns an error if the distance from the first to the last byte exceeds the address space.
    pub(crate) fn check_span(&self, size: usize) -> Result<(), StrideError> {
        let (below, above) = self.span();
        let bytes = below.checked_add(above).and_then(|span| span.checked_add(1)?.checked_mul(size));
        if bytes.is_some_and(|bytes| isize::try_from(bytes).is_ok()) {
            return Ok(());
        }
        Err(StrideError::TooLarge { shape: self.shape.clone(), strides: self.given.clone() })
    }

    /// Returns how far elements lie below and above the first.
    fn span(&self) -> (usize, usize) {
        let (mut below, mut above) = (0_usize, 0_usize);
        for axis in self.outer.iter().chain([&self.middle, &self.inner]) {
            let far = axis.stride.unsigned_abs().saturating_mul(axis.len.saturating_sub(1));
            let side = if axis.stride < 0 { &mut below } else { &mut above };
            *side = side.saturating_add(far);
        }
        (below, above)
    }

    /// Returns the number of the line along the last axis that holds a position, and the place in the line.
    #[inline]
    fn place(&self, position: usize) -> (usize, usize) {
        if self.len == self.inner.len {
            return (0, position);
        }
        (position / self.inner.len, position % self.inner.len)
    }

    /// Returns the offset of the element at `position` if it and the next `count - 1` are neighbors in memory.
    #[inline]
    pub(crate) fn contiguous(&self, position: usize, count: usize) -> Option<isize> {
        let (line, inside) = self.place(position);
        let is_contiguous = (self.inner.stride == 1 || count == 1) && inside + count <= self.inner.len;
        is_contiguous.then(|| self.line(line) + self.inner.stride * inside.cast_signed())
    }

    /// Calls `visit(offset, stride, count)` for each line of the `count` elements from `position` on.
    #[inline]
    pub(crate) fn lines(&self, position: usize, count: usize, mut visit: impl FnMut(isize, isize, usize)) {
        let Axis { len, stride } = self.inner;
        let ((mut line, mut inside), mut left) = (self.place(position), count);
        while left > 0 {
            let start = self.line(line);
            // The other lines along the middle axis follow at its stride.
            for number in 0..self.middle.len - line % self.middle.len.max(1) {
                let now = left.min(len - inside);
                if now == 0 {
                    return;
                }
                visit(start + self.middle.stride * number.cast_signed() + stride * inside.cast_signed(), stride, now);
                (left, inside, line) = (left - now, 0, line + 1);
            }
        }
    }

    /// Returns the offset of a line along the last axis.
    #[inline]
    fn line(&self, number: usize) -> isize {
        if number == 0 {
            return 0;
        }
        let mut rest = number / self.middle.len;
        let mut offset = self.middle.stride * (number % self.middle.len).cast_signed();
        for axis in self.outer.iter().rev() {
            offset += axis.stride * (rest % axis.len).cast_signed();
            rest /= axis.len;
        }
        offset
    }
}

fn closest(axes: &[Axis]) -> Option<Closest> {
    let (number, axis) = axes.iter().enumerate().rev().min_by_key(|(_, axis)| axis.stride.unsigned_abs())?;
    let apart = axes.iter().skip(number + 1).map(|axis| axis.len).product();
    (number + 1 < axes.len()).then_some(Closest { len: axis.len, stride: axis.stride, apart })
}

/// Returns an error if the strides, sorted by size, do not each exceed the span of all smaller ones.
fn shared_or_too_large(axes: &[Axis], given: &(Vec<usize>, Vec<isize>)) -> Option<StrideError> {
    let mut sorted: Vec<Axis> = axes.iter().copied().filter(|axis| axis.len > 1).collect();
    sorted.sort_unstable_by_key(|axis| axis.stride.unsigned_abs());
    let mut span = 0_usize;
    for axis in sorted {
        let stride = axis.stride.unsigned_abs();
        if stride <= span {
            return Some(StrideError::Shared { shape: given.0.clone(), strides: given.1.clone() });
        }
        let reached = stride.checked_mul(axis.len - 1).and_then(|far| span.checked_add(far));
        match reached.filter(|reached| isize::try_from(*reached).is_ok()) {
            Some(reached) => span = reached,
            None => return Some(StrideError::TooLarge { shape: given.0.clone(), strides: given.1.clone() }),
        }
    }
    None
}
