//! Tests of the rules for rows and columns (equal, near, dead, low rank) and for equal tensors.

use super::{found, fresh, healthy, one, trained};
use crate::Severity::{Error, Note, Warning};
use crate::made::Made;
use crate::{AuditOptions, Selection, TrainingStage, audit};
use fanin_checkpoint::reading::Checkpoint;

const FC: &str = "layers.2.fc.weight";

fn copied(from: usize, to: usize, width: usize) -> impl Fn(&mut Vec<f32>) {
    move |values| {
        let row = values[from * width..(from + 1) * width].to_vec();
        values[to * width..(to + 1) * width].copy_from_slice(&row);
    }
}

#[test]
fn a_copied_row_is_found() {
    for made in [
        healthy().changed(FC, copied(3, 90, 64)),
        healthy().changed(FC, |v| {
            copied(3, 90, 64)(v);
            v[3 * 64] = 0.0;
            v[90 * 64] = -0.0;
        }),
    ] {
        assert_eq!(found(&made, "equal-neurons"), one(FC, Warning));
        assert!(found(&made, "near-twins").is_empty() && found(&made, "equal-inputs").is_empty());
    }
    let conv = healthy().changed("conv.weight", copied(31, 0, 144));
    assert_eq!(found(&conv, "equal-neurons"), one("conv.weight", Warning));
    // Three inputs are enough if no two values are equal by chance.
    let narrow = Made::new().trained("w.weight", &[64, 3]).changed("w.weight", copied(5, 40, 3));
    assert_eq!(found(&narrow, "equal-neurons"), one("w.weight", Warning));
    let new = fresh("he_normal", 2).changed("layers.0.up.weight", copied(1, 2, 64));
    assert_eq!(found(&new, "equal-neurons"), one("layers.0.up.weight", Warning));
    // [in, out]: neurons are columns.
    let kernel =
        Made::new().trained("a/kernel", &[40, 30]).changed("a/kernel", |v| v.chunks_mut(30).for_each(|r| r[4] = r[9]));
    assert_eq!(found(&kernel, "equal-neurons"), one("a/kernel", Warning));
    let row = Made::new().trained("w.weight", &[20, 30]).changed("w.weight", |v| {
        let first = v[..30].to_vec();
        v.chunks_mut(30).for_each(|row| row.copy_from_slice(&first));
    });
    assert_eq!(found(&row, "equal-neurons"), one("w.weight", Error));
    let table = healthy().changed("embed.weight", copied(3, 4, 64));
    assert_eq!(found(&table, "equal-neurons"), one("embed.weight", Note));
}

#[test]
fn biases_of_equal_neurons_are_looked_at() {
    let options = || AuditOptions {
        selection: Selection::new(["equal-neurons"], []).expect("a rule"),
        ..AuditOptions::default()
    };
    let made = healthy().changed(FC, copied(3, 90, 64));
    let message = |made: &Made| super::audited(made, &options()).findings[0].message.clone();
    assert!(message(&made).contains("rows 3, 90; their biases are equal too"), "{}", message(&made));
    let made = made.changed("layers.2.fc.bias", |bias| bias[90] = 0.1);
    assert!(message(&made).contains("their biases differ"), "{}", message(&made));
}

#[test]
fn equal_rows_that_chance_makes_are_not_found() {
    // Three inputs with four levels: 200 rows cannot all differ.
    let level = |value: &f32| if value.abs() > 0.3 { 0.5 * value.signum() } else { 0.1 * value.signum() };
    let values: Vec<f32> = trained("q", &[200, 3], 1).iter().map(level).collect();
    let made = healthy().with("q.weight", &[200, 3], &values);
    assert!(found(&made, "equal-neurons").is_empty() && found(&made, "near-twins").is_empty());
    // Rows of zeros are dead, not equal.
    let made = healthy().changed(FC, |v| v[..128].fill(0.0));
    assert!(found(&made, "equal-neurons").is_empty());
}

#[test]
fn equal_inputs_are_found_channel_by_channel() {
    let made = healthy().changed(FC, |v| v.chunks_mut(64).for_each(|row| row[7] = row[50]));
    assert_eq!(found(&made, "equal-inputs"), one(FC, Warning));
    assert!(found(&made, "equal-neurons").is_empty());
    let channel = |v: &mut Vec<f32>| v.chunks_mut(144).for_each(|row| row.copy_within(9..18, 27));
    assert_eq!(found(&healthy().changed("conv.weight", channel), "equal-inputs"), one("conv.weight", Warning));
    // A single position of a kernel is not a channel.
    let position = |v: &mut Vec<f32>| v.chunks_mut(144).for_each(|row| row[9] = row[27]);
    assert!(found(&healthy().changed("conv.weight", position), "equal-inputs").is_empty());
    // A color network that was trained on gray images.
    let gray = |v: &mut Vec<f32>| {
        v.chunks_mut(27).for_each(|row| {
            row.copy_within(0..9, 9);
            row.copy_within(0..9, 18);
        });
    };
    let made = healthy().trained("stem.weight", &[16, 3, 3, 3]).changed("stem.weight", gray);
    assert!(found(&made, "equal-inputs").is_empty());
}

