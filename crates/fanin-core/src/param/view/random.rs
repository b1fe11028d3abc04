//! Random values of each element's own address.

use rayon::prelude::*;

use super::ParamViewMut;
use crate::address::Key;
use crate::error::InitError;
use crate::values::{
    self, Destination, Element, ElementRng, PARALLEL, Scattered, TruncatedUnitNormal, each_scattered, each_slice,
    indexed, normal_support, truncated_normal_support,
};

impl ParamViewMut<'_> {
    /// Draws each element from its own generator, so that values do not depend on the order, the window or the thread
    /// count. Runs in parallel on the current rayon pool from 2^17 elements on.
    pub fn fill_with_rng(&mut self, key: Key<'_>, draw: impl Fn(&mut ElementRng) -> f64 + Sync) {
        let stream = key.elements();
        let value = |index| draw(&mut ElementRng::new(stream, index));
        match &mut self.destination {
            Destination::Window { start, out } => each_slice!(out, out => in_window(out, *start, &value)),
            Destination::Block(elements) => {
                each_scattered!(elements, elements => in_block(elements.reborrow(), &value));
            }
        }
    }

    /// Fills with values uniform on `[low, high)`.
    ///
    /// # Errors
    /// [`InitError::Window`] if the window extends past 2^64 elements, [`InitError::Range`] if the arithmetic type
    /// cannot represent `high - low`, or the element type a bound. Nothing is written on error.
    pub fn fill_uniform(&mut self, key: Key<'_>, low: f64, high: f64) -> Result<(), InitError> {
        self.check_arguments(key, [("low", low), ("high", high), ("high - low", high - low)])?;
        self.check_bounds(key, (low, high))?;
        if self.is_empty() {
            return Ok(());
        }
        values::uniform(key.values(), self.destination.reborrow(), low, high).map_err(|e| InitError::window(key, &e))
    }

    /// Fills with normal values of the given mean and standard deviation.
    ///
    /// # Errors
    /// [`InitError::Window`] if the window extends past 2^64 elements, [`InitError::Range`] if the arithmetic type
    /// cannot represent an argument, or the element type the largest possible magnitude. Nothing is written on error.
    pub fn fill_normal(&mut self, key: Key<'_>, mean: f64, std: f64) -> Result<(), InitError> {
        self.check_arguments(key, [("mean", mean), ("std", std)])?;
        self.check_bounds(key, normal_support(self.dtype(), mean, std))?;
        if self.is_empty() {
            return Ok(());
        }
        values::normal(key.values(), self.destination.reborrow(), mean, std).map_err(|e| InitError::window(key, &e))
    }

    /// Fills with `mean + scale * z`, where `z` is a truncated unit normal.
    ///
    /// # Errors
    /// [`InitError::Window`] if the window extends past 2^64 elements, [`InitError::Range`] if the arithmetic type
    /// cannot represent an argument, or the element type the largest possible magnitude. Nothing is written on error.
    pub fn fill_truncated_normal(
        &mut self,
        key: Key<'_>,
        unit: &TruncatedUnitNormal,
        mean: f64,
        scale: f64,
    ) -> Result<(), InitError> {
        self.check_arguments(key, [("mean", mean), ("std", scale)])?;
        self.check_bounds(key, truncated_normal_support(self.dtype(), unit, mean, scale))?;
        if self.is_empty() {
            return Ok(());
        }
        values::truncated_normal(key.values(), self.destination.reborrow(), unit, mean, scale)
            .map_err(|e| InitError::window(key, &e))
    }
}

/// Elements per parallel work item.
const PIECE: usize = 1 << 12;

/// Returns whether so few elements are computed on the current thread. A fill that a backend runs under a lock must not
/// wait for other threads unless it is large. See `fill_in_parallel`.
fn on_one_thread(len: usize) -> bool {
    len < PARALLEL || rayon::current_num_threads() == 1
}

fn in_window<T: Element>(data: &mut [T], start: u64, value: &(impl Fn(u64) -> f64 + Sync)) {
    if on_one_thread(data.len()) {
        return indexed(data, start, &mut |index| value(index));
    }
    data.par_chunks_mut(PIECE).enumerate().for_each(|(number, piece)| {
        let start = start.wrapping_add((number * PIECE) as u64);
        indexed(piece, start, &mut |index| value(index));
    });
}

fn in_block<T: Element>(mut elements: Scattered<'_, T>, value: &(impl Fn(u64) -> f64 + Sync)) {
    if on_one_thread(elements.len()) {
        return elements.set_each(|index| T::from_f64(value(index)));
    }
    elements.pieces(PIECE).into_par_iter().for_each(|mut piece| piece.set_each(|index| T::from_f64(value(index))));
}
