//! Memory of the caller: an address, checked against what the caller says about it. The only module with `unsafe`.
#![expect(unsafe_code, reason = "arrays and tensors are given by address")]

use std::slice;

use fanin_core::values::Dtype;
use fanin_core::{Element, ParamViewMut};
use half::{bf16, f16};

/// The elements of a block in memory.
#[derive(Debug)]
pub(crate) struct Memory {
    /// The address of the element at index (0, ..., 0).
    first: usize,
    dtype: Dtype,
    shape: Vec<usize>,
    /// In elements.
    strides: Vec<isize>,
    /// The number of elements.
    len: usize,
    /// The addresses of the first byte, and of the byte after the last.
    span: (usize, usize),
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
        let strides = match strides {
            Some(strides) if strides.len() == shape.len() => strides,
            Some(strides) => {
                return Err(format!("{} strides for the {} axes of {shape:?}", strides.len(), shape.len()));
            }
            None => row_major(&shape),
        };
        let len: usize = shape.iter().product();
        if len == 0 {
            return Ok(Self { first: address, dtype, shape, strides, len, span: (address, address) });
        }
        let size = dtype.bytes();
        if address == 0 || !address.is_multiple_of(size) {
            return Err(format!("the address {address:#x} is not aligned to the {size} bytes of {dtype}; use a copy"));
        }
        let (mut low, mut high) = (offset as i128, offset as i128);
        let mut steps: Vec<(i128, i128)> = Vec::new();
        for (length, stride) in shape.iter().zip(&strides).filter(|(length, _)| **length > 1) {
            let reach = (*length as i128 - 1) * *stride as i128;
            (low, high) = (low + reach.min(0), high + reach.max(0));
            steps.push(((*stride as i128).abs(), reach.abs()));
        }
        if low < 0 || (high + 1) * size as i128 > bytes as i128 || address.checked_add(bytes).is_none() {
            return Err(format!(
                "elements {low} to {high} of {dtype} are outside of the {bytes} bytes of memory; check shape, strides \
                 and offset"
            ));
        }
        steps.sort_unstable();
        let mut reached = 0;
        for (stride, reach) in steps {
            if stride <= reached {
                return Err(format!(
                    "elements of shape {shape:?} with strides {strides:?} share memory; use a copy, such as \
                     array.copy()"
                ));
            }
            reached += reach;
        }
        // No overflow: the elements lie in the memory.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the memory")]
        let at = |element: i128| address + element as usize * size;
        Ok(Self { first: at(offset as i128), dtype, shape, strides, len, span: (at(low), at(high + 1)) })
    }

    pub(crate) fn dtype(&self) -> Dtype {
        self.dtype
    }

    pub(crate) fn shape(&self) -> &[usize] {
        &self.shape
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The addresses of the first byte, and of the byte after the last.
    pub(crate) fn span(&self) -> (usize, usize) {
        self.span
    }

    /// Calls `work` with the elements as a window of a parameter that begins at `start`, if they lie in memory in
    /// row-major order.
    pub(crate) fn with_view<R>(&self, start: u64, work: impl FnOnce(ParamViewMut<'_>) -> R) -> Option<R> {
        match self.dtype {
            Dtype::F32 => self.with_slice(|data: &mut [f32]| work(ParamViewMut::window(data, start))),
            Dtype::F64 => self.with_slice(|data: &mut [f64]| work(ParamViewMut::window(data, start))),
            Dtype::F16 => self.with_slice(|data: &mut [f16]| work(ParamViewMut::window(data, start))),
            Dtype::BF16 => self.with_slice(|data: &mut [bf16]| work(ParamViewMut::window(data, start))),
        }
    }

    fn with_slice<T: Element, R>(&self, work: impl FnOnce(&mut [T]) -> R) -> Option<R> {
        if self.len == 0 {
            return Some(work(&mut []));
        }
        let plain = row_major(&self.shape);
        let mut axes = self.shape.iter().zip(self.strides.iter().zip(&plain)).filter(|(length, _)| **length > 1);
        if !axes.all(|(_, (stride, plain))| stride == plain) {
            return None;
        }
        // SAFETY: `new` has checked that `len` elements from `first` on are aligned and within the memory, which the caller
        // of `fill_blocks` keeps alive and lends for writing; blocks that share memory are filled one after another.
        let data = unsafe { slice::from_raw_parts_mut(self.first as *mut T, self.len) };
        Some(work(data))
    }

    /// Writes all elements, in row-major order of their indices.
    pub(crate) fn scatter<T: Element>(&self, mut values: impl Iterator<Item = T>) {
        assert_eq!(T::DTYPE, self.dtype);
        let mut index = vec![0; self.shape.len()];
        for _ in 0..self.len {
            let offset: isize = index.iter().zip(&self.strides).map(|(index, stride)| *index as isize * stride).sum();
            if let Some(value) = values.next() {
                // SAFETY: as in `with_slice`; every index in the shape has its element in the memory.
                unsafe { (self.first as *mut T).offset(offset).write(value) };
            }
            for (index, length) in index.iter_mut().zip(&self.shape).rev() {
                *index += 1;
                if *index < *length {
                    break;
                }
                *index = 0;
            }
        }
    }
}

fn row_major(shape: &[usize]) -> Vec<isize> {
    let mut strides = vec![1; shape.len()];
    for axis in (1..shape.len()).rev() {
        strides[axis - 1] = strides[axis] * isize::try_from(shape[axis].max(1)).unwrap_or(isize::MAX);
    }
    strides
}
