//! Tests of the distributions: Kolmogorov-Smirnov, moments, independence of partners, and impostors that must fail.
//!
//! n = 10^6, alpha = 1e-4 per test, fixed seeds: a test that passes once always passes.

use fanin_conformance::statistics::ks_distance;
use fanin_core::values::exact::normal_cdf;
use fanin_core::values::{Element, Stream, TruncatedUnitNormal, fill_normal, fill_truncated_normal, fill_uniform};
use half::bf16;

const N: usize = 1_000_000;
/// `√(-ln(alpha / 2) / 2)`: the limit that the Kolmogorov-Smirnov distance times `√n` exceeds with probability alpha.
const KS_LIMIT: f64 = 2.225;
/// The two-sided normal quantile of alpha.
const SIGMA_LIMIT: f64 = 3.891;

fn stream() -> Stream {
    Stream::values(2_024, "encoder.weight")
}

/// Returns `√n` times the largest distance between the sample's distribution function and `cdf`.
#[allow(clippy::cast_precision_loss, reason = "counts to 10^6")]
fn ks<T: Element>(sample: &[T], cdf: impl Fn(f64) -> f64) -> f64 {
    let mut sorted: Vec<f64> = sample.iter().map(|x| x.to_f64()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    ks_distance(&sorted, T::DTYPE, cdf) * (sorted.len() as f64).sqrt()
}

fn mean_and_variance<T: Element>(sample: &[T]) -> (f64, f64) {
    #[allow(clippy::cast_precision_loss, reason = "counts to 10^6")]
    let n = sample.len() as f64;
    let mean = sample.iter().map(|x| x.to_f64()).sum::<f64>() / n;
    (mean, sample.iter().map(|x| (x.to_f64() - mean) * (x.to_f64() - mean)).sum::<f64>() / n)
}

fn uniform<T: Element>() -> Vec<T> {
    let mut out = vec![T::default(); N];
    fill_uniform(stream(), 0, &mut out, -0.3, 1.7).expect("a window inside u64");
    out
}

fn normal<T: Element>() -> Vec<T> {
    let mut out = vec![T::default(); N];
    fill_normal(stream(), 0, &mut out, 0.0, 1.0).expect("a window inside u64");
    out
}

fn truncated<T: Element>(distribution: &TruncatedUnitNormal) -> Vec<T> {
    let mut out = vec![T::default(); N];
    fill_truncated_normal(stream(), 0, &mut out, distribution, 0.0, 1.0).expect("a window inside u64");
    out
}

#[test]
fn uniform_distribution() {
    let cdf = |x: f64| ((x + 0.3) * 0.5).clamp(0.0, 1.0);
    assert!(ks(&uniform::<f32>(), cdf) < KS_LIMIT);
    assert!(ks(&uniform::<f64>(), cdf) < KS_LIMIT);
}

#[test]
fn normal_distribution() {
    assert!(ks(&normal::<f32>(), normal_cdf) < KS_LIMIT);
    assert!(ks(&normal::<f64>(), normal_cdf) < KS_LIMIT);
}

fn check_moments<T: Element>() {
    let sample = normal::<T>();
    let (mean, variance) = mean_and_variance(&sample);
    let root_n = 1_000.0;
    assert!(mean.abs() * root_n < SIGMA_LIMIT, "{}: mean {mean}", T::DTYPE);
    // The variance of a normal sample has standard error √(2/n).
    assert!((variance - 1.0).abs() * root_n / 2_f64.sqrt() < SIGMA_LIMIT, "{}: variance {variance}", T::DTYPE);
}

#[test]
fn normal_moments() {
    check_moments::<f32>();
    check_moments::<f64>();
    check_moments::<bf16>();
}

#[test]
fn partners_are_independent() {
    // The two values of a Box-Muller pair are 64 apart: neither they nor their squares are correlated.
    let sample = normal::<f32>();
    let pairs: Vec<(f64, f64)> = sample
        .chunks_exact(128)
        .flat_map(|chunk| (0..64).map(|i| (f64::from(chunk[i]), f64::from(chunk[i + 64]))))
        .collect();
    #[allow(clippy::cast_precision_loss, reason = "counts to 10^6")]
    let root_n = (pairs.len() as f64).sqrt();
    let plain = pairs.iter().map(|(a, b)| a * b).sum::<f64>() / root_n;
    let squares = pairs.iter().map(|(a, b)| (a * a - 1.0) * (b * b - 1.0) / 2.0).sum::<f64>() / root_n;
    assert!(plain.abs() < SIGMA_LIMIT && squares.abs() < SIGMA_LIMIT, "{plain}, {squares}");
}

fn check_truncated<T: Element>(low: f64, high: f64) {
    let distribution = TruncatedUnitNormal::new(low, high).expect("bounds in order");
    let sample = truncated::<T>(&distribution);
    let distance = ks(&sample, |x| distribution.cdf(x));
    assert!(distance < KS_LIMIT, "{} [{low}, {high}]: {distance}", T::DTYPE);
    let (mean, variance) = mean_and_variance(&sample);
    let off = (mean - distribution.mean()) / distribution.std() * 1_000.0;
    assert!(off.abs() < SIGMA_LIMIT, "{} [{low}, {high}]: mean off by {off}", T::DTYPE);
    // The kurtosis is at most 9, that of the exponential distribution, so the standard error of the variance is at most
    // √(8/n).
    let off = (variance / (distribution.std() * distribution.std()) - 1.0) * 1_000.0 / 8_f64.sqrt();
    assert!(off.abs() < SIGMA_LIMIT, "{} [{low}, {high}]: variance off by {off}", T::DTYPE);
}

#[test]
fn truncated_distribution_in_the_center() {
    check_truncated::<f32>(-2.0, 2.0);
    check_truncated::<f64>(-2.0, 2.0);
    check_truncated::<f32>(-0.5, 2.75);
    check_truncated::<f32>(0.0, f64::INFINITY);
}

#[test]
fn truncated_distribution_in_the_tails() {
    check_truncated::<f32>(1.0, f64::INFINITY);
    check_truncated::<f64>(-6.0, -5.0);
    check_truncated::<f64>(f64::NEG_INFINITY, -50.0);
    check_truncated::<f64>(40.0, 41.0);
}

#[test]
fn truncated_law_on_short_intervals() {
    check_truncated::<f64>(1.0, 1.000_001);
    check_truncated::<f32>(-1e-4, 2e-4);
    check_truncated::<f64>(-1e-12, 1e-12);
}

#[test]
fn impostors_fail() {
    // A standard deviation that is off by 2 %.
    let wide: Vec<f64> = normal::<f64>().iter().map(|x| x * 1.02).collect();
    assert!(ks(&wide, normal_cdf) > KS_LIMIT);
    // Clipped instead of truncated.
    let distribution = TruncatedUnitNormal::new(-2.0, 2.0).expect("bounds in order");
    let clipped: Vec<f64> = normal::<f64>().iter().map(|x| x.clamp(-2.0, 2.0)).collect();
    assert!(ks(&clipped, |x| distribution.cdf(x)) > KS_LIMIT);
    // The same word for both halves of a pair makes partners equal.
    let sample = normal::<f64>();
    let product = sample[..1_000].iter().map(|x| x * x).sum::<f64>() / 1_000_f64.sqrt();
    assert!(product > SIGMA_LIMIT);
}
