//! Element types of tensors.

use candle_core::{CpuStorage, WithDType};
use fanin_core::Element;
use half::{bf16, f16};

/// The element types that candle stores and initializers can fill: `f32`, `f64`, [`f16`](struct@f16) and [`bf16`].
pub trait Stored: WithDType + Element {
    /// Returns the memory of a tensor of this type; `None` if its type differs.
    fn storage_mut(storage: &mut CpuStorage) -> Option<&mut [Self]>;
}

/// The element types in which [`Mlp`](crate::Mlp) trains: `f32` and `f64`.
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
