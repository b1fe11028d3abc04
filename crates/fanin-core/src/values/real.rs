//! The two arithmetics: the types that kernels compute in.

/// A type that values are computed in, `f32` or `f64`.
pub trait Real: Copy + Default + Send + Sync + 'static {
    /// The nearest number of this type, ties to even.
    fn nearest(value: f64) -> Self;
}

impl Real for f32 {
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "rounding is the purpose")]
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
