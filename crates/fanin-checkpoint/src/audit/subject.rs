//! A tensor under audit: what it is, how it is laid out, what the pass has counted.

use std::path::Path;

use fanin_core::{Distribution, Layout, ParamSpec};

use super::kind::{self, Kind};
use super::noise::scales::Scales;
use super::noise::{Noise, Verdict};
use super::pass::{Grid, Lines, Statistics};
use super::rules;
use crate::identify;
use crate::reading::{Checkpoint, ElementType, ReadError, Tensor, TensorData};

/// A floating tensor of the checkpoint with its statistics.
#[derive(Debug)]
pub struct Subject<'a> {
    checkpoint: &'a Checkpoint,
    tensor: &'a Tensor,
    kind: Kind,
    layout: Layout,
    /// What the recipe gives to it, if one was declared.
    pub(super) declared: Option<Declared>,
    /// What the pass has counted.
    pub(super) statistics: Statistics,
    /// Whether its values are independent noise.
    pub(super) noise: Noise,
}

/// What a declared recipe says of a tensor.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub(super) initializer: String,
    pub(super) distribution: Distribution,
}

/// Which lines of a matrix belong to one neuron each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Rows, contiguous in memory.
    Rows,
    /// Columns.
    Columns,
}

impl<'a> Subject<'a> {
    pub(super) fn new(
        checkpoint: &'a Checkpoint,
        tensor: &'a Tensor,
        kind: Kind,
        layout: Layout,
        statistics: Statistics,
    ) -> Self {
        Self { checkpoint, tensor, kind, layout, declared: None, statistics, noise: Noise::unknown() }
    }

    /// The full name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.tensor.name()
    }

    /// The axes, outermost first.
    #[must_use]
    pub fn shape(&self) -> &'a [usize] {
        self.tensor.shape()
    }

    /// The type of an element.
    #[must_use]
    pub fn element(&self) -> ElementType {
        self.tensor.element()
    }

    /// The file in which it lies.
    #[must_use]
    pub fn file(&self) -> &'a Path {
        self.checkpoint.file_of(self.tensor)
    }

    /// What it is for.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether it is a layer's weight: of many neurons, or, by its name, of one, which is a vector.
    pub(super) fn is_layer(&self) -> bool {
        self.kind == Kind::Weight || self.kind == Kind::Vector && kind::is_one_line(self.name(), self.shape())
    }

    /// The values.
    ///
    /// # Errors
    /// [`ReadError`], as of [`Checkpoint::load`].
    pub fn data(&self) -> Result<TensorData<'a>, ReadError> {
        self.checkpoint.load(self.tensor)
    }

    /// The matrix that it is read as.
    #[must_use]
    pub fn grid(&self) -> Grid {
        grid(self.shape(), self.tensor.len(), self.layout)
    }

    /// Which lines are neurons: each has the weights that come into it.
    #[must_use]
    pub fn neurons(&self) -> Side {
        match self.layout {
            Layout::OutIn | Layout::Transposed => Side::Rows,
            Layout::InOut | Layout::KernelOutIn => Side::Columns,
        }
    }

    /// The statistics of the lines on a side, if they are kept.
    #[must_use]
    pub fn lines(&self, side: Side) -> Option<&Lines> {
        match side {
            Side::Rows => self.statistics.rows.as_ref(),
            Side::Columns => self.statistics.columns.as_ref(),
        }
    }

    /// Tells matrices of orthogonal vectors from other structure. The vectors have one length, which is looked at first: training
    /// leaves none such, so that its matrices are not read again.
    pub(super) fn look_for_orthogonal_vectors(&mut self, data: &TensorData<'_>) {
        if self.noise.verdict != Verdict::Structured
            || ![Side::Rows, Side::Columns].into_iter().any(|side| self.has_one_length(side))
        {
            return;
        }
        let Ok(param) = ParamSpec::new(self.name(), self.shape()) else { return };
        if identify::is_orthogonal(data, &param.with_layout(self.layout)) {
            self.noise.verdict = Verdict::Orthogonal;
        }
    }

    /// Whether all lines that are not zero have the same norm, as far as 16 bits can tell.
    fn has_one_length(&self, side: Side) -> bool {
        let squares =
            self.lines(side).into_iter().flat_map(|lines| &lines.squares).copied().filter(|square| *square > 0.0);
        let (least, greatest) = squares.fold((f64::INFINITY, 0.0_f64), |(a, b), square| (a.min(square), b.max(square)));
        greatest > 0.0 && greatest <= 1.04 * least
    }

    /// The scales of known initializers for its fans.
    pub(super) fn scales(&self) -> Scales {
        let (fan_in, fan_out) = self.fans();
        Scales::of(fan_in, fan_out, rules::is_recurrent(self.name()))
    }

    /// The inputs of one neuron and the neurons that one input reaches, by the layout.
    #[must_use]
    pub fn fans(&self) -> (usize, usize) {
        let Grid { rows, columns, .. } = self.grid();
        let positions: usize = match self.shape() {
            [_, _] | [_] | [] => 1,
            [_, _, kernel @ ..] if self.neurons() == Side::Rows => kernel.iter().product(),
            [kernel @ .., _, _] => kernel.iter().product(),
        };
        match self.layout {
            Layout::OutIn => (columns, rows * positions),
            Layout::InOut => (rows, columns * positions),
            Layout::Transposed => (rows * positions, columns),
            Layout::KernelOutIn => (columns * positions, rows),
        }
    }
}

impl Side {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Rows => Self::Columns,
            Self::Columns => Self::Rows,
        }
    }

    /// `row` or `column`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rows => "row",
            Self::Columns => "column",
        }
    }
}

/// The matrix that a tensor of a layout is read as.
pub(super) fn grid(shape: &[usize], len: usize, layout: Layout) -> Grid {
    if kind::axes(shape) < 2 {
        return Grid::vector(len);
    }
    // A first axis of one that stands before a matrix says nothing: an ONNX LSTM has one for its directions.
    let shape = match shape {
        [1, rest @ ..] if rest.len() == 2 && rest[1] > 16 => rest,
        _ => shape,
    };
    let columns = match (layout, shape) {
        (Layout::InOut | Layout::KernelOutIn, [.., last]) => *last,
        (_, [_, rest @ ..]) => rest.iter().product(),
        _ => len,
    };
    len.checked_div(columns).map_or(Grid::vector(len), |rows| Grid::matrix(rows, columns))
}
