//! The two arithmetics behind the four elements, and their transforms.

use super::block::Blocks;
use super::element::Element;
use super::normal::Normal;
use super::tile::{Window, WindowError};
use super::truncated_normal::{self, TruncatedUnitNormal};
use super::uniform::Uniform;

/// The arithmetic behind an element, `f32` or `f64`, with its fills.
pub trait Real: Copy + Default + 'static {
    /// See [`fill_uniform`](super::fill_uniform).
    ///
    /// # Errors
    /// [`WindowError`], as the public function.
    fn fill_uniform<T: Element<Real = Self>>(window: Window<'_, T>, low: f64, high: f64) -> Result<(), WindowError>;

    /// See [`fill_normal`](super::fill_normal).
    ///
    /// # Errors
    /// [`WindowError`], as the public function.
    fn fill_normal<T: Element<Real = Self>>(window: Window<'_, T>, mean: f64, std: f64) -> Result<(), WindowError>;

    /// See [`fill_truncated_normal`](super::fill_truncated_normal).
    ///
    /// # Errors
    /// [`WindowError`], as the public function.
    fn fill_truncated<T: Element<Real = Self>>(
        window: Window<'_, T>,
        distribution: &TruncatedUnitNormal,
        mean: f64,
        std: f64,
    ) -> Result<(), WindowError>;
}

impl Real for f32 {
    fn fill_uniform<T: Element<Real = Self>>(window: Window<'_, T>, low: f64, high: f64) -> Result<(), WindowError> {
        window.fill(&Blocks::<_, 4>(Uniform::<f32>::new(low, high)))
    }

    fn fill_normal<T: Element<Real = Self>>(window: Window<'_, T>, mean: f64, std: f64) -> Result<(), WindowError> {
        window.fill(&Blocks::<_, 4>(Normal::<f32>::new(mean, std)))
    }

    fn fill_truncated<T: Element<Real = Self>>(
        window: Window<'_, T>,
        distribution: &TruncatedUnitNormal,
        mean: f64,
        std: f64,
    ) -> Result<(), WindowError> {
        truncated_normal::fill_single(window, distribution, Normal::<f32>::new(mean, std))
    }
}

impl Real for f64 {
    fn fill_uniform<T: Element<Real = Self>>(window: Window<'_, T>, low: f64, high: f64) -> Result<(), WindowError> {
        window.fill(&Blocks::<_, 2>(Uniform::<f64>::new(low, high)))
    }

    fn fill_normal<T: Element<Real = Self>>(window: Window<'_, T>, mean: f64, std: f64) -> Result<(), WindowError> {
        window.fill(&Blocks::<_, 2>(Normal::<f64>::new(mean, std)))
    }

    fn fill_truncated<T: Element<Real = Self>>(
        window: Window<'_, T>,
        distribution: &TruncatedUnitNormal,
        mean: f64,
        std: f64,
    ) -> Result<(), WindowError> {
        truncated_normal::fill_double(window, distribution, Normal::<f64>::new(mean, std))
    }
}
