//! What users of an initializer call, written once over the trait.

use super::{ArgumentError, InitError, Initializer};
use crate::address::{Key, Seed};
use crate::initializers::{BlockDiagonal, Embedding, Masked, Mirrored, Packed, Scaled, Sum};
use crate::param::{Axis, Lend, ParamSpec, ParamViewMut};
use crate::values::untouched_zeros;

/// Ways to draw from any [`Initializer`], and to make others of it; `Box<dyn Initializer>` and `Arc<dyn Initializer>` have them too.
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

    /// Its values times `gain`: [`Scaled`].
    ///
    /// # Errors
    /// [`ArgumentError`] if `gain` is not finite or negative.
    fn scaled(self, gain: f64) -> Result<Scaled<Self>, ArgumentError>
    where
        Self: Sized,
    {
        Scaled::new(self, gain)
    }

    /// Its values where those of `mask` are not 0: [`Masked`].
    fn masked<M: Initializer>(self, mask: M) -> Masked<Self, M>
    where
        Self: Sized,
    {
        Masked::new(self, mask)
    }

    /// Its values plus those of another: [`Sum`].
    fn plus<B: Initializer>(self, other: B) -> Sum<Self, B>
    where
        Self: Sized,
    {
        Sum::new(self, other)
    }

    /// Each of `count` equal parts along `axis` filled by it as a parameter of its own: [`Packed`].
    ///
    /// # Errors
    /// [`ArgumentError`] if `count` is 0.
    fn per_block(self, count: usize, axis: Axis) -> Result<Packed<Self>, ArgumentError>
    where
        Self: Sized,
    {
        Packed::equal(self, count, axis)
    }

    /// Blocks on the diagonal filled by it, zeros elsewhere: [`BlockDiagonal`].
    ///
    /// # Errors
    /// [`ArgumentError`] if there are no blocks.
    fn block_diagonal(self, blocks: usize) -> Result<BlockDiagonal<Self>, ArgumentError>
    where
        Self: Sized,
    {
        BlockDiagonal::new(self, blocks)
    }

    /// Its values, the second half of `axis` the first with the opposite sign: [`Mirrored`].
    fn mirrored(self, axis: Axis) -> Mirrored<Self>
    where
        Self: Sized,
    {
        Mirrored::new(self, axis)
    }

    /// Its values with a row of zeros: [`Embedding`].
    fn with_padding(self, row: usize) -> Embedding<Self>
    where
        Self: Sized,
    {
        Embedding::new(self, row)
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
