//! A part of a parameter, and the memory that it is written to.

use std::fmt;
use std::sync::Arc;

use fanin_core::param::Block;
use fanin_core::values::Dtype;
use fanin_core::{InitError, Initializer, Key, ParamSpec, Seed};
use pyo3::prelude::*;

use crate::error::invalid;
use crate::initializer::PyInitializer;
use crate::memory::Memory;
use crate::number::{lengths, seed};
use crate::param::PyParam;

/// A part of a parameter in memory of the caller, who keeps it alive until `fill_blocks` has returned.
///
/// Parameters
/// ----------
/// param : Param
///     The whole parameter.
/// initializer : Initializer or str
/// seed : int
///     From 0 to 2**64 - 1.
/// ptr : int
///     The address of the memory that may be written.
/// nbytes : int
///     Its length.
/// dtype : str
///     f32, f64, f16 or bf16.
/// runs : sequence of sequence of (int, int), optional
///     For each axis the start and length of each run of global indices that the block has, ascending. By default all.
/// strides : sequence of int, optional
///     For each axis the distance of neighbors in elements, which may be negative. By default row-major.
/// offset : int
///     The element at index (0, ..., 0), counted from `ptr`.
///
/// Raises
/// ------
/// ValueError
///     If the runs leave the shape, the elements leave the memory or share some of it, or the memory is not aligned.
#[pyclass(frozen, module = "fanin._fanin", name = "Block")]
pub(crate) struct PyBlock {
    param: ParamSpec,
    initializer: Arc<dyn Initializer>,
    seed: Seed,
    pub(crate) block: Block,
    pub(crate) memory: Memory,
}

impl fmt::Debug for PyBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<Block of '{}', {:?} of {:?}>", self.param.name(), self.memory.shape(), self.param.shape())
    }
}

impl PyBlock {
    /// Returns an error if the initializer refuses the parameter or the element type.
    pub(crate) fn check(&self) -> Result<(), InitError> {
        self.initializer.check(&self.param)?;
        self.initializer.check_dtype(&self.param, self.memory.dtype())
    }

    pub(crate) fn fill(&self) -> Result<(), InitError> {
        let key = Key::new(self.seed, self.param.name());
        self.memory.fill_block(&*self.initializer, &self.param, key, &self.block)
    }
}

#[pymethods]
impl PyBlock {
    #[new]
    #[expect(clippy::too_many_arguments, reason = "most are keywords")]
    #[pyo3(signature = (param, initializer, seed, *, ptr, nbytes, dtype, runs = None, strides = None, offset = 0))]
    fn parse(
        param: &Bound<'_, PyParam>,
        initializer: &Bound<'_, PyAny>,
        seed: &Bound<'_, PyAny>,
        ptr: usize,
        nbytes: usize,
        dtype: &str,
        runs: Option<Vec<Bound<'_, PyAny>>>,
        strides: Option<Vec<isize>>,
        offset: isize,
    ) -> PyResult<Self> {
        let param = param.get().inner.clone();
        let dtype: Dtype = dtype.parse().map_err(invalid)?;
        let block = match runs {
            Some(runs) => Block::new(param.shape(), read_runs(&runs)?),
            None => Block::whole(param.shape()),
        };
        let of_param = |reason: String| invalid(format!("parameter '{}': {reason}", param.name()));
        let block = block.map_err(|error| of_param(error.to_string()))?;
        let memory = Memory::new((ptr, nbytes), dtype, block.local_shape().to_vec(), strides, offset);
        let memory = memory.map_err(of_param)?;
        Ok(Self { initializer: PyInitializer::read(initializer)?, seed: self::seed(seed)?, param, block, memory })
    }

    fn __repr__(&self) -> String {
        format!("{self:?}")
    }
}

/// Reads the runs of each axis.
fn read_runs(given: &[Bound<'_, PyAny>]) -> PyResult<Vec<Vec<(usize, usize)>>> {
    let run = |run: PyResult<Bound<'_, PyAny>>| match lengths(&run?, "run")?[..] {
        [start, count] => Ok((start, count)),
        _ => Err(invalid("a run is a pair of start and length")),
    };
    given.iter().map(|runs| runs.try_iter()?.map(run).collect()).collect()
}
