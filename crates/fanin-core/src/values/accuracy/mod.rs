//! Accuracy tests of the transforms: error, monotonicity, and values that must never occur.
//!
//! The tests visit a sample of the inputs. With `FANIN_EXHAUSTIVE=1` in the environment they visit every input, as
//! `campaigns/exhaustive` does in release mode.

mod f64_kernels;
mod f64_sample;
mod halves;
mod logarithm;
mod normal;
mod scan;
mod truncated;
mod uniform;

pub(super) use scan::{Values, scan};

/// Returns the distance of an `f32` from the true value, in ulp of the true value.
fn ulps_f32(value: f32, truth: f64) -> f64 {
    #[allow(clippy::cast_possible_truncation, reason = "truncates to the binade by design")]
    let near = (truth as f32).abs();
    let ulp = f64::from(near.next_up()) - f64::from(near);
    (f64::from(value) - truth).abs() / ulp
}

/// Returns the distance between two `f64` values, in ulp of the second.
fn ulps_f64(value: f64, truth: f64) -> f64 {
    let near = truth.abs();
    (value - truth).abs() / (near.next_up() - near)
}
