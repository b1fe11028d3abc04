//! Activations with the derivatives of fanin-core.

use burn_core::tensor::{Tensor, activation};
use fanin_core::{Activation, network::NetworkError};

use super::Float;
use super::host::{download, upload};

/// Computes `f(z)`, with [`Activation::derivative`] of `z` as its gradient.
///
/// burn's `relu` has derivative 0 at 0, as fanin-core's. Activations without suitable burn operations use the functions
/// of fanin-core, element by element.
pub(super) fn activate<T: Float>(f: Activation, z: Tensor<2>) -> Result<Tensor<2>, NetworkError> {
    Ok(match f {
        Activation::Identity => z,
        Activation::Sigmoid => activation::sigmoid(z),
        Activation::Tanh => z.tanh(),
        Activation::Relu => activation::relu(z),
        Activation::LeakyRelu { slope } | Activation::Prelu { slope } => {
            let is_left = z.clone().lower_equal_elem(0.0);
            z.clone().mask_where(is_left, z * slope)
        }
        _ => return of_core::<T>(f, &z),
    })
}

/// Applies [`Activation::value`] to every element, with [`Activation::derivative`] as its gradient:
/// `value + (z - z) derivative`, where burn treats the second `z` as a constant.
///
/// Runs on the CPU. Tensors on other devices are downloaded and uploaded again, which is correct but slow.
fn of_core<T: Float>(f: Activation, z: &Tensor<2>) -> Result<Tensor<2>, NetworkError> {
    let (shape, device) = (z.dims(), z.device());
    let mapped = |function: &dyn Fn(T) -> T| {
        let values = download::<T, _>(z, |z| z.iter().map(|z| function(*z)).collect())?;
        Ok::<_, NetworkError>(upload(values, shape, &device))
    };
    let value = mapped(&|z| f.value(z))?;
    if !z.is_tracked() {
        return Ok(value);
    }
    let slope = mapped(&|z| f.derivative(z))?;
    Ok(value + (z.clone() - z.clone().detach()) * slope)
}
