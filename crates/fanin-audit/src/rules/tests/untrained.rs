//! Tests of noise in trained checkpoints.

use super::{found, healthy, one, trained};
use crate::Severity::{Note, Warning};
use crate::made::drawn;

const FC: &str = "layers.2.fc.weight";

/// n = 7 distributions x 3 shapes x 10 seeds = 210 reinitialized layers. By their significance levels the noise tests
/// miss 0.2 % of them; up to 2 misses are allowed.
#[test]
fn layers_made_anew_are_found() {
    let (mut missed, mut weak) = (0, 0);
    for init in [
        "he_normal",
        "he_uniform",
        "glorot_uniform",
        "glorot_normal",
        "lecun_normal",
        "fan_in_uniform",
        "truncated_normal(std = 0.02)",
    ] {
        for shape in [&[96, 64][..], &[128, 32, 3, 3], &[40, 300]] {
            for seed in 0..10 {
                let made = healthy().with("new.weight", shape, &drawn("new.weight", shape, init, seed));
                match found(&made, "untrained").as_slice() {
                    [(name, Warning)] if name == "new.weight" => {}
                    [(name, Note)] if name == "new.weight" => weak += 1,
                    _ => missed += 1,
                }
            }
        }
    }
    assert!(missed <= 2 && weak <= 2, "{missed} missed, {weak} without a scale");
}

/// n = 60 trained layers, none of which may be reported.
#[test]
fn trained_layers_are_not_found() {
    for seed in 0..20 {
        for shape in [&[96, 64][..], &[32, 16, 3, 3], &[20, 30]] {
            let made = healthy().with("new.weight", shape, &trained("new.weight", shape, seed));
            assert!(found(&made, "untrained").is_empty(), "{shape:?} {seed}");
        }
    }
}

/// Values that resemble noise in a single test only.
#[test]
fn impostors_are_not_found() {
    let he = || drawn(FC, &[96, 64], "he_normal", 5);
    let row_scales = he().into_iter().enumerate().map(|(at, v)| v * if at / 64 % 2 == 0 { 1.2 } else { 0.8 });
    let column_means = he().into_iter().enumerate().map(|(at, v)| v + if at % 64 % 2 == 0 { 0.05 } else { -0.05 });
    let heavy = he().into_iter().map(|v| v * (1.0 + 4.0 * v * v));
    let shifted = he().into_iter().map(|v| v + 0.02);
    for (what, values) in [
        ("row scales", row_scales.collect::<Vec<f32>>()),
        ("column means", column_means.collect()),
        ("heavy tails", heavy.collect()),
        ("a mean", shifted.collect()),
    ] {
        assert!(found(&healthy().with(FC, &[96, 64], &values), "untrained").is_empty(), "{what}");
    }
}

#[test]
fn what_weight_decay_has_shrunk_is_a_note_and_tables_are_at_most_notes() {
    let decayed = healthy().changed("layers.1.fc.weight", |v| *v = drawn("x", &[96, 64], "normal(std = 0.0123)", 1));
    assert_eq!(found(&decayed, "untrained"), one("layers.1.fc.weight", Note));
    let table = healthy().with("wte.weight", &[500, 64], &drawn("wte.weight", &[500, 64], "normal", 1));
    assert_eq!(found(&table, "untrained"), one("wte.weight", Note));
    let unknown = healthy().with("wte.weight", &[500, 64], &drawn("wte.weight", &[500, 64], "normal(std = 0.0123)", 1));
    assert!(found(&unknown, "untrained").is_empty());
}
