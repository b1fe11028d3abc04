//! The numbers that a network can be made of.

use candle_core::{CpuStorage, WithDType};
use fanin_core::Lend;

/// `f32` or `f64`: what candle trains in, and initialisers can fill.
pub trait Float: WithDType + Lend {
    /// The memory of a tensor of this type; `None` if it is of another type.
    fn storage_mut(storage: &mut CpuStorage) -> Option<&mut [Self]>;
}

impl Float for f32 {
    fn storage_mut(storage: &mut CpuStorage) -> Option<&mut [Self]> {
        if let CpuStorage::F32(values) = storage { Some(values) } else { None }
    }
}

impl Float for f64 {
    fn storage_mut(storage: &mut CpuStorage) -> Option<&mut [Self]> {
        if let CpuStorage::F64(values) = storage { Some(values) } else { None }
    }
}
