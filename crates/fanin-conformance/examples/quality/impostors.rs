//! Streams with one fault each, with the test that must detect it at n = 2^20, and correct streams.

use fanin_core::Dtype;
use fanin_core::values::WindowError;

use super::law::Law;
use super::outcome::{Outcome, alpha_of_one, failures};
use super::source::{Normal, Source};
use super::{every_law, every_test};

const N: usize = 1 << 20;

/// Normal values with a fault. `fault` is called with the values of a window (whole tiles of 256 except for the last)
/// and its start.
struct Impostor<F>(F);

impl<F: Fn(u64, &str, &mut [f32]) + Sync> Source<f32> for Impostor<F> {
    fn fill(&self, seed: u64, name: &str, start: u64, out: &mut [f32]) -> Result<(), WindowError> {
        Normal.fill(seed, name, start, out)?;
        (self.0)(seed, name, out);
        Ok(())
    }
}

/// Changes each upper partner as a function of the lower one.
fn partners(out: &mut [f32], change: impl Fn(f32, &mut f32)) {
    for tile in out.chunks_exact_mut(128) {
        let (lower, upper) = tile.split_at_mut(64);
        lower.iter().zip(upper).for_each(|(lower, upper)| change(*lower, upper));
    }
}

/// Returns the tests that reject the fault, at the alpha of the full campaign.
fn refused(fault: impl Fn(u64, &str, &mut [f32]) + Sync) -> Vec<String> {
    let outcomes = every_test::<f32>(&Impostor(fault), &Law::normal(Dtype::F32), N).unwrap();
    outcomes.into_iter().filter(|outcome| outcome.p < alpha_of_one(350)).map(|outcome| outcome.test).collect()
}

fn check(must: &str, fault: impl Fn(u64, &str, &mut [f32]) + Sync) {
    let refused = refused(fault);
    assert!(refused.iter().any(|test| test == must), "{must} does not refuse it, but {refused:?}");
}

#[test]
fn honest_streams_pass() {
    let outcomes = every_law(N, |_| ()).unwrap();
    assert!(outcomes.len() > 300 && failures(&outcomes).is_empty(), "{:?}", failures(&outcomes));
    assert!(refused(|_, _, _| ()).is_empty());
}

#[test]
fn moments_see_what_is_shifted_scaled_skewed_or_flat() {
    check("standardized moment 1", |_, _, out| out.iter_mut().for_each(|x| *x += 0.01));
    check("standardized moment 2", |_, _, out| out.iter_mut().for_each(|x| *x *= 1.005));
    check("standardized moment 3", |_, _, out| out.iter_mut().for_each(|x| *x += 0.02 * (*x * *x - 1.0)));
    check("standardized moment 4", |_, _, out| out.iter_mut().for_each(|x| *x *= 1.0 + 0.01 * (*x * *x - 3.0)));
}

#[test]
fn the_distribution_shows_grids_and_clipped_ends() {
    check("Kolmogorov and Smirnov", |_, _, out| out.iter_mut().for_each(|x| *x = (*x * 64.0).round() / 64.0));
    check("lowest 3.17e-5, 4 sigma", |_, _, out| out.iter_mut().for_each(|x| *x = x.max(-3.9)));
    check("highest 3.17e-5, 4 sigma", |_, _, out| out.iter_mut().for_each(|x| *x = x.min(3.9)));
    // One value of nearly 5 in 20,000, where 0.3 values beyond 5 sigma are expected.
    check("highest 2.87e-7, 5 sigma", |_, _, out| {
        out.iter_mut().step_by(20_000).for_each(|x| *x = 5.1);
    });
}

#[test]
fn correlations_are_detected_in_values_sizes_and_squares() {
    check("neighbors (i, i + 1), values", |_, _, out| {
        for i in 1..out.len() {
            out[i] += 0.01 * out[i - 1];
        }
    });
    check("partners (i, i + 64), values", |_, _, out| partners(out, |lower, upper| *upper += 0.02 * lower));
    // Only magnitudes: the partner keeps its sign.
    let sizes =
        |_: u64, _: &str, out: &mut [f32]| partners(out, |lower, upper| *upper *= 1.0 + 0.02 * (lower.abs() - 0.8));
    check("partners (i, i + 64), sizes", sizes);
    check("partners (i, i + 64), squares", sizes);
    assert!(!refused(sizes).iter().any(|test| test == "partners (i, i + 64), values"));
}

#[test]
fn streams_that_share_words_are_detected() {
    check("names that differ by a letter, values", |seed, _, out| Normal.fill(seed, "one for all", 0, out).unwrap());
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        // Two seeds produce the same stream.
        check(&format!("seeds {a} and {b}, values"), |seed, name, out| {
            let seed = if seed == b { a } else { seed };
            Normal.fill(seed, name, 0, out).unwrap();
        });
    }
}

#[test]
fn not_a_number_fails() {
    let outcome = |p| Outcome { law: String::new(), test: String::new(), n: 1, statistic: String::new(), p };
    assert_eq!(failures(&[outcome(f64::NAN), outcome(1.0), outcome(6e-4)]).len(), 1);
    assert_eq!(failures(&[outcome(0.5), outcome(4e-4)]).len(), 1);
}
