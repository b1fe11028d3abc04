//! What users of an initialiser call, written once over the trait.

use super::{InitError, Initializer};
use crate::address::{Key, Seed};
use crate::param::{Lend, ParamSpec, ParamViewMut};
use crate::values::untouched_zeros;

/// Ways to draw from any [`Initializer`].
pub trait InitializerExt: Initializer {
    /// The whole parameter, freshly allocated.
    ///
    /// # Errors
    /// As [`Initializer::fill`].
    fn sample<T: Lend>(&self, param: &ParamSpec, seed: Seed) -> Result<Vec<T>, InitError> {
        self.sample_window(param, seed, 0, param.len())
    }

    /// `count` elements of the parameter from element `start` on: the same bits as that part of the whole.
    ///
    /// # Errors
    /// As [`Initializer::fill`]; [`InitError::Window`] if the window does not lie in the parameter or does not fit memory.
    fn sample_window<T: Lend>(
        &self,
        param: &ParamSpec,
        seed: Seed,
        start: u64,
        count: usize,
    ) -> Result<Vec<T>, InitError> {
        let refuse = |reason: String| InitError::Window { name: param.name().to_owned(), reason };
        let inside = start.checked_add(count as u64).is_some_and(|end| end <= param.len() as u64);
        if !inside {
            return Err(refuse(format!(
                "{count} elements from element {start} on do not lie in its {}; take a smaller window",
                param.len()
            )));
        }
        self.check(param)?;
        let memory = zeros(count);
        let mut values: Vec<T> =
            memory.ok_or_else(|| refuse(format!("{count} elements do not fit memory; draw it in windows")))?;
        self.fill(param, Key::new(seed, param.name()), ParamViewMut::window(&mut values, start))?;
        Ok(values)
    }
}

impl<I: Initializer + ?Sized> InitializerExt for I {}

/// Zeros. A few lie in memory that the allocator has at hand, which is faster to clear than to ask for cleared.
fn zeros<T: Lend>(count: usize) -> Option<Vec<T>> {
    const FEW: usize = 1024;
    if count > FEW {
        return untouched_zeros(count);
    }
    let mut values = Vec::new();
    values.try_reserve_exact(count).ok()?;
    values.resize(count, T::default());
    Some(values)
}
