//! The laws on initializers without a case in the suite, as a third-party crate would run them.

use fanin_conformance::reference::Orthogonal;
use fanin_conformance::{InitializerCase, initializer_laws};
use fanin_core::initializers::{from_distribution, from_fn, he_normal};
use fanin_core::{Distribution, InitError, Initializer, Key, ParamSpec, ParamViewMut};
use rand::RngExt;

/// Ones and minus ones, alternating: nothing random, no stated distribution.
#[derive(Debug)]
struct Checkerboard;

impl Initializer for Checkerboard {
    fn fill(&self, _: &ParamSpec, _: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        out.fill_each(|index| if index % 2 == 0 { 1.0 } else { -1.0 });
        Ok(())
    }
}

/// A triangular distribution as the sum of two uniform ones.
fn triangle() -> impl Initializer {
    from_fn("triangle", |rng| rng.random::<f64>() + rng.random::<f64>())
}

fn standard_normal() -> impl Initializer {
    from_distribution(rand_distr::StandardNormal).with_distribution(Distribution::Normal { mean: 0.0, std: 1.0 })
}

initializer_laws!(checkerboard, Checkerboard);
initializer_laws!(closure, triangle());
initializer_laws!(distribution, standard_normal());
initializer_laws!(he, Box::new(he_normal()) as Box<dyn Initializer>);
initializer_laws!(orthogonal, Orthogonal, InitializerCase::orthonormal().unwrap());
