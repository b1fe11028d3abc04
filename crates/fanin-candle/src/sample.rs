//! Sampling a single parameter into a tensor.

use candle_core::{Device, Tensor, WithDType};
use fanin_core::{Element, InitError, Initializer, InitializerExt, ParamSpec, Seed};

/// Samples the parameter `param` under `seed` into a tensor of its shape on `device`, with the same bits as in any
/// network, file or window.
///
/// On the CPU, the tensor takes ownership of the filled memory: it is written once, and on Linux, large tensors use
/// huge pages. On another device, it is uploaded once.
///
/// ```
/// use candle_core::Device;
/// use fanin_core::initializers::he_normal;
/// use fanin_core::{Layout, ParamSpec, Seed};
///
/// let param = ParamSpec::new("layers.0.weight", [64, 128])?.with_layout(Layout::OutIn);
/// let weight = fanin_candle::sample::<f32>(&he_normal(), &param, Seed(42), &Device::Cpu)?;
/// assert_eq!(weight.dims(), [64, 128]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
///
/// # Errors
/// Same as [`InitializerExt::sample`]; [`InitError::Backend`] if the device runs out of memory.
pub fn sample<T: Element + WithDType>(
    initializer: &(impl Initializer + ?Sized),
    param: &ParamSpec,
    seed: Seed,
    device: &Device,
) -> Result<Tensor, InitError> {
    let values: Vec<T> = initializer.sample(param, seed)?;
    Tensor::from_vec(values, param.shape(), device)
        .map_err(|error| InitError::Backend { name: param.name().to_owned(), source: error.into() })
}
