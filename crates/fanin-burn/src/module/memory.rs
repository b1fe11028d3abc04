//! Values of any element type, as addressed and as stored.

use burn_core::tensor::{DType, TensorData};
use fanin_core::{Dtype, Element, InitError, Initializer, InitializerExt, ParamSpec, Seed};
use half::{bf16, f16};
use rayon::prelude::*;

/// Rows and columns of the blocks that are transposed at once: a block of the widest elements fits the first cache.
const BLOCK: usize = 32;

/// Smaller matrices are transposed on one thread.
const PARALLEL: usize = 1 << 16;

/// Converts burn's element type to fanin's; `None` if it cannot be filled.
pub(super) fn float(dtype: DType) -> Option<Dtype> {
    match dtype {
        DType::F32 => Some(Dtype::F32),
        DType::F64 => Some(Dtype::F64),
        DType::F16 => Some(Dtype::F16),
        DType::BF16 => Some(Dtype::BF16),
        _ => None,
    }
}

/// Draws a parameter, and transposes it if that is how the module stores it.
pub(super) fn drawn(
    initializer: &dyn Initializer,
    param: &ParamSpec,
    seed: Seed,
    dtype: Dtype,
    is_transposed: bool,
) -> Result<TensorData, InitError> {
    fn of<T: Element + burn_core::tensor::Element>(
        initializer: &dyn Initializer,
        param: &ParamSpec,
        seed: Seed,
        is_transposed: bool,
    ) -> Result<TensorData, InitError> {
        let values: Vec<T> = initializer.sample(param, seed)?;
        match *param.shape() {
            [rows, columns] if is_transposed => {
                Ok(TensorData::new(transposed(&values, rows, columns), [columns, rows]))
            }
            _ => Ok(TensorData::new(values, param.shape())),
        }
    }
    match dtype {
        Dtype::F32 => of::<f32>(initializer, param, seed, is_transposed),
        Dtype::F64 => of::<f64>(initializer, param, seed, is_transposed),
        Dtype::F16 => of::<f16>(initializer, param, seed, is_transposed),
        Dtype::BF16 => of::<bf16>(initializer, param, seed, is_transposed),
    }
}

/// Returns the transpose of a matrix; other tensors, and types that cannot be filled, are returned unchanged.
pub(super) fn transposed_data(data: TensorData) -> TensorData {
    fn of<T: Element + burn_core::tensor::Element>(data: TensorData) -> TensorData {
        let transposed = match (data.shape().as_slice(), data.as_slice::<T>()) {
            (&[rows, columns], Ok(values)) => Some(TensorData::new(transposed(values, rows, columns), [columns, rows])),
            _ => None,
        };
        transposed.unwrap_or(data)
    }
    match float(data.dtype()) {
        Some(Dtype::F32) => of::<f32>(data),
        Some(Dtype::F64) => of::<f64>(data),
        Some(Dtype::F16) => of::<f16>(data),
        Some(Dtype::BF16) => of::<bf16>(data),
        None => data,
    }
}

/// Transposes a matrix in blocks, so that reads and writes both stay in cache.
fn transposed<T: Element>(values: &[T], rows: usize, columns: usize) -> Vec<T> {
    let mut out = vec![T::from_f64(0.0); values.len()];
    if values.is_empty() {
        return out;
    }
    let strip = |(strip, out): (usize, &mut [T])| {
        let first = strip * BLOCK;
        for top in (0..rows).step_by(BLOCK) {
            for (column, out) in out.chunks_mut(rows).enumerate() {
                let from = values.get(top * columns + first + column..).unwrap_or_default();
                let column = from.iter().step_by(columns);
                for (to, from) in out.iter_mut().skip(top).take(BLOCK).zip(column) {
                    *to = *from;
                }
            }
        }
    };
    match values.len() < PARALLEL {
        true => out.chunks_mut(BLOCK * rows).enumerate().for_each(strip),
        false => out.par_chunks_mut(BLOCK * rows).enumerate().for_each(strip),
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transpose_moves_each_value_to_its_place() {
        for (rows, columns) in [(1, 1), (2, 3), (33, 31), (64, 32), (1, 100), (100, 1), (300, 257), (0, 4), (4, 0)] {
            let values: Vec<f64> = (0_u32..).map(f64::from).take(rows * columns).collect();
            let out = transposed(&values, rows, columns);
            assert_eq!(out.len(), values.len());
            for row in 0..rows {
                for column in 0..columns {
                    assert_eq!(out[column * rows + row], values[row * columns + column], "{rows} x {columns}");
                }
            }
        }
    }
}
