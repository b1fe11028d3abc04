//! Sampling a single parameter into an array.

use fanin_core::{Element, InitError, Initializer, InitializerExt, ParamSpec, Seed};
use ndarray::{ArrayD, IxDyn};

/// Samples the parameter `param` under `seed` into an array of its shape, with the same bits as in any network, file or
/// window.
///
/// The memory is freshly allocated and written once; on Linux, large arrays use huge pages.
///
/// ```
/// use fanin_core::initializers::he_normal;
/// use fanin_core::{Layout, ParamSpec, Seed};
///
/// let param = ParamSpec::new("layers.0.weight", [64, 128])?.with_layout(Layout::OutIn);
/// let weight = fanin_ndarray::sample::<f32>(&he_normal(), &param, Seed(42))?;
/// assert_eq!(weight.shape(), [64, 128]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
///
/// # Errors
/// Same as [`InitializerExt::sample`].
pub fn sample<T: Element>(
    initializer: &(impl Initializer + ?Sized),
    param: &ParamSpec,
    seed: Seed,
) -> Result<ArrayD<T>, InitError> {
    let values = initializer.sample(param, seed)?;
    ArrayD::from_shape_vec(IxDyn(param.shape()), values)
        .map_err(|error| InitError::Backend { name: param.name().to_owned(), source: error.into() })
}
