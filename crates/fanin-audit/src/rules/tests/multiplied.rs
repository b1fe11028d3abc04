//! Tests of the rule for products.

use half::bf16;

use super::{found, healthy, one, trained};
use crate::Severity::{Note, Warning};
use crate::made::{Made, drawn};

const FC: &str = "layers.2.fc.weight";
const RULE: &str = "multiplied";

/// A way to multiply one value.
type Way = fn(f32, f64) -> f32;

#[expect(clippy::cast_possible_truncation, reason = "as a program that stores 32 bits has it")]
const WAYS: [Way; 3] =
    [|value, by| value * by as f32, |value, by| (f64::from(value) * by) as f32, |value, by| value / (1.0 / by) as f32];

fn with(change: impl Fn(usize, f32) -> f32) -> Made {
    healthy().changed(FC, |values| values.iter_mut().enumerate().for_each(|(at, value)| *value = change(at, *value)))
}

/// n = 9 factors x 3 ways to multiply, including the root of the ratio of the fans, 64 and 96, and its inverse, and the
/// same factors times powers of two.
#[test]
fn products_by_the_factors_of_initializers_are_found() {
    for factor in [6.0, 1.0 / 6.0, 2.0, 0.5, 3.0, 1.0 / 3.0, 64.0 / 96.0, 96.0 / 64.0, 24.0_f64].map(f64::sqrt) {
        for (number, way) in WAYS.into_iter().enumerate() {
            assert_eq!(found(&with(|_, value| way(value, factor)), RULE), one(FC, Warning), "{factor} {number}");
        }
    }
}

/// A factor that an exporter folds into the weights of a stack is intended: a note.
#[test]
fn a_factor_that_a_stack_has_is_a_note() {
    let root = 0.5_f32.sqrt();
    let stack = ["layers.1.fc.weight", "layers.2.fc.weight", "layers.3.fc.weight"];
    let scaled = |count: usize| {
        stack.iter().take(count).fold(healthy(), |made, name| {
            made.changed(name, |values| values.iter_mut().for_each(|value| *value *= root))
        })
    };
    let all = |count: usize, severity| -> Vec<_> {
        stack.iter().take(count).map(|name| ((*name).to_owned(), severity)).collect()
    };
    assert_eq!(found(&scaled(2), RULE), all(2, Warning));
    assert_eq!(found(&scaled(3), RULE), all(3, Note));
}

/// Multiplications that leave no trace, or a different one.
#[test]
fn impostors_are_not_found() {
    let root = 6.0_f32.sqrt();
    let round = |value: f32| bf16::from_f32(value).to_f32();
    let row = |at: usize| 1.0 + 0.01 * f32::from(u16::try_from(at / 64).expect("a row"));
    for (what, made) in [
        ("a power of two", with(|_, value| value * 4.0)),
        ("another factor", with(|_, value| value * 1.7)),
        ("a factor of its own for each row", with(|at, value| value * root * row(at))),
        ("trained after", with(|at, value| value * root + if at % 50 == 0 { 1e-4 } else { 0.0 })),
        ("rounded after", with(|_, value| round(value * root))),
        ("few values, each many times", with(|at, value| root * [0.1, -0.2, 0.3][at % 3] * (1.0 + 0.0 * value))),
    ] {
        assert!(found(&made, RULE).is_empty(), "{what}");
    }
}

/// Values of a shorter type: a third of a multiple of three is also representable, and the root of the ratio of these
/// fans is 3. A few values of 24 bits do not change that.
#[test]
fn short_values_are_no_products_by_a_ratio() {
    let short: Vec<f32> = trained("x", &[72, 8], 1).into_iter().map(|value| bf16::from_f32(value).to_f32()).collect();
    let mut mixed = short.clone();
    mixed.iter_mut().step_by(100).for_each(|value| *value *= 1.000_03);
    for values in [short, mixed] {
        let made = |shape: &[usize]| healthy().with("new.weight", shape, &values);
        assert!(found(&made(&[72, 8]), RULE).is_empty() && found(&made(&[8, 72]), RULE).is_empty());
    }
}

/// n = 60 trained layers, none of which may be reported; the expected number of chance findings is below 60 in 1000.
#[test]
fn trained_layers_are_not_found() {
    for seed in 0..20 {
        for shape in [&[96, 64][..], &[32, 16, 3, 3], &[10, 10]] {
            let made = healthy().with("new.weight", shape, &trained("new.weight", shape, seed));
            assert!(found(&made, RULE).is_empty(), "{shape:?} {seed}");
        }
    }
}

#[test]
fn products_of_halves_are_found() {
    let halves: Vec<bf16> = trained("x", &[96, 64], 3).into_iter().map(bf16::from_f32).collect();
    let healthy = || healthy().with(FC, &[96, 64], &halves);
    assert!(found(&healthy(), RULE).is_empty());
    let products: Vec<bf16> = halves.iter().map(|value| bf16::from_f32(value.to_f32() * 6.0_f32.sqrt())).collect();
    assert_eq!(found(&healthy().with(FC, &[96, 64], &products), RULE), one(FC, Warning));
}

/// 64 values all look like products by chance once in a few thousand files: a note. 16 values do more often.
#[test]
fn few_values_say_little() {
    let product = |shape: &[usize]| trained("x", shape, 1).into_iter().map(|value| value * 6.0_f32.sqrt());
    let made = |shape: &[usize]| healthy().with("new.weight", shape, &product(shape).collect::<Vec<f32>>());
    assert_eq!(found(&made(&[8, 8]), RULE), one("new.weight", Note));
    assert!(found(&made(&[4, 4]), RULE).is_empty());
}

#[test]
fn the_weight_of_one_neuron_is_a_weight() {
    let values: Vec<f32> = trained("x", &[128, 1], 1).into_iter().map(|value| value * 6.0_f32.sqrt()).collect();
    assert_eq!(found(&healthy().with("head.weight", &[1, 128, 1], &values), RULE), one("head.weight", Warning));
}

#[test]
fn what_an_initializer_made_is_left_to_the_rule_of_that() {
    let made = healthy().with(FC, &[96, 64], &drawn(FC, &[96, 64], "he_normal", 5));
    assert_eq!(found(&made, "untrained"), one(FC, Warning));
    assert!(found(&made, RULE).is_empty());
}
