//! The elements of a block in strided memory, each with its index in the parameter.
//!
//! Knows positions, indices and memory; [`kernels`] adds the values of a kernel.

mod kernels;
mod transposed;

use std::ops::Range;

use half::{bf16, f16};

use super::dtype::Dtype;
use super::element::Element;
use super::machine::StridedMut;
use super::runs::{Run, Runs};

pub(crate) use kernels::InStream;

/// The number of elements that are gathered or scattered at a time.
const CHUNK: usize = 256;

/// Elements of one type at the positions of a block.
#[derive(Debug)]
pub struct Scattered<'a, T> {
    memory: StridedMut<'a, T>,
    runs: &'a Runs,
    /// The position in `runs` of the memory's position 0.
    first: usize,
    /// Subtracted from the indices of `runs`.
    shift: u64,
}

/// Scattered elements of one of the four types.
#[derive(Debug)]
pub enum AnyScattered<'a> {
    /// 32-bit floats.
    F32(Scattered<'a, f32>),
    /// 64-bit floats.
    F64(Scattered<'a, f64>),
    /// IEEE 754 half precision.
    F16(Scattered<'a, f16>),
    /// bfloat16.
    BF16(Scattered<'a, bf16>),
}

/// Evaluates an expression for the elements of any type.
macro_rules! each {
    ($any:expr, $elements:ident => $body:expr) => {
        match $any {
            $crate::values::AnyScattered::F32($elements) => $body,
            $crate::values::AnyScattered::F64($elements) => $body,
            $crate::values::AnyScattered::F16($elements) => $body,
            $crate::values::AnyScattered::BF16($elements) => $body,
        }
    };
}
pub(crate) use each;

impl AnyScattered<'_> {
    /// Returns the number of elements.
    pub(crate) fn len(&self) -> usize {
        each!(self, elements => elements.len())
    }

    /// Returns the range of indices from the first element to the last.
    pub(crate) fn hull(&self) -> Range<u64> {
        each!(self, elements => elements.hull())
    }

    /// Returns the element type.
    pub(crate) fn dtype(&self) -> Dtype {
        match self {
            Self::F32(_) => Dtype::F32,
            Self::F64(_) => Dtype::F64,
            Self::F16(_) => Dtype::F16,
            Self::BF16(_) => Dtype::BF16,
        }
    }

    /// Reborrows the same memory for a shorter lifetime.
    pub(crate) fn reborrow(&mut self) -> AnyScattered<'_> {
        match self {
            Self::F32(elements) => AnyScattered::F32(elements.reborrow()),
            Self::F64(elements) => AnyScattered::F64(elements.reborrow()),
            Self::F16(elements) => AnyScattered::F16(elements.reborrow()),
            Self::BF16(elements) => AnyScattered::BF16(elements.reborrow()),
        }
    }
}

impl<'a, T: Element> Scattered<'a, T> {
    /// Assigns the elements of a block to memory with as many positions.
    pub(crate) fn new(memory: StridedMut<'a, T>, runs: &'a Runs) -> Self {
        Self { memory, runs, first: 0, shift: 0 }
    }

    /// Returns the number of elements.
    pub(crate) fn len(&self) -> usize {
        self.memory.positions().len()
    }

    /// Returns the positions in `runs`.
    fn positions(&self) -> Range<usize> {
        let Range { start, end } = self.memory.positions();
        start + self.first..end + self.first
    }

    /// Returns the range of indices from the first element to the last.
    pub(crate) fn hull(&self) -> Range<u64> {
        let Range { start, end } = self.positions();
        if start == end {
            return 0..0;
        }
        self.runs.index(start) - self.shift..self.runs.index(end - 1) - self.shift + 1
    }

    /// Returns the number of elements whose index is below `index`.
    pub(crate) fn count_below(&self, index: u64) -> usize {
        self.runs.count_below(self.positions(), index.saturating_add(self.shift))
    }

    /// Reborrows the same memory for a shorter lifetime.
    pub(crate) fn reborrow(&mut self) -> Scattered<'_, T> {
        Scattered { memory: self.memory.reborrow(), runs: self.runs, first: self.first, shift: self.shift }
    }

    /// Returns a range of the elements, counted from the first, with `shift` subtracted from their indices.
    pub(crate) fn part(&mut self, range: Range<usize>, shift: u64) -> Scattered<'_, T> {
        let start = self.memory.positions().start;
        let (before, _) = self.memory.reborrow().split_at(start + range.end);
        let (_, memory) = before.split_at(start + range.start);
        Scattered { memory, runs: self.runs, first: self.first, shift: self.shift + shift }
    }

    /// Returns the same elements in other memory, which has as many positions.
    pub(crate) fn in_memory<'b, U>(&self, memory: StridedMut<'b, U>) -> Scattered<'b, U>
    where
        'a: 'b,
    {
        Scattered { memory, runs: self.runs, first: self.positions().start, shift: self.shift }
    }

    /// Splits the elements in two, the first with at most `count` elements.
    fn split_at(self, count: usize) -> (Self, Self) {
        let Self { memory, runs, first, shift } = self;
        let position = memory.positions().start.saturating_add(count);
        let (before, after) = memory.split_at(position);
        let part = |memory| Self { memory, runs, first, shift };
        (part(before), part(after))
    }

    /// Splits the elements into pieces of at most `count`.
    pub(crate) fn pieces(self, count: usize) -> Vec<Self> {
        let mut pieces = Vec::with_capacity(self.len() / count.max(1) + 1);
        let mut rest = self;
        while rest.len() > 0 {
            let (now, later) = rest.split_at(count.max(1));
            pieces.push(now);
            rest = later;
        }
        pieces
    }

    /// Calls `visit` with every run and the memory. Positions in the run are those of the memory.
    pub(crate) fn runs(&mut self, mut visit: impl FnMut(&mut StridedMut<'a, T>, Run)) {
        let (runs, positions, first, shift) = (self.runs, self.positions(), self.first, self.shift);
        runs.for_each(positions, |run| {
            visit(&mut self.memory, Run { index: run.index - shift, position: run.position - first, len: run.len });
        });
    }

    /// Calls `visit` with the indices of every run.
    pub(crate) fn for_each_run(&self, mut visit: impl FnMut(Range<u64>)) {
        self.runs.for_each(self.positions(), |run| {
            let index = run.index - self.shift;
            visit(index..index + run.len as u64);
        });
    }

    /// Replaces every element by `value(number, index, before)`, where `number` counts the elements from 0. The order is
    /// that of memory.
    pub(crate) fn update(&mut self, mut value: impl FnMut(usize, u64, T) -> T) {
        let start = self.positions().start;
        self.reborrow().in_memory_order(true, |mut elements| {
            let first = elements.positions().start - start;
            elements.update_runs(|number, index, before| value(first + number, index, before));
        });
    }

    fn update_runs(&mut self, mut value: impl FnMut(usize, u64, T) -> T) {
        let start = self.memory.positions().start;
        self.runs(|memory, run| {
            if let Some(elements) = memory.slice(run.position, run.len) {
                for (offset, element) in elements.iter_mut().enumerate() {
                    *element = value(run.position + offset - start, run.index + offset as u64, *element);
                }
                return;
            }
            let mut done = 0;
            while done < run.len {
                let mut chunk = [T::default(); CHUNK];
                let chunk = &mut chunk[..CHUNK.min(run.len - done)];
                memory.read(run.position + done, chunk);
                for (offset, element) in (done..).zip(chunk.iter_mut()) {
                    *element = value(run.position + offset - start, run.index + offset as u64, *element);
                }
                memory.write(run.position + done, chunk);
                done += chunk.len();
            }
        });
    }

    /// Sets every element to `value(index)`.
    pub(crate) fn set_each(&mut self, mut value: impl FnMut(u64) -> T) {
        self.reborrow().in_memory_order(false, |mut elements| elements.update_runs(|_, index, _| value(index)));
    }

    /// Sets the element at an index, if it is one of these.
    pub(crate) fn set(&mut self, index: u64, value: T) {
        let Some(position) = index.checked_add(self.shift).and_then(|index| self.runs.position(index)) else { return };
        if self.positions().contains(&position) {
            self.memory.write(position - self.first, &[value]);
        }
    }

    /// Copies every element into a window that begins at index `start`.
    pub(crate) fn copy_to(&self, window: &mut [T], start: u64) {
        self.runs.for_each(self.positions(), |run| {
            let offset = usize::try_from((run.index - self.shift).saturating_sub(start)).unwrap_or(usize::MAX);
            if let Some(part) = window.get_mut(offset..offset.saturating_add(run.len)) {
                self.memory.read(run.position - self.first, part);
            }
        });
    }

    /// Sets every element to its value in a window that begins at index `start`.
    pub(crate) fn copy_from(&mut self, window: &[T], start: u64) {
        self.runs(|memory, run| {
            let offset = usize::try_from(run.index.saturating_sub(start)).unwrap_or(usize::MAX);
            if let Some(part) = window.get(offset..offset.saturating_add(run.len)) {
                memory.write(run.position, part);
            }
        });
    }
}
