//! The two arithmetic types that kernels compute in.

/// An arithmetic type: `f32` or `f64`.
pub trait Real: Copy + Default + Send + Sync + 'static {
    /// Rounds to the nearest number of this type, ties to even.
    fn nearest(value: f64) -> Self;
}

impl Real for f32 {
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "rounds by design")]
    fn nearest(value: f64) -> Self {
        value as Self
    }
}

impl Real for f64 {
    #[inline(always)]
    fn nearest(value: f64) -> Self {
        value
    }
}
