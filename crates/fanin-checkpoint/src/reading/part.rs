//! The part of a tensor in a quantized layer.

/// The dequantization of an 8-bit tensor: `(stored - zero point) * scale / divisor`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scaling {
    /// The number of the tensor of scales.
    pub(super) scale: usize,
    /// The number of the tensor of zero points, which has the shape of the scales.
    pub(super) zero_point: Option<usize>,
    pub(super) divisor: u8,
    /// The size of the blocks with one scale, along each axis.
    pub(super) blocks: Vec<usize>,
}

/// The part of a tensor in a quantized layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Part {
    /// Values without scales.
    #[default]
    Alone,
    /// Values with scales.
    Scaled(Box<Scaling>),
    /// Scales or zero points of another tensor.
    Companion,
    /// Values with scales of an unknown layout.
    Unknown,
}
