//! Arrays whose allocation can fail.

use fanin_core::network::NetworkError;
use ndarray::{Array, Dimension, ShapeBuilder};

use crate::Float;

/// Allocates zeros.
pub(crate) fn zeros<T: Float, D: Dimension>(shape: impl ShapeBuilder<Dim = D>) -> Result<Array<T, D>, NetworkError> {
    filled(shape, T::zero())
}

/// Allocates an array; running out of memory is an error, not an abort.
pub(crate) fn filled<T: Float, D: Dimension>(
    shape: impl ShapeBuilder<Dim = D>,
    value: T,
) -> Result<Array<T, D>, NetworkError> {
    let shape = shape.into_shape_with_order();
    let (mut values, len) = (Vec::new(), shape.size());
    values.try_reserve_exact(len).map_err(|error| NetworkError::Backend(error.into()))?;
    values.resize(len, value);
    Array::from_shape_vec(shape, values).map_err(|error| NetworkError::Backend(error.into()))
}
