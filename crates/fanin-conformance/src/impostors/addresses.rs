//! Impostors whose values depend on more or less than their address.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use fanin_core::initializers::he_normal;
use fanin_core::{Distribution, InitError, Initializer, Key, ParamSpec, ParamViewMut, Seed, param::SliceMut};

use super::impostor::impostor;

impostor! {
    /// Uses one stream for all names, so layers of equal shape start equal. Caught by
    /// [`Keys`](crate::InitializerLaw::Keys).
    ReusesKey claims he_normal();
    |param, key, out| he_normal().fill(param, Key::new(key.seed(), "weight"), out)
}

impostor! {
    /// Uses one stream for all seeds. Caught by [`Keys`](crate::InitializerLaw::Keys).
    ForgetsSeed claims he_normal();
    |param, key, out| he_normal().fill(param, Key::new(Seed(0), key.name()), out)
}

impostor! {
    /// Leaves the last element of every view unwritten. Caught by [`Coverage`](crate::InitializerLaw::Coverage).
    SkipsLastElement claims he_normal();
    |param, key, mut out| {
        let start = out.start();
        let honest = |view: ParamViewMut<'_>| he_normal().fill(param, key, view);
        out.fill_slice(param.name(), |slice| match slice {
            SliceMut::F32([head @ .., _]) => honest(ParamViewMut::window(head, start)),
            SliceMut::F64([head @ .., _]) => honest(ParamViewMut::window(head, start)),
            SliceMut::F16([head @ .., _]) => honest(ParamViewMut::window(head, start)),
            SliceMut::BF16([head @ .., _]) => honest(ParamViewMut::window(head, start)),
            _ => Ok(()),
        })
    }
}

impostor! {
    /// Adds to the previous contents of the memory, which are zero in fresh allocations. Caught by
    /// [`Memory`](crate::InitializerLaw::Memory).
    ReadsMemory claims he_normal();
    |param, key, mut out| {
        let start = out.start();
        out.fill_slice(param.name(), |slice| {
            let before = slice.as_slice().to_vec();
            let honest = |view: ParamViewMut<'_>| he_normal().fill(param, key, view);
            ParamViewMut::of_slice(slice, start).fill_changed(param.name(), honest, |index, value| {
                let before = usize::try_from(index - start).ok().and_then(|offset| before.get(offset));
                value + before.copied().unwrap_or_default()
            })
        })
    }
}

impostor! {
    /// Fills every window as if it were the start of the parameter. Caught by
    /// [`Windows`](crate::InitializerLaw::Windows).
    IgnoresWindowStart claims he_normal();
    |param, key, mut out| from(0, param, key, &mut out)
}

impostor! {
    /// Truncates the element index to 32 bits, so a large parameter repeats after 2^32 elements. Caught by
    /// [`Windows`](crate::InitializerLaw::Windows).
    ShortIndex claims he_normal();
    |param, key, mut out| {
        let start = out.start();
        from(start & 0xffff_ffff, param, key, &mut out)
    }
}

impostor! {
    /// Takes its values in order, beginning at the start of the view. Correct for windows, but in a block every element
    /// after a gap gets the value of an earlier one. Caught by [`Blocks`](crate::InitializerLaw::Blocks).
    CountsFromTheStart claims he_normal();
    |param, key, mut out| {
        let mut values = vec![0.0_f64; out.len()];
        he_normal().fill(param, key, ParamViewMut::window(&mut values, out.start()))?;
        let next = Cell::new(0);
        out.fill_each(|_| {
            let value = values.get(next.get()).copied().unwrap_or_default();
            next.set(next.get() + 1);
            value
        });
        Ok(())
    }
}

impostor! {
    /// Uses the view's start for the offset of its rows: a block that begins at column 3 gets the values of column 0.
    /// Windows that begin with a row are correct. Caught by [`Blocks`](crate::InitializerLaw::Blocks).
    RowsFromTheWrongOffset claims he_normal();
    |param, key, mut out| {
        let columns = param.shape().last().copied().unwrap_or(1).max(1) as u64;
        let start = out.start();
        from(start - start % columns, param, key, &mut out)
    }
}

/// He initialization, as if the view began at `start`.
fn from(start: u64, param: &ParamSpec, key: Key<'_>, out: &mut ParamViewMut<'_>) -> Result<(), InitError> {
    out.fill_slice(param.name(), |slice| he_normal().fill(param, key, ParamViewMut::of_slice(slice, start)))
}

/// Counts its calls and draws from the count, like a generator passed from layer to layer. Caught by
/// [`Address`](crate::InitializerLaw::Address).
#[derive(Debug, Default)]
pub struct SharedState {
    calls: AtomicU64,
}

impl Initializer for SharedState {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, out: ParamViewMut<'_>) -> Result<(), InitError> {
        let calls = self.calls.fetch_add(1, Ordering::Relaxed);
        he_normal().fill(param, Key::new(Seed(key.seed().0.wrapping_add(calls)), key.name()), out)
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        he_normal().check(param)
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        he_normal().distribution(param)
    }
}
