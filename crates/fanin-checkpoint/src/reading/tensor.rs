//! The description of a tensor in a file.

use super::ElementType;
use super::place::Place;

/// The maximum number of axes of a tensor, the limit of `PyTorch` and `NumPy`.
pub(super) const MOST_AXES: usize = 64;

/// A tensor of a checkpoint, as described by its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    pub(super) len: usize,
    pub(super) element: ElementType,
    pub(super) file: usize,
    pub(super) place: Place,
}

/// The identity of storage: tensors with equal ones are tied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Memory<'a> {
    file: usize,
    place: &'a Place,
    shape: &'a [usize],
    element: ElementType,
}

impl Tensor {
    /// A tensor with its location, which is checked against shape and type. The error does not name the tensor.
    pub(super) fn new(name: String, shape: Vec<usize>, element: ElementType, place: Place) -> Result<Self, String> {
        if shape.len() > MOST_AXES {
            return Err(format!("has {} axes; the limit is {MOST_AXES}", shape.len()));
        }
        let len = shape.iter().try_fold(1_usize, |len, &axis| len.checked_mul(axis));
        let Some((len, bytes)) = len.and_then(|len| Some((len, element.bytes(len)?))) else {
            return Err(format!("has the shape {shape:?} of {element}, too large for memory"));
        };
        place.check(&shape, element, bytes)?;
        Ok(Self { name, shape, len, element, file: 0, place })
    }

    /// The full name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The axes, outermost first.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether an axis has length zero.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The element type.
    #[must_use]
    pub fn element(&self) -> ElementType {
        self.element
    }

    /// The identity of its storage; `None` without elements.
    pub(crate) fn memory(&self) -> Option<Memory<'_>> {
        let memory = || Memory { file: self.file, place: &self.place, shape: &self.shape, element: self.element };
        if self.is_empty() { None } else { Some(memory()) }
    }
}
