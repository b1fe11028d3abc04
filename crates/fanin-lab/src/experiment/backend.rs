//! The choice of a backend.

use std::fmt;
use std::str::FromStr;

use fanin_core::values::Dtype;

use super::ExperimentError;
use super::lane::Lane;
use crate::record::LaneRecord;

/// A backend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Backend {
    /// `fanin-ndarray`.
    #[default]
    Ndarray,
    /// `fanin-candle`, on the CPU.
    Candle,
}

impl Backend {
    /// All backends.
    pub const ALL: [Self; 2] = [Self::Ndarray, Self::Candle];

    /// Trains one lane.
    pub(super) fn run(self, dtype: Dtype, lane: &Lane<'_>) -> Result<LaneRecord, ExperimentError> {
        match (self, dtype) {
            (Self::Ndarray, Dtype::F64) => lane.run::<fanin_ndarray::Mlp<f64>>(),
            (Self::Ndarray, _) => lane.run::<fanin_ndarray::Mlp<f32>>(),
            (Self::Candle, Dtype::F64) => lane.run::<fanin_candle::Mlp<f64>>(),
            (Self::Candle, _) => lane.run::<fanin_candle::Mlp<f32>>(),
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ndarray => "ndarray",
            Self::Candle => "candle",
        })
    }
}

impl FromStr for Backend {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|backend| backend.to_string() == text);
        known.ok_or_else(|| format!("unknown backend '{text}'; the backends are ndarray and candle"))
    }
}
