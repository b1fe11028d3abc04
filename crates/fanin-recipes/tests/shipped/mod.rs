//! Tests every built-in recipe on a small model of its family against numbers computed by hand from its source.

mod applied;
mod defaults;
mod language;
mod refusals;
mod residual;
mod vision;

use std::error::Error;

use fanin_core::resolve::{Assignment, Resolution};
use fanin_core::{Distribution, ParamSpec};
use fanin_recipes::{Recipe, names};

/// The expected distribution of a parameter.
#[derive(Clone, Copy, Debug)]
enum Expected {
    /// A constant.
    Constant(f64),
    /// Normal or truncated normal, with mean 0 and this std of the values.
    Std(f64),
    /// Uniform on plus or minus this number.
    Within(f64),
}
use Expected::{Constant, Std, Within};

fn specs(shapes: &[(&str, &[usize])]) -> Vec<ParamSpec> {
    shapes.iter().map(|(name, shape)| ParamSpec::new(*name, *shape).expect("a small shape")).collect()
}

fn resolve(recipe: &str, settings: &[(&str, f64)], params: &[ParamSpec]) -> Result<Resolution, Box<dyn Error>> {
    Ok(Recipe::named(recipe)?.set_all(settings.iter().copied())?.resolve(params)?)
}

/// Fails with all parameters whose distribution differs.
#[track_caller]
fn check(recipe: &str, settings: &[(&str, f64)], rows: &[(&str, &[usize], Expected)]) -> Resolution {
    let params = specs(&rows.iter().map(|(name, shape, _)| (*name, *shape)).collect::<Vec<_>>());
    let resolution = resolve(recipe, settings, &params).unwrap_or_else(|error| panic!("{error}"));
    let mut failures = Vec::new();
    assert_eq!(resolution.filled().count(), rows.len(), "{recipe}");
    for (assignment, (name, _, expected)) in resolution.assignments().iter().zip(rows) {
        if !agrees(assignment, *expected) {
            let distribution = assignment.distribution();
            failures.push(format!("{recipe}: {name} is {} ({distribution:?}), not {expected:?}", assignment.text()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    resolution
}

fn agrees(assignment: &Assignment, expected: Expected) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-12 * b.abs();
    match (assignment.distribution(), expected) {
        (Distribution::Constant(value), Constant(expected)) => value == expected,
        (Distribution::Uniform { low, high }, Within(expected)) => near(high, expected) && near(low, -expected),
        (Distribution::Uniform { .. } | Distribution::Constant(_), Std(_)) => false,
        (distribution, Std(expected)) => {
            distribution.mean() == Some(0.0) && distribution.std().is_some_and(|std| near(std, expected))
        }
        _ => false,
    }
}

/// The fraction of the std that remains after truncation at two sigma.
const CUT_AT_2: f64 = 0.879_625_661_034_239_8;

#[test]
fn every_recipe_is_read_and_has_its_name_and_its_source() {
    for name in names() {
        let recipe = Recipe::named(name).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(recipe.name(), name);
        assert!(recipe.source().len() > 20 && recipe.title().len() > 3, "{name}");
    }
    // Every file in the folder is listed.
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/recipes")).expect("the folder of recipes");
    let stem = |file: std::io::Result<std::fs::DirEntry>| {
        file.ok()?.path().file_stem().map(|stem| stem.to_string_lossy().into_owned())
    };
    let files: std::collections::BTreeSet<String> = files.filter_map(stem).collect();
    assert_eq!(files, names().map(str::to_owned).collect());
}
