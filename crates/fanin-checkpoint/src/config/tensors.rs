//! The tensors of a model, written down layer by layer.

use fanin_core::ParamSpec;
use safetensors::Dtype;

use super::error::ConfigError;
use crate::listing::Entry;

/// A list that grows in the order of the checkpoint.
#[derive(Default)]
pub(super) struct Tensors {
    entries: Vec<Result<Entry, ConfigError>>,
}

impl Tensors {
    pub(super) fn add(&mut self, name: impl Into<String>, shape: impl Into<Vec<usize>>) {
        self.entries.push(ParamSpec::new(name, shape).map(Entry::new).map_err(ConfigError::from));
    }

    /// `[out, in]` and, where there is one, the bias.
    pub(super) fn linear(&mut self, name: &str, [fan_out, fan_in]: [usize; 2], bias: bool) {
        self.add(format!("{name}.weight"), [fan_out, fan_in]);
        if bias {
            self.add(format!("{name}.bias"), [fan_out]);
        }
    }

    /// A layer norm: gain and bias.
    pub(super) fn norm(&mut self, name: &str, width: usize) {
        self.add(format!("{name}.weight"), [width]);
        self.add(format!("{name}.bias"), [width]);
    }

    /// A batch norm: gain, bias and its running statistics.
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
