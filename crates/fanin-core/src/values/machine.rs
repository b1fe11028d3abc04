//! Instruction set dispatch, lazily zeroed allocation, and strided memory.
//!
//! This module contains all unsafe code of the crate.
#![allow(unsafe_code)]

mod product;
mod strided;
mod vectors;

use std::alloc::{Layout, alloc_zeroed};
use std::sync::OnceLock;

use half::f16;

use super::element::Element;
#[cfg(target_arch = "x86_64")]
use super::round_half::f16_bits;
use super::stream::Stream;
use super::tile::{LANES, MAX_TILE, Singles, Tile};
pub(crate) use product::{Onto, Panels, Product};
pub use strided::StridedMut;

/// Selects the compiled version of the loop over tiles. All versions give the same bits and differ only in vector
/// width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InstructionSet {
    /// The target features that the crate was compiled for.
    Baseline,
    /// 256-bit AVX2 with F16C, which every processor with AVX2 supports.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// 512-bit AVX-512 F, BW, DQ and VL.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl InstructionSet {
    /// Returns every set that this processor supports, the widest last.
    pub(crate) fn available() -> &'static [Self] {
        static AVAILABLE: OnceLock<Vec<InstructionSet>> = OnceLock::new();
        AVAILABLE.get_or_init(|| {
            #[cfg_attr(not(target_arch = "x86_64"), expect(unused_mut, reason = "other processors have one set"))]
            let mut sets = vec![Self::Baseline];
            #[cfg(target_arch = "x86_64")]
            {
                if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("f16c") {
                    sets.push(Self::Avx2);
                }
                if is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                {
                    sets.push(Self::Avx512);
                }
            }
            sets
        })
    }

    /// Returns the set to use: the one named by the environment variable `FANIN_INSTRUCTION_SET` if the processor
    /// supports it, otherwise the widest that the processor supports.
    ///
    /// The variable is for benchmarks, and for tests that all sets give the same bits.
    pub(crate) fn chosen() -> Self {
        static CHOSEN: OnceLock<InstructionSet> = OnceLock::new();
        #[cfg(test)]
        if let Some(set) = FORCED.get() {
            return set;
        }
        *CHOSEN.get_or_init(|| {
            let sets = Self::available();
            let named = std::env::var("FANIN_INSTRUCTION_SET").ok();
            let named = named.and_then(|name| sets.iter().find(|set| set.name() == name));
            named.or(sets.last()).copied().unwrap_or(Self::Baseline)
        })
    }

    /// Returns the name used in the environment variable.
    fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => "avx512",
        }
    }

    /// Runs `work` on the current thread with this set instead of the chosen one.
    #[cfg(test)]
    pub(crate) fn force<R>(self, work: impl FnOnce() -> R) -> R {
        let before = FORCED.replace(Some(self));
        let result = work();
        FORCED.set(before);
        result
    }

    /// Fills whole tiles, starting at tile number `first`. `out` holds a whole number of tiles.
    pub(crate) fn fill_tiles<T: Element, K: Tile<T::Real>>(
        self,
        stream: Stream,
        first: u64,
        out: &mut [T],
        kernel: &K,
    ) {
        // Check availability: a value of this type does not prove that the processor supports the set.
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 if Self::available().contains(&self) => {
                // SAFETY: the processor supports the features that the function is compiled for.
                unsafe { avx512(stream, first, out, kernel) }
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 if Self::available().contains(&self) => {
                // SAFETY: the processor supports the features that the function is compiled for.
                unsafe { avx2(stream, first, out, kernel) }
            }
            _ => baseline(stream, first, out, kernel),
        }
    }

    /// Computes the values of single elements.
    pub(crate) fn fill_singles<T: Element, K: Tile<T::Real>>(
        self,
        stream: Stream,
        singles: &Singles,
        out: &mut [T; LANES],
        kernel: &K,
    ) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 if Self::available().contains(&self) => {
                // SAFETY: the processor supports the features that the function is compiled for.
                unsafe { avx512_singles(stream, singles, out, kernel) }
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 if Self::available().contains(&self) => {
                // SAFETY: the processor supports the features that the function is compiled for.
                unsafe { avx2_singles(stream, singles, out, kernel) }
            }
            _ => baseline_singles(stream, singles, out, kernel),
        }
    }
}

