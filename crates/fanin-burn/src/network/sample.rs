//! Sampling a single parameter into a tensor.

use burn_core::tensor::{Device, Tensor, TensorData};
use fanin_core::{Element, InitError, Initializer, InitializerExt, ParamSpec, Seed};

/// Samples the parameter `param` under `seed` into a tensor of its shape on `device`, with the same bits as in any
/// module, file or window.
///
/// On the CPU, the tensor takes ownership of the filled memory. On another device, it is uploaded once.
///
/// ```
/// use burn_core::tensor::Device;
/// use fanin_core::initializers::he_normal;
/// use fanin_core::{Layout, ParamSpec, Seed};
///
/// let param = ParamSpec::new("layers.0.weight", [64, 128])?.with_layout(Layout::OutIn);
/// let weight = fanin_burn::sample::<f32, 2>(&he_normal(), &param, Seed(42), &Device::flex())?;
/// assert_eq!(weight.dims(), [64, 128]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
///
/// # Errors
/// Same as [`InitializerExt::sample`]; [`InitError::Custom`] if the parameter does not have `D` axes.
pub fn sample<T: Element + burn_core::tensor::Element, const D: usize>(
    initializer: &(impl Initializer + ?Sized),
    param: &ParamSpec,
    seed: Seed,
    device: &Device,
) -> Result<Tensor<D>, InitError> {
    if param.shape().len() != D {
        let reason = format!("its shape {:?} does not have {D} axes; use a tensor of its rank", param.shape());
        return Err(InitError::Custom { name: param.name().to_owned(), reason });
    }
    let values: Vec<T> = initializer.sample(param, seed)?;
    let dtype = <T as burn_core::tensor::Element>::dtype();
    Ok(Tensor::from_data(TensorData::new(values, param.shape()), (device, dtype)))
}
