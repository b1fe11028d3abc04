//! Convenience methods for initializers.

use super::{BlockDiagonal, Embedding, Masked, Mirrored, Packed, Scaled, Sum};
use crate::address::{Key, Seed};
use crate::initializer::{ArgumentError, InitError, Initializer};
use crate::param::{Axis, ParamSpec, ParamViewMut};
use crate::values::{Element, untouched_zeros};

/// Methods for drawing from any [`Initializer`] and for combining initializers, also available on `Box<dyn
/// Initializer>` and `Arc<dyn Initializer>`.
pub trait InitializerExt: Initializer {
    /// Draws the whole parameter into a new allocation.
    ///
    /// # Errors
    /// Same as [`Initializer::fill`].
    fn sample<T: Element>(&self, param: &ParamSpec, seed: Seed) -> Result<Vec<T>, InitError> {
        self.sample_window(param, seed, 0, param.len())
    }

    /// Draws `count` elements of the parameter from element `start` on, with the same bits as in the whole.
    ///
    /// # Errors
    /// Same as [`Initializer::fill`], and [`InitError::Window`] if the window is not within the parameter or does not
    /// fit in memory.
    fn sample_window<T: Element>(
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
                "{count} elements from element {start} exceed the parameter's {} elements; use a smaller window",
                param.len()
            )));
        }
        self.check(param)?;
        let memory = zeros(count);
        let mut values: Vec<T> =
            memory.ok_or_else(|| refuse(format!("{count} elements do not fit in memory; draw them in windows")))?;
        self.fill(param, Key::new(seed, param.name()), ParamViewMut::window(&mut values, start))?;
        Ok(values)
    }

    /// Multiplies the values by `gain`: [`Scaled`].
    ///
    /// # Errors
    /// [`ArgumentError`] if `gain` is negative or not finite.
    fn scaled(self, gain: f64) -> Result<Scaled<Self>, ArgumentError>
    where
        Self: Sized,
    {
        Scaled::new(self, gain)
    }

    /// Keeps the values where those of `mask` are not 0: [`Masked`].
    fn masked<M: Initializer>(self, mask: M) -> Masked<Self, M>
    where
        Self: Sized,
    {
        Masked::new(self, mask)
    }

    /// Adds the values of another initializer: [`Sum`].
    fn plus<B: Initializer>(self, other: B) -> Sum<Self, B>
    where
        Self: Sized,
    {
        Sum::new(self, other)
    }

    /// Fills each of `count` equal parts along `axis` as a separate parameter: [`Packed`].
    ///
    /// # Errors
    /// [`ArgumentError`] if `count` is 0.
    fn per_block(self, count: usize, axis: Axis) -> Result<Packed<Self>, ArgumentError>
    where
        Self: Sized,
    {
        Packed::equal(self, count, axis)
    }

    /// Fills blocks on the diagonal, with zeros elsewhere: [`BlockDiagonal`].
    ///
    /// # Errors
    /// [`ArgumentError`] if there are no blocks.
    fn block_diagonal(self, blocks: usize) -> Result<BlockDiagonal<Self>, ArgumentError>
    where
        Self: Sized,
    {
        BlockDiagonal::new(self, blocks)
    }

    /// Makes the second half of `axis` the negated first half: [`Mirrored`].
    fn mirrored(self, axis: Axis) -> Mirrored<Self>
    where
        Self: Sized,
    {
        Mirrored::new(self, axis)
    }

    /// Sets one row to zeros: [`Embedding`].
    fn with_padding(self, row: usize) -> Embedding<Self>
    where
        Self: Sized,
    {
        Embedding::new(self, row)
    }
}

impl<I: Initializer + ?Sized> InitializerExt for I {}

/// Allocates zeros. For small sizes, clearing memory that the allocator has at hand is faster than requesting cleared
/// memory.
fn zeros<T: Element>(count: usize) -> Option<Vec<T>> {
    const FEW: usize = 1024;
    if count > FEW {
        return untouched_zeros(count);
    }
    let mut values = Vec::new();
    values.try_reserve_exact(count).ok()?;
    values.resize(count, T::default());
    Some(values)
}
