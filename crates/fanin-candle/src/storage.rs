//! Access to the memory of tensors.

use std::cell::RefCell;
use std::collections::HashSet;

use candle_core::{CpuStorage, Error, InplaceOp1, Layout, Result, Storage, Tensor, Var};

use fanin_core::param::fill_in_parallel;
use fanin_core::{Element, InitError};

use crate::float::Stored;

/// Passes the values of a tensor, row-major, to `visit`: in place on the CPU, one download elsewhere.
pub(crate) fn read<T: Stored, A>(tensor: &Tensor, visit: impl FnOnce(&[T]) -> A) -> Result<A> {
    let tensor = tensor.contiguous()?;
    {
        let (storage, layout) = tensor.storage_and_layout();
        if let Storage::Cpu(storage) = &*storage {
            let (start, end) = layout.contiguous_offsets().unwrap_or_default();
            return Ok(visit(storage.as_slice()?.get(start..end).unwrap_or_default()));
        }
    }
    Ok(visit(&tensor.flatten_all()?.to_vec1()?))
}

/// Passes the memory of a variable to `fill`: in place on the CPU, one upload elsewhere.
///
/// candle holds the variable's lock during the call, so `fill` must not access the variable.
pub(crate) fn write<T: Stored>(var: &Var, fill: &mut Fill<'_, T>) -> Result<()> {
    if var.device().is_cpu() {
        return var.inplace_op1(&FillStorage { fill: RefCell::new(fill) });
    }
    let mut values = vec![T::default(); var.elem_count()];
    fill(&mut values);
    var.set(&Tensor::from_vec(values, var.shape(), var.device())?)
}

/// Runs `fill` for each of `params`, on all threads if their variables can be written in parallel.
pub(crate) fn fill_each<P: Send>(
    params: &mut [P],
    var: impl Fn(&P) -> Option<&Var> + Sync,
    fill: impl Fn(&mut P) -> std::result::Result<(), InitError> + Sync,
) -> std::result::Result<(), InitError> {
    // Variables with the same storage share a lock, and other devices serialize uploads.
    if are_apart(params.iter().filter_map(&var)) {
        fill_in_parallel(params, |param| var(param).map_or(0, |var| var.elem_count()), fill)
    } else {
        params.iter_mut().try_for_each(fill)
    }
}

/// Returns whether the variables can be written in parallel: all on the CPU, each with its own storage.
fn are_apart<'a>(mut vars: impl Iterator<Item = &'a Var>) -> bool {
    let mut storages = HashSet::new();
    vars.all(|var| {
        let (storage, _) = var.storage_and_layout();
        var.device().is_cpu() && storages.insert(std::ptr::from_ref::<Storage>(&storage).addr())
    })
}

/// Fills the memory it receives.
type Fill<'a, T> = dyn FnMut(&mut [T]) + 'a;

/// An in-place operation, the only way to access a variable's memory in candle. candle takes it by shared reference,
/// hence the cell.
struct FillStorage<'a, T> {
    fill: RefCell<&'a mut Fill<'a, T>>,
}

impl<T: Stored> InplaceOp1 for FillStorage<'_, T> {
    fn name(&self) -> &'static str {
        "fanin-fill"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let window = layout.contiguous_offsets().map(|(start, end)| start..end);
        let memory = T::storage_mut(storage).zip(window).and_then(|(memory, window)| memory.get_mut(window));
        match memory {
            Some(memory) => {
                (self.fill.borrow_mut())(memory);
                Ok(())
            }
            None => {
                Err(Error::Msg(format!("the variable is not a contiguous tensor of type {}", <T as Element>::DTYPE)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{DType, Device};

    use super::*;

    #[test]
    fn variables_of_one_storage_are_not_apart() -> Result<()> {
        let zeros = || Var::zeros(8, DType::F32, &Device::Cpu);
        let (a, b) = (zeros()?, zeros()?);
        assert!(are_apart([&a, &b].into_iter()));
        assert!(!are_apart([&a, &b, &a.clone()].into_iter()));
        Ok(())
    }
}
