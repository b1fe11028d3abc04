//! A tensor under audit: its kind, layout and statistics.

use std::path::Path;

use fanin_core::{Distribution, ParamSpec};

use super::axes::{Axes, Channels, Part, Side, Stack};
use super::contamination::Contamination;
use super::kind::{self, TensorKind};
use super::noise::scales::Scales;
use super::noise::{Noise, NoiseVerdict};
use super::orthogonal;
use crate::measure::{Grid, Lines, Statistics};
use fanin_checkpoint::reading::{Checkpoint, ElementType, ReadError, Tensor, TensorData};

/// A floating-point tensor of the checkpoint with its statistics, or one part of a stacked tensor, such as an expert.
#[derive(Debug)]
pub struct Subject<'a> {
    checkpoint: &'a Checkpoint,
    tensor: &'a Tensor,
    part: Option<Part>,
    shape: &'a [usize],
    kind: TensorKind,
    axes: Axes,
    /// The assignment of the declared recipe.
    pub(crate) declared: Option<Declared>,
    /// Its statistics.
    pub(crate) statistics: Statistics,
    /// Whether its values are independent noise.
    pub(crate) noise: Noise,
    /// Values among random ones that no initializer generates.
    pub(crate) contamination: Option<Contamination>,
}

/// The assignment of a declared recipe to a tensor.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    pub(crate) initializer: String,
    pub(crate) distribution: Distribution,
}

impl<'a> Subject<'a> {
    /// A tensor, or the part of a stack with this index.
    pub(crate) fn new(
        checkpoint: &'a Checkpoint,
        tensor: &'a Tensor,
        part: Option<(Stack, usize)>,
        axes: Axes,
        statistics: Statistics,
    ) -> Self {
        let shape = part.map_or(tensor.shape(), |(stack, _)| tensor.shape().get(stack.axes..).unwrap_or_default());
        let kind = TensorKind::of(tensor.name(), shape);
        let part = part.map(|(stack, index)| stack.part(index));
        Self {
            checkpoint,
            tensor,
            part,
            shape,
            kind,
            axes,
            declared: None,
            statistics,
            noise: Noise::unknown(),
            contamination: None,
        }
    }

    /// Replaces the kind that the name alone suggests.
    pub(crate) fn set_kind(&mut self, kind: TensorKind) {
        self.kind = kind;
    }

    /// The full name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.tensor.name()
    }

    /// The part of the tensor, if it is stacked.
    #[must_use]
    pub fn part(&self) -> Option<Part> {
        self.part
    }

    /// The axes of the tensor, or of this part, outermost first.
    #[must_use]
    pub fn shape(&self) -> &'a [usize] {
        self.shape
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
        let data = self.checkpoint.load(self.tensor)?;
        let Some(part) = self.part else { return Ok(data) };
        let len = self.tensor.len() / part.of.max(1);
        Ok(data.into_window(part.index * len..(part.index + 1) * len))
    }

    /// The matrix view of its values.
    #[must_use]
    pub fn grid(&self) -> Grid {
        self.axes.grid()
    }

    /// The neurons of a weight: its incoming weights lie along these lines.
    #[must_use]
    pub fn neurons(&self) -> Channels {
        self.axes.neurons()
    }

    /// The inputs of a weight.
    #[must_use]
    pub fn inputs(&self) -> Channels {
        self.axes.inputs()
    }

    /// The lengths of the input and output axes.
    pub(crate) fn ends(&self) -> Option<(usize, usize)> {
        self.axes.ends()
    }

    /// Whether neurons and inputs can be distinguished.
    #[must_use]
    pub fn knows_axes(&self) -> bool {
        self.axes.is_known()
    }

    /// The statistics of rows or columns, if they are kept.
    #[must_use]
    pub fn lines(&self, side: Side) -> Option<&Lines> {
        match side {
            Side::Rows => self.statistics.rows.as_ref(),
            Side::Columns => self.statistics.columns.as_ref(),
        }
    }

    /// Detects orthogonal matrices, of which small ones may pass as noise. Their vectors have equal norms, which is checked first so that
    /// other matrices are not read again.
    pub(crate) fn look_for_orthogonal_vectors(&mut self, data: &TensorData<'_>) {
        if !matches!(self.noise.verdict, NoiseVerdict::Structured | NoiseVerdict::Noise)
            || ![Side::Rows, Side::Columns].into_iter().any(|side| self.has_one_length(side))
        {
            return;
        }
        let Ok(param) = ParamSpec::new(self.name(), self.axes.shape()) else { return };
        if orthogonal::orthogonal(data, &param.with_layout(self.axes.layout())).is_some() {
            self.noise.verdict = NoiseVerdict::Orthogonal;
        }
    }

    /// Looks for random values mixed with others.
    pub(crate) fn look_for_contamination(&mut self, data: &TensorData<'_>) {
        if matches!(self.noise.verdict, NoiseVerdict::Structured | NoiseVerdict::Noise) {
            self.contamination = Contamination::of(data, &self.statistics, self.grid());
            if let Some(Contamination { family, std, .. }) = self.contamination {
                self.noise = Noise { verdict: NoiseVerdict::Noise, family, std, p: 1.0, ..Noise::unknown() };
            }
        }
    }

    /// Whether all nonzero lines have the same norm, to 16-bit precision.
    fn has_one_length(&self, side: Side) -> bool {
        let squares =
            self.lines(side).into_iter().flat_map(|lines| &lines.squares).copied().filter(|square| *square > 0.0);
        let (least, greatest) = squares.fold((f64::INFINITY, 0.0_f64), |(a, b), square| (a.min(square), b.max(square)));
        greatest > 0.0 && greatest <= 1.04 * least
    }

    /// The named initializers that could have drawn it, given its fans.
    pub(crate) fn scales(&self) -> Scales {
        let (fan_in, fan_out) = self.fans();
        Scales::of(self.name(), fan_in, fan_out)
    }

    /// Fan-in and fan-out, given the layout.
    #[must_use]
    pub fn fans(&self) -> (usize, usize) {
        self.axes.fans()
    }
}
