//! Memory of the caller: an address, checked against what the caller says about it. The only module with `unsafe`.
#![expect(unsafe_code, reason = "arrays and tensors are given by address")]

use std::slice;

use fanin_core::param::{Block, StrideError, StridedMut};
use fanin_core::values::Dtype;
use fanin_core::{Element, InitError, Initializer, Key, ParamSpec, ParamViewMut, fill_block};
use half::{bf16, f16};

/// The elements of a block in memory.
#[derive(Debug)]
pub(crate) struct Memory {
    /// The address of the element at index (0, ..., 0); 0 if there are no elements.
    first: usize,
    dtype: Dtype,
    shape: Vec<usize>,
    /// In elements.
    strides: Vec<isize>,
    /// The addresses of the first byte, and of the byte after the last.
    span: (usize, usize),
}

/// Evaluates an expression with `T` as the element type.
macro_rules! each {
    ($dtype:expr, $type:ident => $body:expr) => {
        match $dtype {
            Dtype::F32 => {
                type $type = f32;
                $body
            }
            Dtype::F64 => {
                type $type = f64;
                $body
            }
            Dtype::F16 => {
                type $type = f16;
                $body
            }
            Dtype::BF16 => {
                type $type = bf16;
                $body
            }
        }
    };
}

impl Memory {
    /// Checks that all elements lie in the memory, apart from each other. Returns the problem in words.
    pub(crate) fn new(
        (address, bytes): (usize, usize),
        dtype: Dtype,
        shape: Vec<usize>,
        strides: Option<Vec<isize>>,
        offset: isize,
    ) -> Result<Self, String> {
        let strides = strides.unwrap_or_else(|| row_major(&shape));
        let is_empty = shape.contains(&0);
        let size = dtype.bytes() as i128;
        let (mut low, mut high) = (offset as i128, offset as i128);
        for (length, stride) in shape.iter().zip(&strides).filter(|(length, _)| **length > 1) {
            let reach = (*length as i128 - 1).saturating_mul(*stride as i128);
            (low, high) = (low.saturating_add(reach.min(0)), high.saturating_add(reach.max(0)));
        }
        let inside = low >= 0 && high.saturating_add(1).saturating_mul(size) <= bytes as i128;
        if !is_empty && address != 0 && !(inside && address.checked_add(bytes).is_some()) {
            return Err(format!(
                "elements {low} to {high} of {dtype} are outside of the {bytes} bytes of memory; check shape, strides \
                 and offset"
            ));
        }
        // No overflow: the elements lie in the memory.
        #[expect(clippy::cast_sign_loss, reason = "within the memory")]
        let at = |element: i128| if is_empty || address == 0 { 0 } else { address + (element * size) as usize };
        let (first, span) = (at(offset as i128), (at(low), at(high + 1)));
        let memory = Self { first, dtype, shape, strides, span };
        each!(dtype, T => memory.lend::<T>().map(|_| ())).map_err(|error| error.to_string())?;
        Ok(memory)
    }

    pub(crate) fn dtype(&self) -> Dtype {
        self.dtype
    }

    pub(crate) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The addresses of the first byte, and of the byte after the last.
    pub(crate) fn span(&self) -> (usize, usize) {
        self.span
    }

    /// Fills the elements with the values of a block.
    pub(crate) fn fill_block(
        &self,
        initializer: &dyn Initializer,
        param: &ParamSpec,
        key: Key<'_>,
        block: &Block,
    ) -> Result<(), InitError> {
        let refuse = |error: StrideError| InitError::Block { name: param.name().to_owned(), reason: error.to_string() };
        each!(self.dtype, T => fill_block(initializer, param, key, block, self.lend::<T>().map_err(refuse)?))
    }

    /// Fills a vector with consecutive elements of the flattened parameter, from `start` on.
    pub(crate) fn fill_window(
        &self,
        initializer: &dyn Initializer,
        param: &ParamSpec,
        key: Key<'_>,
        start: u64,
    ) -> Result<(), InitError> {
        each!(self.dtype, T => initializer.fill(param, key, ParamViewMut::window(self.vector::<T>(), start)))
    }

    fn lend<T: Element>(&self) -> Result<StridedMut<'_, T>, StrideError> {
        // SAFETY: `new` has checked that all elements lie in the memory, which the caller of `fill_blocks` keeps alive and
        // lends for writing; it is initialized, as any memory that another language hands out for reading; and blocks that
        // may share elements are filled one after another.
        unsafe { StridedMut::from_raw_parts(self.first as *mut T, &self.shape, &self.strides) }
    }

    #[expect(clippy::mut_from_ref, reason = "the memory is the caller's, and is lent once at a time")]
    fn vector<T: Element>(&self) -> &mut [T] {
        match self.shape[..] {
            // SAFETY: as in `lend`; a vector without a stride is contiguous.
            [len] if len > 0 && self.strides == [1] => unsafe { slice::from_raw_parts_mut(self.first as *mut T, len) },
            _ => &mut [],
        }
    }
}

fn row_major(shape: &[usize]) -> Vec<isize> {
    let mut strides = vec![1_isize; shape.len()];
    for axis in (1..shape.len()).rev() {
        let length = isize::try_from(shape[axis].max(1)).unwrap_or(isize::MAX);
        strides[axis - 1] = strides[axis].saturating_mul(length);
    }
    strides
}
