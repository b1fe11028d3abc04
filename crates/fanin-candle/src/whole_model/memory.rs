//! Creating, reading and writing tensors of any element type.

use candle_core::{DType, Device, Error, Result, Tensor, Var};
use fanin_core::{Dtype, Element, InitError, Initializer, InitializerExt, ParamSpec, ParamView, ParamViewMut, Seed};
use half::{bf16, f16};

use crate::float::Stored;
use crate::storage;

/// Converts candle's element type to fanin's; `None` if it cannot be filled.
pub(super) fn float(dtype: DType) -> Option<Dtype> {
    match dtype {
        DType::F32 => Some(Dtype::F32),
        DType::F64 => Some(Dtype::F64),
        DType::F16 => Some(Dtype::F16),
        DType::BF16 => Some(Dtype::BF16),
        _ => None,
    }
}

/// Draws a parameter as a variable or as a plain tensor. On the CPU, the tensor takes ownership of the filled memory.
pub(super) fn drawn(
    initializer: &dyn Initializer,
    param: &ParamSpec,
    seed: Seed,
    dtype: DType,
    device: &Device,
    is_variable: bool,
) -> std::result::Result<Tensor, InitError> {
    let failed = |error: Error| failed(param.name(), error);
    macro_rules! of {
        ($element:ty) => {{
            let values: Vec<$element> = initializer.sample(param, seed)?;
            if is_variable {
                Var::from_vec(values, param.shape(), device).map(Var::into_inner).map_err(failed)
            } else {
                Tensor::from_vec(values, param.shape(), device).map_err(failed)
            }
        }};
    }
    match dtype {
        DType::F32 => of!(f32),
        DType::F64 => of!(f64),
        DType::F16 => of!(f16),
        DType::BF16 => of!(bf16),
        other => Err(failed(unfilled(other))),
    }
}

/// Lends the memory of a variable to `fill`.
pub(super) fn lend(
    var: &Var,
    param: &ParamSpec,
    fill: &mut dyn FnMut(&ParamSpec, ParamViewMut<'_>) -> std::result::Result<(), InitError>,
) -> std::result::Result<(), InitError> {
    fn of<T: Stored>(
        var: &Var,
        param: &ParamSpec,
        fill: &mut dyn FnMut(&ParamSpec, ParamViewMut<'_>) -> std::result::Result<(), InitError>,
    ) -> std::result::Result<(), InitError> {
        let mut filled = Ok(());
        storage::write::<T>(var, &mut |values| filled = fill(param, ParamViewMut::whole(values)))
            .map_err(|error| failed(param.name(), error))?;
        filled
    }
    match var.dtype() {
        DType::F32 => of::<f32>(var, param, fill),
        DType::F64 => of::<f64>(var, param, fill),
        DType::F16 => of::<f16>(var, param, fill),
        DType::BF16 => of::<bf16>(var, param, fill),
        other => Err(failed(param.name(), unfilled(other))),
    }
}

/// Lends the values of a tensor to `visit`.
pub(super) fn read(tensor: &Tensor, visit: &mut dyn FnMut(ParamView<'_>)) -> Result<()> {
    fn of<T: Stored + Element>(tensor: &Tensor, visit: &mut dyn FnMut(ParamView<'_>)) -> Result<()> {
        storage::read::<T, ()>(tensor, |values| visit(ParamView::whole(values)))
    }
    match tensor.dtype() {
        DType::F32 => of::<f32>(tensor, visit),
        DType::F64 => of::<f64>(tensor, visit),
        DType::F16 => of::<f16>(tensor, visit),
        DType::BF16 => of::<bf16>(tensor, visit),
        other => Err(unfilled(other)),
    }
}

fn unfilled(dtype: DType) -> Error {
    Error::Msg(format!("the element type {} is not f32, f64, f16 or bf16", dtype.as_str()))
}

pub(super) fn failed(name: &str, error: Error) -> InitError {
    InitError::Backend { name: name.to_owned(), source: error.into() }
}
