//! The values of a module by address.

use std::collections::HashMap;

use burn_core::module::{Module, ModuleVisitor, Param};
use burn_core::tensor::{Tensor, TensorData};

use super::listing::{self, ModuleParam};
use super::memory::transposed_data;

/// Returns the values of a module by the name of their address, in its shape: a `Linear` weight as `[out, in]`, whatever
/// its layout. They can be saved for PyTorch, or be [`Pretrained`](crate::Pretrained) for another module. Initializes
/// parameters that are not initialized yet.
///
/// ```
/// use burn_core::tensor::Device;
/// use burn_nn::LinearConfig;
///
/// let head = LinearConfig::new(64, 10).init(&Device::flex());
/// assert_eq!(fanin_burn::values(&head)["weight"].shape().as_slice(), [10, 64]);
/// ```
#[must_use]
pub fn values<M: Module>(module: &M) -> HashMap<String, TensorData> {
    let mut reading = Reading { params: listing::list(module).into_vec().into_iter(), values: HashMap::new() };
    module.visit(&mut reading);
    reading.values
}

/// Reads parameters in the order in which they are listed.
struct Reading {
    params: std::vec::IntoIter<ModuleParam>,
    values: HashMap<String, TensorData>,
}

impl ModuleVisitor for Reading {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(listed) = self.params.next() {
            let data = param.base().to_data();
            // The tensor of a column layer has the shape of a row layer's.
            let is_transposed = listed.layer.is_some_and(|layer| layer.is_transposed);
            let data = if is_transposed { transposed_data(data) } else { data };
            self.values.insert(listed.name, data);
        }
    }
}