#[test]
fn near_twins_are_found_and_cousins_are_not() {
    let near = |size: f32| {
        move |values: &mut Vec<f32>| {
            for at in 0..64 {
                values[40 * 64 + at] = values[5 * 64 + at] * (1.0 + size * if at % 2 == 0 { 1.0 } else { -1.0 });
            }
        }
    };
    assert_eq!(found(&healthy().changed(FC, near(0.003)), "near-twins"), one(FC, Warning));
    assert!(found(&healthy().changed(FC, near(0.03)), "near-twins").is_empty());
    // Wide rows of noise, whose norms are nearly equal.
    let wide = fresh("he_normal", 2).drawn("wide.weight", &[300, 4096], "he_normal").changed("wide.weight", |values| {
        for at in 0..4096 {
            values[250 * 4096 + at] = values[7 * 4096 + (at + 1) % 4096] * 0.006 + values[7 * 4096 + at];
        }
    });
    assert_eq!(found(&wide, "near-twins"), one("wide.weight", Warning));
    let head = healthy().trained("head.weight", &[512, 64]).changed("head.weight", near(0.003));
    assert_eq!(found(&head, "near-twins"), one("head.weight", Note));
    // Three inputs: among a thousand neurons, two are near by chance.
    let made = healthy().trained("small.weight", &[1000, 3]);
    assert!(found(&made, "near-twins").is_empty());
}

/// Sinusoidal position tables, along either axis: lines of low frequencies are similar.
#[test]
#[expect(clippy::cast_precision_loss, reason = "a small table")]
fn a_table_of_smooth_functions_has_no_twins() {
    let (positions, width) = (200, 128);
    let entry = |position: usize, at: usize| {
        let angle = position as f32 / 10_000_f32.powf((at / 2) as f32 * 2.0 / width as f32);
        if at.is_multiple_of(2) { angle.sin() } else { angle.cos() }
    };
    let rows: Vec<f32> = (0..positions * width).map(|at| entry(at / width, at % width)).collect();
    let columns: Vec<f32> = (0..positions * width).map(|at| entry(at % positions, at / positions)).collect();
    let slow: Vec<f32> = (0..positions * width).map(|at| entry(at / width, 64 + at % width / 2)).collect();
    for (shape, values) in [([positions, width], &rows), ([width, positions], &columns), ([positions, width], &slow)] {
        let told = found(&healthy().with("table.weight", &shape, values), "near-twins");
        assert!(told.is_empty(), "{shape:?}: {told:?}");
    }
    // Near twins of a layer are still found if one of its inputs is smooth.
    let made = healthy().trained("w.weight", &[128, 64]).changed("w.weight", |values| {
        for (row, line) in values.chunks_mut(64).enumerate() {
            line[3] = (row as f32 * 0.05).sin() * 0.1;
        }
        for at in 0..64 {
            values[40 * 64 + at] = values[5 * 64 + at] * if at % 2 == 0 { 1.004 } else { 0.996 };
        }
    });
    assert_eq!(found(&made, "near-twins"), one("w.weight", Warning));
}

#[test]
fn dead_rows_and_columns_are_notes_until_they_are_many() {
    let rows = |count: usize| move |v: &mut Vec<f32>| v[..count * 64].fill(0.0);
    assert_eq!(found(&healthy().changed(FC, rows(2)), "dead-rows"), one(FC, Note));
    assert_eq!(found(&healthy().changed(FC, rows(60)), "dead-rows"), one(FC, Warning));
    assert!(found(&healthy().changed(FC, rows(2)), "dead-columns").is_empty());
    let decayed = healthy().changed(FC, |v| v[..64].iter_mut().for_each(|value| *value *= 1e-9));
    assert_eq!(found(&decayed, "dead-rows"), one(FC, Note));
    let small = healthy().changed(FC, |v| v[..64].iter_mut().for_each(|value| *value *= 1e-3));
    assert!(found(&small, "dead-rows").is_empty());
    let columns = |count: usize| move |v: &mut Vec<f32>| v.chunks_mut(64).for_each(|row| row[..count].fill(0.0));
    assert_eq!(found(&healthy().changed(FC, columns(1)), "dead-columns"), one(FC, Note));
    assert_eq!(found(&healthy().changed(FC, columns(40)), "dead-columns"), one(FC, Warning));
}

#[test]
fn equal_tensors_are_found_once() {
    let (a, b) = ("layers.1.fc.weight", "layers.5.fc.weight");
    let values = trained(a, &[96, 64], 11);
    assert_eq!(found(&healthy().with(b, &[96, 64], &values), "duplicate-tensor"), one(b, Warning));
    let tied = healthy().trained("embed.weight", &[50, 64]).with(
        "head.weight",
        &[50, 64],
        &trained("embed.weight", &[50, 64], 11),
    );
    assert_eq!(found(&tied, "duplicate-tensor"), one("head.weight", Note));
    // In a torch file they share storage, so nothing is stored twice.
    let stored = concat!(env!("CARGO_MANIFEST_DIR"), "/../fanin-checkpoint/tests/fixtures/tied.pt");
    let stored = Checkpoint::open(std::path::Path::new(stored)).unwrap();
    let options = AuditOptions { stage: Some(TrainingStage::Trained), ..AuditOptions::default() };
    let findings = audit(&stored, &options).unwrap().findings;
    assert!(!findings.iter().any(|finding| finding.rule == "duplicate-tensor"), "{findings:?}");
    // Equal biases of a healthy network and equal constants are not reported.
    let made = healthy().with("x.weight", &[8, 8], &[1.0_f32; 64]).with("y.weight", &[8, 8], &[1.0_f32; 64]);
    assert!(found(&made, "duplicate-tensor").is_empty());
}
