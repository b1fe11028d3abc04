//! The laws on initializers without a case in the suite, as a third-party crate would run them.

use fanin_conformance::reference::Orthogonal;
use fanin_conformance::{ConformanceReport, InitializerCase, initializer_laws};
use fanin_core::initializers::{FromFn, from_distribution, from_fn, he_normal};
use fanin_core::values::ElementRng;
use fanin_core::{Distribution, InitError, Initializer, Key, ParamSpec, ParamViewMut};
use rand::RngExt;

/// Ones and minus ones, alternating: nothing random, as stated.
#[derive(Debug)]
struct Checkerboard;

impl Initializer for Checkerboard {
    fn fill(&self, _: &ParamSpec, _: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        out.fill_each(|index| if index % 2 == 0 { 1.0 } else { -1.0 });
        Ok(())
    }

    fn distribution(&self, _: &ParamSpec) -> Distribution {
        Distribution::Fixed
    }
}

/// A triangular distribution as the sum of two uniform ones.
fn triangle() -> FromFn<impl Fn(&mut ElementRng) -> f64 + Send + Sync> {
    from_fn("triangle", |rng| rng.random::<f64>() + rng.random::<f64>())
}

/// The same, with its moments: those of two uniform values.
fn triangle_with_moments() -> impl Initializer {
    let std = (1.0_f64 / 6.0).sqrt();
    triangle().with_distribution(Distribution::Moments { mean: 1.0, std, low: 0.0, high: 2.0 })
}

fn standard_normal() -> impl Initializer {
    from_distribution(rand_distr::StandardNormal).with_distribution(Distribution::Normal { mean: 0.0, std: 1.0 })
}

initializer_laws!(checkerboard, Checkerboard);
initializer_laws!(closure, triangle());
initializer_laws!(moments, triangle_with_moments());
initializer_laws!(distribution, standard_normal());
initializer_laws!(he, Box::new(he_normal()) as Box<dyn Initializer>);
initializer_laws!(orthogonal, Orthogonal, InitializerCase::orthonormal().unwrap());

#[test]
fn what_was_not_tested_is_said() {
    let cases = InitializerCase::standard().unwrap();
    let report = ConformanceReport::of_initializer(&triangle(), &cases);
    assert!(report.is_conforming(), "{report}");
    let untested: Vec<_> = report.untested().collect();
    let wanted = [
        "dtypes",
        "text",
        "statement",
        "mean",
        "std",
        "bounds",
        "distribution",
        "tails",
        "independence",
        "values",
        "parts",
        "sparsity",
        "orthonormal",
        "haar",
    ];
    assert_eq!(untested, wanted);
    assert!(report.to_string().contains("\nmean: not tested: no moments are stated\n"), "{report}");

    let report = ConformanceReport::of_initializer(&triangle_with_moments(), &cases);
    assert!(report.is_conforming(), "{report}");
    assert!(report.to_string().contains("\nstd: holds in 7 cases\n"), "{report}");
    assert!(report.to_string().contains("\ntails: not tested: only moments are stated\n"), "{report}");
}

/// A panic is reported with the shape that caused it.
#[test]
fn the_shape_of_a_panic_is_named() {
    use fanin_conformance::impostors::unstated::{PanicsOnEmptyAxes, PanicsOnScalars};
    let law = fanin_conformance::InitializerLaw::Refusal;
    let reason = |initializer: &dyn Initializer| {
        let case = InitializerCase::new(ParamSpec::new("w", [4, 4]).unwrap());
        law.check(initializer, &case).unwrap_err().reason
    };
    let (scalar, empty) = (reason(&PanicsOnScalars), reason(&PanicsOnEmptyAxes));
    assert!(scalar.starts_with("a.scalar []: fill panicked: index out of bounds"), "{scalar}");
    assert!(empty.starts_with("no.elements [0]: fill panicked: attempt to divide by zero"), "{empty}");
}
