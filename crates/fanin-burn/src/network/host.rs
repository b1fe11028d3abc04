//! Tensors from values of the host, and back.

use burn_core::tensor::{Device, Tensor, TensorData};
use fanin_core::network::NetworkError;

use super::Float;

/// Creates a matrix from its values, row-major. On the CPU, it takes ownership of their memory.
pub(super) fn upload<T: Float>(values: Vec<T>, shape: [usize; 2], device: &Device) -> Tensor<2> {
    let dtype = <T as burn_core::tensor::Element>::dtype();
    Tensor::from_data(TensorData::new(values, shape), (device, dtype))
}

/// Creates a matrix of equal values; running out of memory is an error, not an abort.
pub(super) fn filled<T: Float>(shape: [usize; 2], value: f64, device: &Device) -> Result<Tensor<2>, NetworkError> {
    let count = shape[0].saturating_mul(shape[1]);
    let mut values: Vec<T> = Vec::new();
    values.try_reserve_exact(count).map_err(|error| NetworkError::Backend(error.into()))?;
    values.resize(count, fanin_core::Element::from_f64(value));
    Ok(upload(values, shape, device))
}

/// Passes the values of a tensor, row-major, to `visit`.
pub(super) fn download<T: Float, A>(tensor: &Tensor<2>, visit: impl FnOnce(&[T]) -> A) -> Result<A, NetworkError> {
    let data = tensor.try_to_data().map_err(|error| NetworkError::Backend(format!("{error:?}").into()))?;
    let values = data.as_slice::<T>().map_err(|error| NetworkError::Backend(format!("{error:?}").into()))?;
    Ok(visit(values))
}
