//! The list of tensors of a model.

use fanin_core::ParamSpec;
use safetensors::Dtype;

use super::error::ConfigError;
use crate::listing::Entry;

/// A list of tensors in checkpoint order.
#[derive(Default)]
pub(super) struct Tensors {
    entries: Vec<Result<Entry, ConfigError>>,
}

impl Tensors {
    pub(super) fn add(&mut self, name: impl Into<String>, shape: impl Into<Vec<usize>>) {
        self.entries.push(ParamSpec::new(name, shape).map(Entry::new).map_err(ConfigError::from));
    }

    /// A linear layer: `[out, in]` and optionally a bias.
    pub(super) fn linear(&mut self, name: &str, [fan_out, fan_in]: [usize; 2], bias: bool) {
        self.add(format!("{name}.weight"), [fan_out, fan_in]);
        if bias {
            self.add(format!("{name}.bias"), [fan_out]);
        }
    }

    /// Layer normalization: gain and bias.
    pub(super) fn norm(&mut self, name: &str, width: usize) {
        self.add(format!("{name}.weight"), [width]);
        self.add(format!("{name}.bias"), [width]);
    }

    /// Batch normalization: gain, bias and running statistics.
    pub(super) fn batch_norm(&mut self, name: &str, width: usize) {
        self.norm(name, width);
        self.add(format!("{name}.running_mean"), [width]);
        self.add(format!("{name}.running_var"), [width]);
        let count = ParamSpec::new(format!("{name}.num_batches_tracked"), []);
        let count = count.map(|param| Entry { dtype: Some(Dtype::I64), ..Entry::new(param) });
        self.entries.push(count.map_err(ConfigError::from));
    }

    pub(super) fn finish(self) -> Result<Vec<Entry>, ConfigError> {
        self.entries.into_iter().collect()
    }
}
