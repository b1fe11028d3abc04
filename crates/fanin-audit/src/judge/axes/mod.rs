//! The axes of a weight: which of its rows and columns are neurons, and which are inputs.
//!
//! Knows names and shapes, but no values.

mod by_name;
mod channels;
mod file;
mod fused;
mod kernel;
mod neighbors;
mod stack;

use fanin_core::Layout;

pub use channels::{Channels, Side};
pub(crate) use file::FileAxes;
pub(crate) use neighbors::bias_names;
pub(crate) use stack::Stack;
pub(crate) use stack::experts_at;
pub use stack::{Part, PartKind};

use super::kind;
use crate::measure::Grid;

/// The axes of a weight, or of one part of a stacked one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Axes {
    /// The shape as the layout reads it: a matrix or a kernel, in the order of memory.
    shape: Vec<usize>,
    layout: Layout,
    /// Whether names, shapes or the user distinguish neurons from inputs.
    known: bool,
    /// Whether the kernel axes lie between output and input: `[out, k..., in]`.
    inputs_last: bool,
    /// The number of inputs, and of kernels per input, of a depthwise kernel: `[k..., in, multiplier]` is read as
    /// `[k..., 1, in * multiplier]`.
    depthwise: Option<(usize, usize)>,
}

impl Axes {
    pub(crate) fn new(shape: &[usize], layout: Layout, known: bool) -> Self {
        // A leading axis of length one before a matrix is ignored.
        let shape = match shape {
            [1, rest @ ..] if rest.len() == 2 && rest[1] > 16 => rest,
            _ => shape,
        };
        Self { shape: shape.to_vec(), layout, known, inputs_last: false, depthwise: None }
    }

    /// The layout of [`Axes::shape`].
    pub(crate) fn layout(&self) -> Layout {
        self.layout
    }

    /// The shape, without axes that merely split the neurons or the inputs.
    pub(crate) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Whether neurons and inputs can be distinguished.
    pub(crate) fn is_known(&self) -> bool {
        self.known
    }

    /// The matrix view of the values.
    pub(crate) fn grid(&self) -> Grid {
        let len = self.shape.iter().product();
        if kind::axes(&self.shape) < 2 {
            return Grid::vector(len);
        }
        let columns = match (self.layout, self.shape.as_slice()) {
            (Layout::InOut | Layout::KernelOutIn, [.., last]) => *last,
            (_, [_, rest @ ..]) => rest.iter().product(),
            _ => len,
        };
        len.checked_div(columns).map_or(Grid::vector(len), |rows| Grid::matrix(rows, columns))
    }

    /// The neurons.
    pub(crate) fn neurons(&self) -> Channels {
        let (side, adjacent) = match self.layout {
            Layout::OutIn => (Side::Rows, true),
            Layout::InOut | Layout::Transposed => (Side::Columns, true),
            Layout::KernelOutIn => (Side::Rows, false),
        };
        self.channels(side, adjacent, "neuron", matches!(self.layout, Layout::Transposed | Layout::KernelOutIn))
    }

    /// The inputs.
    pub(crate) fn inputs(&self) -> Channels {
        let (side, adjacent) = match self.layout {
            Layout::OutIn => (Side::Columns, !self.inputs_last),
            Layout::InOut => (Side::Rows, false),
            Layout::Transposed => (Side::Rows, true),
            Layout::KernelOutIn => (Side::Columns, true),
        };
        self.channels(side, adjacent, "input", matches!(self.layout, Layout::OutIn | Layout::InOut))
    }

    /// `with_kernel`: whether the lines of this side also run over the positions of the kernel.
    fn channels(&self, side: Side, adjacent: bool, noun: &'static str, with_kernel: bool) -> Channels {
        let Grid { rows, columns, .. } = self.grid();
        let all = if side == Side::Rows { rows } else { columns };
        let lines = if with_kernel { self.positions() } else { 1 };
        let noun = if self.known { noun } else { side.name() };
        Channels { side, count: all / lines.max(1), lines: lines.max(1), adjacent, noun }
    }

    /// The number of positions of a kernel.
    pub(crate) fn positions(&self) -> usize {
        match (self.layout, self.shape.as_slice()) {
            (_, [] | [_] | [_, _]) => 1,
            (_, [_, kernel @ .., _]) if self.inputs_last => kernel.iter().product(),
            (layout, [kernel @ .., _, _]) if layout.kernel_first() => kernel.iter().product(),
            (_, [_, _, kernel @ ..]) => kernel.iter().product(),
        }
    }

    /// The lengths of the input and output axes.
    pub(crate) fn ends(&self) -> Option<(usize, usize)> {
        let rank = self.shape.len();
        let (inputs, outputs) = (self.layout.in_axis(rank)?, self.layout.out_axis(rank)?);
        let inputs = if self.inputs_last { rank - 1 } else { inputs };
        Some((*self.shape.get(inputs)?, *self.shape.get(outputs)?))
    }

    /// Fan-in and fan-out of a kernel without groups, because groups are not known; frameworks compute the same for
    /// `[k..., in, multiplier]`.
    pub(crate) fn fans(&self) -> (usize, usize) {
        let Grid { rows, columns, .. } = self.grid();
        let positions = self.positions();
        if let Some((inputs, multiplier)) = self.depthwise {
            return (positions * inputs, positions * multiplier);
        }
        match self.layout {
            Layout::OutIn => (columns, rows * positions),
            Layout::InOut => (rows, columns * positions),
            Layout::Transposed => (rows * positions, columns),
            Layout::KernelOutIn => (columns * positions, rows),
        }
    }
}
