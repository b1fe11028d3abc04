//! Axes of a parameter.

use std::fmt;
use std::str::FromStr;

use super::ParamSpec;

/// An axis, given by index or by its role in the layout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Axis {
    /// The output axis; the only axis of a vector.
    #[default]
    Out,
    /// The input axis.
    In,
    /// The axis with this zero-based index, outermost first.
    At(usize),
}

impl Axis {
    /// Returns the index of the axis in `param`, or the reason why there is none.
    pub(crate) fn of(self, param: &ParamSpec) -> Result<usize, String> {
        let rank = param.shape().len();
        let axis = match (self, param.layout()) {
            (Self::At(axis), _) if axis < rank => Some(axis),
            (Self::At(axis), _) => {
                return Err(format!("it has {rank} axes, so axis {axis} does not exist; use a smaller number"));
            }
            (Self::Out, _) if rank == 1 => Some(0),
            (Self::Out, Some(layout)) => layout.out_axis(rank),
            (Self::In, Some(layout)) => layout.in_axis(rank),
            _ => None,
        };
        let reason = match (rank, param.layout()) {
            (0, _) => "a scalar has no axis; use an initializer that needs none",
            (1, _) => "a vector has no input axis; use the axis number",
            _ => "its layout is unknown; state a layout, or use the axis number",
        };
        axis.ok_or_else(|| format!("axis {self}: {reason}"))
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Out => f.pad("out"),
            Self::In => f.pad("in"),
            Self::At(axis) => axis.fmt(f),
        }
    }
}

impl FromStr for Axis {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "out" => Ok(Self::Out),
            "in" => Ok(Self::In),
            number => number.parse().map(Self::At).map_err(|_| "out, in or an axis number, from 0".to_owned()),
        }
    }
}
