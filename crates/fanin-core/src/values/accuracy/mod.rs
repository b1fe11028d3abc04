//! How far the transforms lie from their formulas, over many draws and at the extremes.

mod f64_kernels;
mod halves;
mod normal;
mod truncated;

/// The distance of an `f32` from the true value, in ulp of the true value.
fn ulps_f32(value: f32, truth: f64) -> f64 {
    #[allow(clippy::cast_possible_truncation, reason = "the binade of the truth is what is asked for")]
    let near = (truth as f32).abs();
    let ulp = f64::from(near.next_up()) - f64::from(near);
    (f64::from(value) - truth).abs() / ulp
}

/// The distance of two `f64` in ulp of the second.
fn ulps_f64(value: f64, truth: f64) -> f64 {
    let near = truth.abs();
    (value - truth).abs() / (near.next_up() - near)
}

/// About `count` draws of 31 bits at an even stride, and both ends.
fn draws(count: u32) -> impl Iterator<Item = u32> {
    let last = 0x7fff_ffff;
    let stride = last / count;
    (0..64).chain((0..count).map(move |i| i * stride)).chain(last - 63..=last)
}
