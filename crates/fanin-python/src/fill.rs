//! Fills blocks on all threads.

use fanin_core::param::fill_in_parallel;
use fanin_core::values::Dtype;
use fanin_core::{InitError, Key};
use pyo3::prelude::*;

use crate::block::PyBlock;
use crate::error::{caught, invalid, refused, unresolved};
use crate::initializer::PyInitializer;
use crate::memory::Memory;
use crate::param::PyParam;
use crate::{number, pool};

/// Fills blocks with the values of their parameters, on all threads, without the interpreter's lock.
///
/// Parameters
/// ----------
/// blocks : sequence of Block
///
/// Raises
/// ------
/// FaninError
///     If initializers refuse parameters, before the first value is written. `problems` lists all refusals.
#[pyfunction]
pub(crate) fn fill_blocks(py: Python<'_>, blocks: Vec<Py<PyBlock>>) -> PyResult<()> {
    let blocks: Vec<&PyBlock> = blocks.iter().map(Py::get).collect();
    caught(|| {
        pool::install(py, || {
            let refused: Vec<InitError> = blocks.iter().filter_map(|block| block.check().err()).collect();
            if !refused.is_empty() {
                return Err(Failed::Refused(refused));
            }
            let (mut apart, shared) = separate(&blocks);
            fill_in_parallel(&mut apart, |block| block.block.len(), |block| block.fill()).map_err(Failed::Fill)?;
            shared.into_iter().try_for_each(PyBlock::fill).map_err(Failed::Fill)
        })?
        .map_err(|failed| match failed {
            Failed::Refused(refused) => unresolved(py, &fanin_core::ResolveError::Refused { refused }),
            Failed::Fill(error) => refused(error),
        })
    })
}

/// Fills contiguous memory with consecutive elements of a flattened parameter, from element `start` on.
///
/// Raises
/// ------
/// ValueError
///     If the window is not within the parameter, or the memory is not aligned.
/// FaninError
///     If the initializer refuses the parameter.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "the address of the values, and that of the memory")]
pub(crate) fn fill_window(
    py: Python<'_>,
    param: &Bound<'_, PyParam>,
    initializer: &Bound<'_, PyAny>,
    seed: &Bound<'_, PyAny>,
    ptr: usize,
    nbytes: usize,
    dtype: &str,
    start: u64,
) -> PyResult<()> {
    let (param, initializer) = (&param.get().inner, PyInitializer::read(initializer)?);
    let (seed, dtype) = (number::seed(seed)?, dtype.parse::<Dtype>().map_err(invalid)?);
    let count = nbytes / dtype.bytes();
    if start.checked_add(count as u64).is_none_or(|end| end > param.len() as u64) {
        return Err(invalid(format!(
            "parameter '{}': {count} elements from element {start} exceed the parameter's {} elements; use a smaller \
             window",
            param.name(),
            param.len()
        )));
    }
    let memory = Memory::new((ptr, nbytes), dtype, vec![count], None, 0).map_err(invalid)?;
    let key = Key::new(seed, param.name());
    let fill = || {
        initializer.check(param)?;
        memory.fill_window(&*initializer, param, key, start)
    };
    caught(|| pool::install(py, fill)?.map_err(refused))
}

enum Failed {
    Refused(Vec<InitError>),
    Fill(InitError),
}

/// Separates blocks whose memory may be shared with another block from those whose memory is their own.
fn separate<'a>(blocks: &[&'a PyBlock]) -> (Vec<&'a PyBlock>, Vec<&'a PyBlock>) {
    let mut order: Vec<usize> = (0..blocks.len()).filter(|place| !blocks[*place].block.is_empty()).collect();
    order.sort_unstable_by_key(|place| blocks[*place].memory.span());
    let mut shared = vec![false; blocks.len()];
    // The block that reaches furthest so far, and its end.
    let mut furthest: Option<(usize, usize)> = None;
    for place in order {
        let (begin, end) = blocks[place].memory.span();
        if let Some((other, reached)) = furthest
            && begin < reached
        {
            (shared[place], shared[other]) = (true, true);
        }
        if furthest.is_none_or(|(_, reached)| end > reached) {
            furthest = Some((place, end));
        }
    }
    let of =
        |kind: bool| blocks.iter().zip(&shared).filter(move |(_, shared)| **shared == kind).map(|(block, _)| *block);
    (of(false).collect(), of(true).collect())
}
