//! Samples twelve common initializers a hundred times each and identifies them from the values alone: no seeds are
//! tried, and every other named or fitted candidate competes.

use fanin_audit::identify::{self, Identification, IdentifyOptions};
use fanin_core::text;
use fanin_core::{Element, Initializer, InitializerExt, Layout, ParamSpec, Seed};
use half::{bf16, f16};

/// The variances of He, Glorot and LeCun, each normal, uniform and truncated; PyTorch's default; GPT-2's normal and
/// BERT's truncated normal.
const TWELVE: [&str; 12] = [
    "he_normal",
    "he_uniform",
    "variance_scaling(scale = 2)",
    "glorot_normal",
    "glorot_uniform",
    "variance_scaling(mode = fan_avg)",
    "lecun_normal",
    "lecun_uniform",
    "variance_scaling",
    "fan_in_uniform",
    "normal(std = 0.02)",
    "truncated_normal(std = 0.02, corrected = false)",
];

/// Returns a shape with eight times as many outputs as inputs, so that the three variances are 2, 1 and 2/9 of
/// `1 / fan_in`.
fn shape(n: usize) -> [usize; 2] {
    match n {
        512 => [64, 8],
        _ => [32, 4],
    }
}

fn identified<T: Element>(initializer: &dyn Initializer, shape: [usize; 2], draw: u64) -> Identification {
    let param = ParamSpec::new("weight", shape).expect("a shape").with_layout(Layout::OutIn);
    let values: Vec<T> = initializer.sample(&param, Seed(draw)).expect("values");
    identify::values(T::lend(&values), &param, &IdentifyOptions { seeds: None, ..IdentifyOptions::default() })
}

/// Counts, for each of the twelve, how often it is ranked first when it should be.
fn right<T: Element>(n: usize, draws: u64) -> Vec<(usize, &'static str)> {
    let of = |text: &'static str| {
        let initializer = text::parse(text).expect("an initializer");
        let first = |draw: &u64| {
            identified::<T>(&initializer, shape(n), *draw).candidates.first().is_some_and(|c| c.text == text)
        };
        ((0..draws).filter(first).count(), text)
    };
    TWELVE.into_iter().map(of).collect()
}

#[test]
fn all_of_a_hundred_draws_of_512_values_are_right() {
    for (count, text) in right::<f32>(512, 100) {
        assert_eq!(count, 100, "{text}");
    }
}

#[test]
fn rounding_to_sixteen_bits_changes_nothing() {
    for (count, text) in right::<bf16>(512, 25).into_iter().chain(right::<f16>(512, 25)) {
        assert_eq!(count, 25, "{text}");
    }
}

#[test]
fn nineteen_of_twenty_draws_of_128_values_are_right() {
    let right = right::<f32>(128, 100);
    let all: usize = right.iter().map(|(count, _)| count).sum();
    assert!(all * 100 >= 95 * 1200, "{all} of 1200: {right:?}");
}

/// Impostors that must not pass for any of the twelve: a Laplace distribution with He's variance, and He normal with
/// two alternating row scales.
#[test]
fn impostors_are_none_of_these() {
    let param = ParamSpec::new("weight", [256, 128]).expect("a shape").with_layout(Layout::OutIn);
    let uniform: Vec<f64> = text::parse("uniform").expect("uniform").sample(&param, Seed(1)).expect("values");
    // Inverse transform sampling; std sqrt(2 / 128).
    let laplace = uniform.iter().map(|u| {
        let size = -(1.0 - 2.0 * (u - 0.5).abs()).ln() * (1.0_f64 / 128.0).sqrt();
        if *u < 0.5 { -size } else { size }
    });
    let normal: Vec<f64> = text::parse("he_normal").expect("he_normal").sample(&param, Seed(1)).expect("values");
    let scaled = normal.iter().enumerate().map(|(i, x)| x * if i / 128 % 2 == 0 { 0.9 } else { 1.1 });
    for impostor in [laplace.collect::<Vec<f64>>(), scaled.collect()] {
        let found = identify::values(f64::lend(&impostor), &param, &IdentifyOptions::default());
        assert_eq!(found.verdict(), identify::IdentityVerdict::NoneOfThese, "{found}");
    }
    let honest = identify::values(f64::lend(&normal), &param, &IdentifyOptions::default());
    assert_eq!(honest.best()[0].text, "he_normal");
    assert!(honest.best()[0].fit.expect("a fit").is_plausible());
}

/// Alpha is 1e-4 per tensor: the probability that more than two of 1200 correct draws are rejected is 3e-4.
#[test]
fn honest_draws_are_seldom_refused() {
    let refused = TWELVE.iter().flat_map(|text| {
        let initializer = text::parse(text).expect("an initializer");
        (0..100).filter(move |draw| {
            let found = identified::<f32>(&initializer, shape(512), *draw);
            found.candidates.first().and_then(|first| first.fit).is_some_and(|fit| !fit.is_plausible())
        })
    });
    assert!(refused.count() <= 2);
}
