//! The description of a tensor in a file.

use super::part::Part;
use super::place::Place;
use super::{ElementType, Float8};

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
    pub(super) part: Part,
}

/// The identity of storage: tensors with equal storage are tied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Memory<'a> {
    file: usize,
    place: &'a Place,
    shape: &'a [usize],
    element: ElementType,
}

impl Tensor {
    /// Creates a tensor after checking its location against shape and type. The error does not name the tensor.
    pub(super) fn new(name: String, shape: Vec<usize>, element: ElementType, place: Place) -> Result<Self, String> {
        if shape.len() > MOST_AXES {
            return Err(format!("has {} axes; the limit is {MOST_AXES}", shape.len()));
        }
        let len = shape.iter().try_fold(1_usize, |len, &axis| len.checked_mul(axis));
        let Some((len, bytes)) = len.and_then(|len| Some((len, element.bytes(len)?))) else {
            return Err(format!("has the shape {shape:?} of {element}, too large for memory"));
        };
        place.check(&shape, element, bytes)?;
        Ok(Self { name, shape, len, element, file: 0, place, part: Part::Alone })
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

    /// The element type of the stored values.
    #[must_use]
    pub fn element(&self) -> ElementType {
        self.element
    }

    /// Whether [`TensorData::read_f32`](super::TensorData::read_f32) yields its values: floats, 8-bit floats, and 8-bit
    /// integers stored with scales.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        match self.element {
            ElementType::Float(_) => true,
            ElementType::Float8(_) => self.part != Part::Unknown,
            ElementType::Other { .. } => matches!(self.part, Part::Scaled(_)),
            ElementType::Unread { .. } => false,
        }
    }

    /// Whether it holds the scales or zero points of a quantized tensor: those of an 8-bit tensor, which
    /// [`Checkpoint::load`](super::Checkpoint::load) applies, or powers of two (`F8_E8M0`), which are never weights.
    #[must_use]
    pub fn is_companion(&self) -> bool {
        self.part == Part::Companion || self.element == ElementType::Float8(Float8::E8M0)
    }

    /// The identity of its storage; `None` without elements.
    pub(crate) fn memory(&self) -> Option<Memory<'_>> {
        let memory = || Memory { file: self.file, place: &self.place, shape: &self.shape, element: self.element };
        if self.is_empty() { None } else { Some(memory()) }
    }
}
