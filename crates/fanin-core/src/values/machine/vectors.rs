//! Vectors of several widths behind one trait, for loops whose accumulators the compiler would not keep in registers.

/// A SIMD vector with lane-wise addition, subtraction and multiplication. Each operation is rounded once and never
/// fused, so lanes hold the same bits for every vector width.
///
/// # Safety
/// An implementation must read and write exactly [`Vector::LANES`] numbers at a pointer. Its functions may be called
/// only if the processor supports the instructions that they use.
pub(super) unsafe trait Vector: Copy {
    /// The type of a lane.
    type Scalar: Copy + Default;
    /// The number of lanes.
    const LANES: usize;

    /// Sets every lane to `value`.
    unsafe fn splat(value: Self::Scalar) -> Self;
    /// Loads the numbers at `from`.
    unsafe fn load(from: *const Self::Scalar) -> Self;
    /// Stores the numbers at `to`.
    unsafe fn store(self, to: *mut Self::Scalar);
    /// Computes `self + other` in each lane.
    unsafe fn plus(self, other: Self) -> Self;
    /// Computes `self - other` in each lane.
    unsafe fn minus(self, other: Self) -> Self;
    /// Computes `self * other` in each lane.
    unsafe fn times(self, other: Self) -> Self;
}

/// Implements `Vector` for a processor's vector type with its intrinsics.
#[cfg(target_arch = "x86_64")]
macro_rules! intrinsics {
    ($($vector:ident of $lanes:literal $scalar:ty: $splat:ident $load:ident $store:ident $plus:ident $minus:ident $times:ident;)*) => {$(
        // SAFETY: the intrinsics read and write a vector's width at any alignment, and the caller guarantees the rest.
        unsafe impl Vector for std::arch::x86_64::$vector {
            type Scalar = $scalar;
            const LANES: usize = $lanes;

            #[inline(always)]
            unsafe fn splat(value: $scalar) -> Self {
                // SAFETY: the caller guarantees that the instruction is available.
                unsafe { std::arch::x86_64::$splat(value) }
            }
            #[inline(always)]
            unsafe fn load(from: *const $scalar) -> Self {
                // SAFETY: the caller guarantees the instruction and a vector of numbers at `from`, at any alignment.
                unsafe { std::arch::x86_64::$load(from) }
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut $scalar) {
                // SAFETY: the caller guarantees the instruction and room for a vector of numbers at `to`, at any
                // alignment.
                unsafe { std::arch::x86_64::$store(to, self) }
            }
            #[inline(always)]
            unsafe fn plus(self, other: Self) -> Self {
                // SAFETY: the caller guarantees that the instruction is available.
                unsafe { std::arch::x86_64::$plus(self, other) }
            }
            #[inline(always)]
            unsafe fn minus(self, other: Self) -> Self {
                // SAFETY: the caller guarantees that the instruction is available.
                unsafe { std::arch::x86_64::$minus(self, other) }
            }
            #[inline(always)]
            unsafe fn times(self, other: Self) -> Self {
                // SAFETY: the caller guarantees that the instruction is available.
                unsafe { std::arch::x86_64::$times(self, other) }
            }
        }
    )*};
}

#[cfg(target_arch = "x86_64")]
intrinsics! {
    __m128 of 4 f32: _mm_set1_ps _mm_loadu_ps _mm_storeu_ps _mm_add_ps _mm_sub_ps _mm_mul_ps;
    __m128d of 2 f64: _mm_set1_pd _mm_loadu_pd _mm_storeu_pd _mm_add_pd _mm_sub_pd _mm_mul_pd;
    __m256 of 8 f32: _mm256_set1_ps _mm256_loadu_ps _mm256_storeu_ps _mm256_add_ps _mm256_sub_ps _mm256_mul_ps;
    __m256d of 4 f64: _mm256_set1_pd _mm256_loadu_pd _mm256_storeu_pd _mm256_add_pd _mm256_sub_pd _mm256_mul_pd;
    __m512 of 16 f32: _mm512_set1_ps _mm512_loadu_ps _mm512_storeu_ps _mm512_add_ps _mm512_sub_ps _mm512_mul_ps;
    __m512d of 8 f64: _mm512_set1_pd _mm512_loadu_pd _mm512_storeu_pd _mm512_add_pd _mm512_sub_pd _mm512_mul_pd;
}

/// Implements `Vector` for arrays, which work on any processor.
#[cfg(any(test, not(target_arch = "x86_64")))]
macro_rules! arrays {
    ($([$scalar:ty; $lanes:literal])*) => {$(
        // SAFETY: reads and writes an array's width and needs no special instructions.
        unsafe impl Vector for [$scalar; $lanes] {
            type Scalar = $scalar;
            const LANES: usize = $lanes;

            #[inline(always)]
            unsafe fn splat(value: $scalar) -> Self {
                [value; $lanes]
            }
            #[inline(always)]
            unsafe fn load(from: *const $scalar) -> Self {
                // SAFETY: guaranteed by the caller; an array has the same alignment as its elements.
                unsafe { from.cast::<Self>().read() }
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut $scalar) {
                // SAFETY: guaranteed by the caller; an array has the same alignment as its elements.
                unsafe { to.cast::<Self>().write(self) }
            }
            #[inline(always)]
            unsafe fn plus(self, other: Self) -> Self {
                std::array::from_fn(|lane| self[lane] + other[lane])
            }
            #[inline(always)]
            unsafe fn minus(self, other: Self) -> Self {
                std::array::from_fn(|lane| self[lane] - other[lane])
            }
            #[inline(always)]
            unsafe fn times(self, other: Self) -> Self {
                std::array::from_fn(|lane| self[lane] * other[lane])
            }
        }
    )*};
}

#[cfg(any(test, not(target_arch = "x86_64")))]
arrays! { [f32; 4] [f64; 2] }
