//! The hypothesis tests reject correct samples at the rate of their alpha, and detect the deviations stated in the
//! documentation.

use fanin_conformance::statistics::{
    ALPHA, Moments, correlation, ks_critical, ks_distance, tail_deviance, two_sided_z,
};
use fanin_core::Dtype;
use fanin_core::values::exact::normal_cdf;
use fanin_core::values::{Stream, fill_normal};

/// The number of samples, the values per sample, and an alpha large enough to count rejections.
const SAMPLES: usize = 2000;
const N: usize = 500;
const COARSE: f64 = 0.05;

fn normal(seed: u64, n: usize) -> Vec<f64> {
    let mut values = vec![0.0; n];
    fill_normal(Stream::values(seed, "calibration"), 0, &mut values, 0.0, 1.0).unwrap();
    values
}

/// The number of samples for which `refuses` is true.
fn refusals(refuses: impl Fn(u64) -> bool) -> usize {
    (0..SAMPLES as u64).filter(|seed| refuses(*seed)).count()
}

/// A binomial count with p = 0.05 in 2,000 is between 50 and 158 by Chernoff's bound at 1e-6.
fn is_calibrated(count: usize) -> bool {
    tail_deviance(count, SAMPLES, COARSE) <= (2.0 / ALPHA).ln()
}

#[test]
fn z_tests_refuse_as_often_as_they_say() {
    let root = 500.0_f64.sqrt();
    let means = refusals(|seed| Moments::of(&normal(seed, N)).mean.abs() > two_sided_z(COARSE) / root);
    assert!(is_calibrated(means), "{means} means refused");
    let variances = refusals(|seed| {
        let moments = Moments::of(&normal(seed, N));
        (moments.variance - 1.0).abs() > two_sided_z(COARSE) * moments.variance_error()
    });
    assert!(is_calibrated(variances), "{variances} variances refused");
    let correlations = refusals(|seed| {
        let pairs: Vec<_> = normal(seed, N).into_iter().zip(normal(seed + 1_000_000, N)).collect();
        correlation(&pairs).is_none_or(|found| found.abs() > two_sided_z(COARSE) / root)
    });
    assert!(is_calibrated(correlations), "{correlations} correlations refused");
}

#[test]
fn bounds_refuse_at_most_as_often_as_they_say() {
    let distances = refusals(|seed| {
        let mut values = normal(seed, N);
        values.sort_by(f64::total_cmp);
        ks_distance(&values, Dtype::F64, normal_cdf) > ks_critical(N, COARSE)
    });
    // Massart's bound is tight for large n: there are some rejections, but not too many.
    assert!((1..=158).contains(&distances), "{distances} distances refused");
    let tails = refusals(|seed| {
        let beyond = normal(seed, N).iter().filter(|value| **value > 1.0).count();
        tail_deviance(beyond, N, normal_cdf(-1.0)) > (2.0 / COARSE).ln()
    });
    assert!((1..=158).contains(&tails), "{tails} tails refused");
}

/// n = 2^17 and alpha = 1e-6, as in the laws: deviations twice the limit are rejected, and half the limit are not.
#[test]
fn the_laws_see_what_the_page_says() {
    let n = 1 << 17;
    let values = normal(1, n);
    let limit = two_sided_z(ALPHA) / 362.038_671_967_512_4; // sqrt n
    assert!((limit - 0.0135).abs() < 1e-4);
    let off = |by: f64| Moments::of(&values.iter().map(|value| value + by).collect::<Vec<_>>()).mean.abs() > limit;
    assert!(!off(0.5 * limit) && off(2.0 * limit));
    let wide = |factor: f64| {
        let moments = Moments::of(&values.iter().map(|value| value * factor).collect::<Vec<_>>());
        (moments.variance - 1.0).abs() > two_sided_z(ALPHA) * moments.variance_error()
    };
    assert!(!wide(1.005) && wide(1.02) && wide(0.98));
}
