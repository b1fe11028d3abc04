//! The numbers that a tensor can be made of.

use candle_core::{CpuStorage, WithDType};
use fanin_core::param::Lend;
use half::{bf16, f16};

/// `f32`, `f64`, [`f16`](struct@f16) or [`bf16`]: what a tensor of candle holds, and initializers can fill.
pub trait Stored: WithDType + Lend {
    /// The memory of a tensor of this type; `None` if it is of another type.
    fn storage_mut(storage: &mut CpuStorage) -> Option<&mut [Self]>;
}

/// `f32` or `f64`: what [`Mlp`](crate::Mlp) trains in.
pub trait Float: Stored {}

macro_rules! stored {
    ($($element:ty => $variant:ident),*) => {$(
        impl Stored for $element {
            fn storage_mut(storage: &mut CpuStorage) -> Option<&mut [Self]> {
                if let CpuStorage::$variant(values) = storage { Some(values) } else { None }
            }
        }
    )*};
}

stored!(f32 => F32, f64 => F64, f16 => F16, bf16 => BF16);

impl Float for f32 {}
impl Float for f64 {}