#[cfg(test)]
thread_local! {
    static FORCED: std::cell::Cell<Option<InstructionSet>> = const { std::cell::Cell::new(None) };
}

#[inline(never)]
fn baseline<T: Element, K: Tile<T::Real>>(stream: Stream, first: u64, out: &mut [T], kernel: &K) {
    tiles(stream, first, out, kernel, None::<fn(&[f32], &mut [f16])>);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,f16c")]
fn avx2<T: Element, K: Tile<T::Real>>(stream: Stream, first: u64, out: &mut [T], kernel: &K) {
    tiles(stream, first, out, kernel, Some(|values: &[f32], halves: &mut [f16]| round_f16(values, halves)));
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn avx512<T: Element, K: Tile<T::Real>>(stream: Stream, first: u64, out: &mut [T], kernel: &K) {
    // Rounding with 512-bit integers is faster than the instruction.
    tiles(stream, first, out, kernel, None::<fn(&[f32], &mut [f16])>);
}

#[inline(never)]
fn baseline_singles<T: Element, K: Tile<T::Real>>(stream: Stream, singles: &Singles, out: &mut [T; LANES], kernel: &K) {
    kernel.singles(stream, singles, out, T::from_real);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,f16c")]
fn avx2_singles<T: Element, K: Tile<T::Real>>(stream: Stream, singles: &Singles, out: &mut [T; LANES], kernel: &K) {
    kernel.singles(stream, singles, out, T::from_real);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn avx512_singles<T: Element, K: Tile<T::Real>>(stream: Stream, singles: &Singles, out: &mut [T; LANES], kernel: &K) {
    kernel.singles(stream, singles, out, T::from_real);
}

/// Loops over tiles. This function and everything it calls is inlined into each of its three callers, and so compiled
/// for each instruction set.
#[inline(always)]
fn tiles<T: Element, K: Tile<T::Real>>(
    stream: Stream,
    first: u64,
    out: &mut [T],
    kernel: &K,
    round_f16: Option<impl Fn(&[f32], &mut [f16]) + Copy>,
) {
    let numbered = |number: usize| first.wrapping_add(number as u64);
    let Some(round_f16) = round_f16.filter(|_| T::HAS_INSTRUCTION) else {
        for (number, tile) in out.chunks_exact_mut(K::SIZE).enumerate() {
            kernel.tile(stream, numbered(number), tile, T::from_real);
        }
        return;
    };
    for (number, tile) in out.chunks_exact_mut(K::SIZE).enumerate() {
        let mut values = [T::Real::default(); MAX_TILE];
        let values = &mut values[..K::SIZE];
        kernel.tile(stream, numbered(number), values, |value| value);
        T::round(values, tile, round_f16);
    }
}

/// Rounds to `f16` with the processor's instruction. Gives the same bits as integer rounding, except for `NaN`.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx,f16c")]
fn round_f16(values: &[f32], halves: &mut [f16]) {
    use std::arch::x86_64::{_MM_FROUND_TO_NEAREST_INT, _mm_storeu_si128, _mm256_cvtps_ph, _mm256_loadu_ps};
    let (eights, rest) = values.as_chunks::<8>();
    let (eight_halves, other_halves) = halves.as_chunks_mut::<8>();
    for (eight, halves) in eights.iter().zip(eight_halves) {
        // SAFETY: reads eight 4-byte values and writes eight 2-byte values, each inside its array.
        unsafe {
            let rounded = _mm256_cvtps_ph::<_MM_FROUND_TO_NEAREST_INT>(_mm256_loadu_ps(eight.as_ptr()));
            _mm_storeu_si128(halves.as_mut_ptr().cast(), rounded);
        }
    }
    for (value, half) in rest.iter().zip(other_halves) {
        *half = f16::from_bits(f16_bits(*value));
    }
}

/// Allocates lazily zeroed memory. The pages of a large block are still untouched, so page faults fall on the thread
/// that first fills a page. On Linux, huge pages keep the number of faults low.
///
/// Returns `None` if the allocation fails.
pub(crate) fn untouched_zeros<T: Element>(len: usize) -> Option<Vec<T>> {
    let layout = Layout::array::<T>(len).ok()?;
    if layout.size() == 0 {
        return Some(Vec::new());
    }
    // SAFETY: the layout is not empty.
    let memory = unsafe { alloc_zeroed(layout) };
    if memory.is_null() {
        return None;
    }
    advise_huge_pages(memory, layout.size());
    #[expect(clippy::same_length_and_capacity, reason = "nothing else was allocated")]
    // SAFETY: the memory comes from the global allocator with the layout of `len` elements, and all-zero bits represent
    // zero in each of the four element types.
    Some(unsafe { Vec::from_raw_parts(memory.cast::<T>(), len, len) })
}

/// Requests huge pages if the range is large enough.
#[cfg(target_os = "linux")]
fn advise_huge_pages(memory: *mut u8, size: usize) {
    const HUGE: usize = 2 << 20;
    const PAGE: usize = 4 << 10;
    let inside = memory.addr().next_multiple_of(PAGE) - memory.addr();
    if size < 2 * HUGE || inside >= size {
        return;
    }
    let whole = (size - inside) / PAGE * PAGE;
    // SAFETY: the range lies inside memory that this process owns and is page-aligned, and the advice does not change
    // its contents. If the kernel refuses, pages stay small.
    let _ = unsafe { libc::madvise(memory.add(inside).cast(), whole, libc::MADV_HUGEPAGE) };
}

#[cfg(not(target_os = "linux"))]
fn advise_huge_pages(_: *mut u8, _: usize) {}

#[cfg(test)]
mod tests {
    use half::{bf16, f16};

    use super::untouched_zeros;
    use crate::values::element::Element;

    fn zeros<T: Element>() {
        for len in [0, 1, 1000, 3 << 20] {
            let zeros: Vec<T> = untouched_zeros(len).expect("memory");
            assert!(zeros.len() == len && zeros.iter().all(|zero| zero.to_f64().to_bits() == 0));
        }
        assert!(untouched_zeros::<T>(usize::MAX / 2).is_none());
        assert!(untouched_zeros::<T>(isize::MAX as usize / size_of::<T>()).is_none());
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn the_processor_rounds_as_the_integers_do() {
        use super::{InstructionSet, f16_bits, round_f16};
        use crate::values::accuracy::{Values, scan};
        if !InstructionSet::available().contains(&InstructionSet::Avx2) {
            return;
        }
        // Each visit rounds thirteen numbers, a vector of eight and a remainder, and consecutive visits start eight bit
        // patterns apart, so an exhaustive scan covers all numbers.
        scan(0..1 << 29, 100_000, |_: &mut Values, eighth| {
            let mut bits = eighth << 3;
            let values = [(); 13].map(|()| {
                bits = bits.wrapping_add(1);
                f32::from_bits(bits)
            });
            let mut rounded = [f16::ZERO; 13];
            // SAFETY: the processor supports F16C and AVX2, and therefore AVX.
            unsafe { round_f16(&values, &mut rounded) };
            for (value, rounded) in values.iter().zip(rounded) {
                assert!(value.is_nan() || f16_bits(*value) == rounded.to_bits(), "{value:?}");
            }
        });
    }

    #[test]
    fn untouched_memory_is_zero_and_too_much_is_none() {
        zeros::<f32>();
        zeros::<f64>();
        zeros::<f16>();
        zeros::<bf16>();
    }
}
