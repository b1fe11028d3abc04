//! Writing values into a module.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use burn_core::module::{ModuleMapper, Param};
use burn_core::tensor::{Tensor, TensorData};
use fanin_core::param::fill_in_parallel;
use fanin_core::{Dtype, InitError, Initializer, ParamSpec, Seed};

use super::memory;
use super::path::Path;

/// Parameters are drawn in groups of so many elements, on all threads: few large ones or many small ones. The memory
/// that is needed beside the module's own is that of one group.
const GROUP: usize = 1 << 22;

/// The values of one parameter.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) path: String,
    pub(super) source: Source,
    pub(super) is_frozen: bool,
}

#[derive(Debug)]
pub(super) enum Source {
    Drawn { initializer: Arc<dyn Initializer>, param: ParamSpec, dtype: Dtype, is_transposed: bool },
    Given(TensorData),
    Unchanged,
}

/// Replaces the values of the parameters of a module, in the order in which it is traversed.
#[derive(Debug)]
pub(super) struct Writer {
    seed: Seed,
    path: Path,
    upcoming: VecDeque<Work>,
    ready: HashMap<String, Ready>,
    failed: Option<InitError>,
}

#[derive(Debug)]
struct Ready {
    data: Option<TensorData>,
    is_frozen: bool,
}

impl Writer {
    pub(super) fn new(seed: Seed, work: Vec<Work>) -> Self {
        Self { seed, path: Path::default(), upcoming: work.into(), ready: HashMap::new(), failed: None }
    }

    /// Returns the first failure. The module is then incomplete.
    pub(super) fn finish(self) -> Result<(), InitError> {
        self.failed.map_or(Ok(()), Err)
    }

    /// Returns the values of a parameter, after drawing those before it and a group of those after it.
    fn take(&mut self, path: &str) -> Result<Option<Ready>, InitError> {
        while !self.ready.contains_key(path) && !self.upcoming.is_empty() {
            self.draw_group()?;
        }
        Ok(self.ready.remove(path))
    }

    fn draw_group(&mut self) -> Result<(), InitError> {
        let (mut group, mut elements) = (Vec::new(), 0);
        while elements < GROUP
            && let Some(work) = self.upcoming.pop_front()
        {
            elements += work.source.elements();
            group.push((work, None));
        }
        let seed = self.seed;
        fill_in_parallel(
            &mut group,
            |(work, _)| work.source.elements(),
            |(work, data)| {
                if let Source::Drawn { initializer, param, dtype, is_transposed } = &work.source {
                    *data = Some(memory::drawn(&**initializer, param, seed, *dtype, *is_transposed)?);
                }
                Ok(())
            },
        )?;
        for (work, drawn) in group {
            let data = match work.source {
                Source::Given(data) => Some(data),
                Source::Drawn { .. } | Source::Unchanged => drawn,
            };
            self.ready.insert(work.path, Ready { data, is_frozen: work.is_frozen });
        }
        Ok(())
    }
}

impl Source {
    fn elements(&self) -> usize {
        match self {
            Self::Drawn { param, .. } => param.len(),
            Self::Given(_) | Self::Unchanged => 0,
        }
    }
}

impl ModuleMapper for Writer {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.enter(name, container);
    }

    fn exit_module(&mut self, _: &str, container: &str) {
        self.path.exit(container);
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if self.failed.is_some() {
            return param;
        }
        let ready = match self.take(&self.path.dotted()) {
            Ok(Some(ready)) => ready,
            Ok(None) => return param,
            Err(error) => {
                self.failed = Some(error);
                return param;
            }
        };
        let param = match ready.data {
            Some(data) => {
                let (id, device, dtype) = (param.id, param.lazy_device(), data.dtype());
                // As burn's own initializers do: parameters live as long as the model.
                let tensor =
                    device.memory_persistent_allocations(data, |data| Tensor::from_data(data, (&device, dtype)));
                param.transform_for_load(tensor, id)
            }
            None => param,
        };
        if ready.is_frozen { param.set_require_grad(false) } else { param }
    }
}
