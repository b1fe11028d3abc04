//! Tests of the rules for scales and fans.

use super::{found, fresh, healthy, one, trained};
use crate::Severity::{Note, Warning};
use crate::made::{Made, drawn};

fn times(factor: f32) -> impl Fn(&mut Vec<f32>) {
    move |values| values.iter_mut().for_each(|value| *value *= factor)
}

/// n = 6 layers, each multiplied and divided by sqrt 6.
#[test]
fn a_trained_layer_times_root_six_is_found_among_its_peers() {
    for layer in 0..6 {
        let name = format!("layers.{layer}.fc.weight");
        for factor in [6.0_f32.sqrt(), 1.0 / 6.0_f32.sqrt()] {
            assert_eq!(
                found(&healthy().changed(&name, times(factor)), "scale"),
                one(&name, Warning),
                "{name} {factor}"
            );
        }
        assert!(found(&healthy().changed(&name, times(1.4)), "scale").is_empty(), "{name}");
    }
}

/// n = 6 weights of one shape with different names, among others; each multiplied and divided by 2, as if fans of 4 : 1
/// were swapped.
#[test]
fn a_trained_layer_without_peers_of_its_name_is_noted_beside_those_of_its_shape() {
    let names = ["query", "key", "value", "output", "gate", "state"].map(|part| format!("{part}.weight"));
    let network = || {
        let others = Made::new().trained("up.weight", &[256, 64]).trained("down.weight", &[64, 256]);
        names.iter().fold(others, |made, name| made.trained(name, &[256, 128]))
    };
    assert!(found(&network(), "scale").is_empty());
    for name in &names {
        for factor in [2.0, 0.5] {
            assert_eq!(found(&network().changed(name, times(factor)), "scale"), one(name, Note), "{name} {factor}");
        }
        assert!(found(&network().changed(name, times(1.4)), "scale").is_empty(), "{name}");
    }
}

/// n = 12 layers of 3 distributions, each multiplied once by sqrt 6.
#[test]
fn a_fresh_layer_times_root_six_is_found() {
    for init in ["he_normal", "fan_in_uniform", "normal(std = 0.02)"] {
        for layer in 0..6 {
            for part in ["up", "down"] {
                let name = format!("layers.{layer}.{part}.weight");
                let made = fresh(init, 4).changed(&name, times(6.0_f32.sqrt()));
                assert_eq!(found(&made, "scale"), one(&name, Warning), "{init} {name}");
            }
        }
    }
}

#[test]
fn a_fresh_layer_without_peers_is_held_to_the_convention_of_the_others() {
    let mut made = Made::new();
    for (name, shape) in [
        ("a.weight", [64, 30]),
        ("b.weight", [128, 64]),
        ("c.weight", [32, 128]),
        ("d.weight", [50, 90]),
        ("e.weight", [40, 70]),
    ] {
        made = made.drawn(name, &shape, "he_normal");
    }
    assert!(found(&made, "scale").is_empty() && found(&made, "swapped-fans").is_empty());
    let wide = made.changed("c.weight", times(6.0_f32.sqrt()));
    assert_eq!(found(&wide, "scale"), one("c.weight", Warning));
}

/// GPT-2's residual projections have their own scale and agree on it.
#[test]
fn peers_that_agree_on_another_scale_are_healthy() {
    let mut made = fresh("normal(std = 0.02)", 5);
    for layer in 0..6 {
        made = made.drawn(&format!("layers.{layer}.out.weight"), &[64, 64], "normal(std = 0.00577)");
    }
    assert!(found(&made, "scale").is_empty());
    let made = made.changed("layers.2.out.weight", times(0.02 / 0.00577));
    assert_eq!(found(&made, "scale"), one("layers.2.out.weight", Warning));
}

#[test]
fn swapped_fans_are_found_where_they_can_be() {
    for (init, swapped) in [
        ("he_normal", "he_normal(mode = fan_out)"),
        ("fan_in_uniform", "variance_scaling(scale = 0.3333333333333333, mode = fan_out, distribution = uniform)"),
    ] {
        let mut made = Made::new();
        for (name, shape) in
            [("a.weight", [64, 30]), ("b.weight", [128, 64]), ("c.weight", [32, 128]), ("d.weight", [50, 90])]
        {
            made = made.drawn(name, &shape, init);
        }
        let fault = made.with("b.weight", &[128, 64], &drawn("b.weight", &[128, 64], swapped, 0));
        assert_eq!(found(&fault, "swapped-fans"), one("b.weight", Warning), "{init}");
        assert!(found(&fault, "scale").is_empty(), "one finding for one fault");
    }
    // Glorot's average of both fans is symmetric, so nothing can be swapped.
    assert!(found(&fresh("glorot_normal", 1), "swapped-fans").is_empty());
}

#[test]
fn a_layer_the_other_way_round_is_found() {
    let turned = healthy().with("layers.3.fc.weight", &[64, 96], &trained("t", &[64, 96], 2));
    assert_eq!(found(&turned, "swapped-fans"), one("layers.3.fc.weight", Warning));
    // Layers with various shapes are not a fault.
    let narrower = healthy().with("layers.3.fc.weight", &[48, 96], &trained("t", &[48, 96], 2));
    assert!(found(&narrower, "swapped-fans").is_empty());
}
