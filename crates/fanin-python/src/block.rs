//! A part of a parameter, and the memory that it is written to.

use std::fmt;
use std::sync::Arc;

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
    pub(crate) param: ParamSpec,
    pub(crate) initializer: Arc<dyn Initializer>,
    pub(crate) seed: Seed,
    pub(crate) runs: Vec<Vec<(usize, usize)>>,
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

    pub(crate) fn key(&self) -> Key<'_> {
        Key::new(self.seed, self.param.name())
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
        let runs = match runs {
            Some(runs) => read_runs(&runs, &param)?,
            None => param.shape().iter().map(|length| vec![(0, *length)]).collect(),
        };
        let shape = runs.iter().map(|runs| runs.iter().map(|(_, length)| length).sum()).collect();
        let of_param = |reason: String| invalid(format!("parameter '{}': {reason}", param.name()));
        let memory = Memory::new((ptr, nbytes), dtype, shape, strides, offset).map_err(of_param)?;
        Ok(Self { initializer: PyInitializer::read(initializer)?, seed: self::seed(seed)?, param, runs, memory })
    }

    fn __repr__(&self) -> String {
        format!("{self:?}")
    }
}

/// Reads the runs of each axis, which lie in the shape, in ascending order.
fn read_runs(given: &[Bound<'_, PyAny>], param: &ParamSpec) -> PyResult<Vec<Vec<(usize, usize)>>> {
    let refuse = |reason: String| invalid(format!("parameter '{}': {reason}", param.name()));
    let rank = param.shape().len();
    if given.len() != rank {
        return Err(refuse(format!("runs for {} axes, but the shape {:?} has {rank}", given.len(), param.shape())));
    }
    let axis = |(axis, (given, length)): (usize, (&Bound<'_, PyAny>, &usize))| {
        let (mut runs, mut end) = (Vec::new(), 0);
        for run in given.try_iter()? {
            let [start, count] = lengths(&run?, "run")?[..] else {
                return Err(refuse(format!("axis {axis}: a run is a pair of start and length")));
            };
            let after = start.checked_add(count).filter(|after| after <= length);
            let Some(after) = after.filter(|_| start >= end) else {
                return Err(refuse(format!(
                    "axis {axis}: the run ({start}, {count}) is outside of the {length} indices, or not after the run \
                     before it; use ascending runs"
                )));
            };
            end = after;
            runs.push((start, count));
        }
        Ok(runs)
    };
    given.iter().zip(param.shape()).enumerate().map(axis).collect()
}
