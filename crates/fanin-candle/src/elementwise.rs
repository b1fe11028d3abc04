//! The activations and derivatives of fanin-core as operations of candle's graph.

use candle_core::cpu_backend::unary_map;
use candle_core::{CpuStorage, CustomOp1, Device, Layout, Result, Shape, Tensor};
use fanin_core::Activation;

/// Applies [`Activation::value`] to every element, with [`Activation::derivative`] as its gradient.
///
/// Runs on the CPU. Tensors on other devices are downloaded and uploaded again, which is correct but slow.
pub(crate) fn of_core(f: Activation, z: &Tensor) -> Result<Tensor> {
    if z.device().is_cpu() {
        return z.apply_op1(Value(f));
    }
    z.to_device(&Device::Cpu)?.apply_op1(Value(f))?.to_device(z.device())
}

struct Value(Activation);

struct Derivative(Activation);

/// Maps a tensor of either element type.
macro_rules! mapped {
    ($storage:expr, $layout:expr, $function:expr) => {{
        let storage = match $storage {
            CpuStorage::F32(z) => CpuStorage::F32(unary_map(z, $layout, $function)),
            CpuStorage::F64(z) => CpuStorage::F64(unary_map(z, $layout, $function)),
            _ => candle_core::bail!("a network's element type must be f32 or f64"),
        };
        Ok((storage, $layout.shape().clone()))
    }};
}

impl CustomOp1 for Value {
    fn name(&self) -> &'static str {
        "fanin-activation"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        mapped!(storage, layout, |z| self.0.value(z))
    }

    fn bwd(&self, z: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let slope = z.apply_op1_no_bwd(&Derivative(self.0))?;
        Ok(Some((gradient * slope)?))
    }
}

impl CustomOp1 for Derivative {
    fn name(&self) -> &'static str {
        "fanin-activation-derivative"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        mapped!(storage, layout, |z| self.0.derivative(z))
    }
}
