//! A tensor under audit: its kind, layout and statistics.

use std::path::Path;

use fanin_core::{Distribution, Layout, ParamSpec};

use super::kind::{self, TensorKind};
use super::noise::scales::Scales;
use super::noise::{Noise, NoiseVerdict};
use crate::identify;
use crate::measure::{Grid, Lines, Statistics};
use fanin_checkpoint::reading::{Checkpoint, ElementType, ReadError, Tensor, TensorData};

/// A floating-point tensor of the checkpoint with its statistics.
#[derive(Debug)]
pub struct Subject<'a> {
    checkpoint: &'a Checkpoint,
    tensor: &'a Tensor,
    kind: TensorKind,
    layout: Layout,
    /// The assignment of the declared recipe.
    pub(crate) declared: Option<Declared>,
    /// Its statistics.
    pub(crate) statistics: Statistics,
    /// Whether its values are independent noise.
    pub(crate) noise: Noise,
}

/// The assignment of a declared recipe to a tensor.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    pub(crate) initializer: String,
    pub(crate) distribution: Distribution,
}

/// A side of a matrix: rows or columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Rows, contiguous in memory.
    Rows,
    /// Columns.
    Columns,
}

impl<'a> Subject<'a> {
    pub(crate) fn new(
        checkpoint: &'a Checkpoint,
        tensor: &'a Tensor,
        kind: TensorKind,
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

    /// The element type.
    #[must_use]
    pub fn element(&self) -> ElementType {
        self.tensor.element()
    }

    /// The file that holds it.
    #[must_use]
    pub fn file(&self) -> &'a Path {
        self.checkpoint.file_of(self.tensor)
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> TensorKind {
        self.kind
    }

    /// Whether it is the weight of a layer. A layer with one neuron is recognized by its name.
    pub(crate) fn is_layer(&self) -> bool {
        self.kind == TensorKind::Weight
            || self.kind == TensorKind::Vector && kind::is_one_line(self.name(), self.shape())
    }

    /// The values.
    ///
    /// # Errors
    /// See [`Checkpoint::load`].
    pub fn data(&self) -> Result<TensorData<'a>, ReadError> {
        self.checkpoint.load(self.tensor)
    }

    /// The matrix view of its values.
    #[must_use]
    pub fn grid(&self) -> Grid {
        grid(self.shape(), self.tensor.len(), self.layout)
    }

    /// The lines that hold the incoming weights of one neuron each.
    #[must_use]
    pub fn neurons(&self) -> Side {
        match self.layout {
            Layout::OutIn | Layout::Transposed => Side::Rows,
            Layout::InOut | Layout::KernelOutIn => Side::Columns,
        }
    }

    /// The statistics of rows or columns, if they are kept.
    #[must_use]
    pub fn lines(&self, side: Side) -> Option<&Lines> {
        match side {
            Side::Rows => self.statistics.rows.as_ref(),
            Side::Columns => self.statistics.columns.as_ref(),
        }
    }

    /// Detects orthogonal matrices among structured ones. Their vectors have equal norms, which is checked first so that trained
    /// matrices are not read again.
    pub(crate) fn look_for_orthogonal_vectors(&mut self, data: &TensorData<'_>) {
        if self.noise.verdict != NoiseVerdict::Structured
            || ![Side::Rows, Side::Columns].into_iter().any(|side| self.has_one_length(side))
        {
            return;
        }
        let Ok(param) = ParamSpec::new(self.name(), self.shape()) else { return };
        if identify::is_orthogonal(data, &param.with_layout(self.layout)) {
            self.noise.verdict = NoiseVerdict::Orthogonal;
        }
    }

    /// Whether all nonzero lines have the same norm, to 16-bit precision.
    fn has_one_length(&self, side: Side) -> bool {
        let squares =
            self.lines(side).into_iter().flat_map(|lines| &lines.squares).copied().filter(|square| *square > 0.0);
        let (least, greatest) = squares.fold((f64::INFINITY, 0.0_f64), |(a, b), square| (a.min(square), b.max(square)));
        greatest > 0.0 && greatest <= 1.04 * least
    }

    /// The scales of known initializers for its fans.
    pub(crate) fn scales(&self) -> Scales {
        let (fan_in, fan_out) = self.fans();
        Scales::of(fan_in, fan_out, kind::is_recurrent(self.name()))
    }

    /// Fan-in and fan-out, by the layout.
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
    /// The other side.
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

/// Returns the matrix view of a tensor.
pub(crate) fn grid(shape: &[usize], len: usize, layout: Layout) -> Grid {
    if kind::axes(shape) < 2 {
        return Grid::vector(len);
    }
    // Ignores a first axis of length one before a matrix, such as the directions of an ONNX LSTM.
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
