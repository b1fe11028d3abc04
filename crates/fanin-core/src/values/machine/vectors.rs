//! Vectors of several widths behind one trait, for loops whose accumulators the compiler alone does not keep in registers.

/// A few numbers that are added, subtracted and multiplied side by side, each operation rounded once, never fused: the lanes
/// of a wide vector and of a narrow one hold the same bits.
///
/// # Safety
/// An implementation reads and writes [`Vector::LANES`] numbers at a pointer, no more. Its functions may be called only where the
/// processor has the instructions that they are made of.
pub(super) unsafe trait Vector: Copy {
    /// One lane.
    type Scalar: Copy + Default;
    /// The number of lanes.
    const LANES: usize;

    /// Every lane the same.
    unsafe fn splat(value: Self::Scalar) -> Self;
    /// The numbers at `from`.
    unsafe fn load(from: *const Self::Scalar) -> Self;
    /// Writes the numbers to `to`.
    unsafe fn store(self, to: *mut Self::Scalar);
    /// Lane by lane `self + other`.
    unsafe fn plus(self, other: Self) -> Self;
    /// Lane by lane `self - other`.
    unsafe fn minus(self, other: Self) -> Self;
    /// Lane by lane `self * other`.
    unsafe fn times(self, other: Self) -> Self;
}

/// A processor's vector, by its intrinsics.
#[cfg(target_arch = "x86_64")]
macro_rules! intrinsics {
    ($($vector:ident of $lanes:literal $scalar:ty: $splat:ident $load:ident $store:ident $plus:ident $minus:ident $times:ident;)*) => {$(
        // SAFETY: the intrinsics read and write a vector's width, at any address, and need what the caller has promised.
        unsafe impl Vector for std::arch::x86_64::$vector {
            type Scalar = $scalar;
            const LANES: usize = $lanes;

            #[inline(always)]
            unsafe fn splat(value: $scalar) -> Self {
                // SAFETY: the caller has promised the instruction.
                unsafe { std::arch::x86_64::$splat(value) }
            }
            #[inline(always)]
            unsafe fn load(from: *const $scalar) -> Self {
                // SAFETY: the caller has promised the instruction and a vector of numbers at `from`, at any address.
                unsafe { std::arch::x86_64::$load(from) }
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut $scalar) {
                // SAFETY: the caller has promised the instruction and room for a vector of numbers at `to`, at any address.
                unsafe { std::arch::x86_64::$store(to, self) }
            }
            #[inline(always)]
            unsafe fn plus(self, other: Self) -> Self {
                // SAFETY: the caller has promised the instruction.
                unsafe { std::arch::x86_64::$plus(self, other) }
            }
            #[inline(always)]
            unsafe fn minus(self, other: Self) -> Self {
                // SAFETY: the caller has promised the instruction.
                unsafe { std::arch::x86_64::$minus(self, other) }
            }
            #[inline(always)]
            unsafe fn times(self, other: Self) -> Self {
                // SAFETY: the caller has promised the instruction.
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

/// A vector that any processor has: an array.
#[cfg(any(test, not(target_arch = "x86_64")))]
macro_rules! arrays {
    ($([$scalar:ty; $lanes:literal])*) => {$(
        // SAFETY: an array's width is read and written, and no instruction is asked for.
        unsafe impl Vector for [$scalar; $lanes] {
            type Scalar = $scalar;
            const LANES: usize = $lanes;

            #[inline(always)]
            unsafe fn splat(value: $scalar) -> Self {
                [value; $lanes]
            }
            #[inline(always)]
            unsafe fn load(from: *const $scalar) -> Self {
                // SAFETY: the caller's promise; an array of numbers lies where its first one may.
                unsafe { from.cast::<Self>().read() }
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut $scalar) {
                // SAFETY: the caller's promise; an array of numbers lies where its first one may.
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
