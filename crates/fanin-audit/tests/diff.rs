//! Tests of every outcome of a comparison.

use std::path::Path;

use fanin_audit::diff::{self, Change, Outcome};
use fanin_checkpoint::reading::{Checkpoint, Tensor};
use fanin_core::{Element, InitializerExt, Layout, ParamSpec, Seed, param::Slice, text};
use half::{bf16, f16};
use safetensors::tensor::{Dtype, TensorView};

fn param(shape: &[usize]) -> ParamSpec {
    ParamSpec::new("fc.weight", shape).expect("a shape").with_layout(Layout::OutIn)
}

fn drawn(init: &str, seed: u64) -> Vec<f32> {
    text::parse(init).expect("an initializer").sample(&param(&[64, 32]), Seed(seed)).expect("values")
}

fn compared<A: Element, B: Element>(a: &[A], b: &[B]) -> (Outcome, Option<Change>) {
    diff::values(A::lend(a), B::lend(b), &param(&[64, 32]))
}

#[test]
fn equal_is_equal_to_the_bit() {
    let values = drawn("he_normal", 1);
    assert_eq!(compared(&values, &values), (Outcome::Equal, None));
    let nan = [f32::NAN; 2048];
    assert_eq!(compared(&nan, &nan).0, Outcome::Equal);
    let (zero, minus) = ([0.0_f32; 2048], [-0.0_f32; 2048]);
    let (outcome, change) = compared(&zero, &minus);
    assert_eq!((outcome, change.expect("a change").differing), (Outcome::Changed, 0));
}

#[test]
fn a_change_is_measured() {
    let a = drawn("he_normal", 1);
    let b: Vec<f32> = a.iter().zip(drawn("he_normal", 2)).map(|(a, noise)| a + 0.01 * noise).collect();
    let (outcome, change) = compared(&a, &b);
    let change = change.expect("a change");
    assert_eq!(outcome, Outcome::Changed);
    let (mut squares, mut all, mut greatest) = (0.0_f64, 0.0_f64, 0.0_f64);
    for (a, b) in a.iter().zip(&b) {
        let difference = f64::from(*b) - f64::from(*a);
        squares += difference * difference;
        all += f64::from(*a) * f64::from(*a);
        greatest = greatest.max(difference.abs());
    }
    assert!((change.relative - (squares / all).sqrt()).abs() < 1e-12);
    assert_eq!(change.greatest, greatest);
    assert!(change.cosine > 0.9999 && change.cosine < 1.0);
    assert_eq!(change.is_of_the_same_distribution(), Some(true));
    // A doubled scale is another distribution but the same direction.
    let wide: Vec<f32> = a.iter().map(|a| 2.0 * a).collect();
    let (outcome, change) = compared(&a, &wide);
    let change = change.expect("a change");
    assert_eq!((outcome, change.is_of_the_same_distribution()), (Outcome::Changed, Some(false)));
    assert!((change.cosine - 1.0).abs() < 1e-12 && (change.relative - 1.0).abs() < 1e-12);
}

#[test]
fn what_is_drawn_anew_is_named() {
    let a = drawn("he_normal", 1);
    for (init, told) in [
        ("he_normal", "exactly fanin's he_normal, seed 2"),
        ("glorot_uniform", "exactly fanin's glorot_uniform, seed 2"),
        ("normal(std = 0.0123)", "normal(std = 0.01"),
        ("zeros", "zeros"),
    ] {
        let (outcome, _) = compared(&a, &drawn(init, 2));
        let Outcome::DrawnAnew { initializer } = outcome else { panic!("{init}: {outcome:?}") };
        assert!(initializer.starts_with(told), "{initializer}");
    }
    // No known initializer generates cubes of normal values.
    let cubes: Vec<f32> = drawn("normal", 2).iter().map(|x| x * x * x).collect();
    assert_eq!(compared(&a, &cubes).0, Outcome::Replaced);
}

/// Impostors: values that still contain half of the old ones, and a bias that was zero before, do not pass for drawn
/// anew.
#[test]
fn what_remembers_is_not_drawn_anew() {
    let (a, new) = (drawn("he_normal", 1), drawn("he_normal", 2));
    let half: Vec<f32> = a.iter().zip(&new).map(|(a, new)| (a + new) * 0.5_f32.sqrt()).collect();
    assert_eq!(compared(&a, &half).0, Outcome::Changed);
    assert_eq!(compared(&[0.0_f32; 2048], &new).0, Outcome::Changed);
}

/// 200 independent pairs; the independence test has alpha 1e-4, so the probability of any failure is 0.02.
#[test]
fn independent_draws_are_seen_as_such() {
    for seed in 0..200 {
        let (outcome, _) = compared(&drawn("he_normal", 2 * seed), &drawn("he_normal", 2 * seed + 1));
        assert!(matches!(outcome, Outcome::DrawnAnew { .. }), "{seed}: {outcome:?}");
    }
}

#[test]
fn permutations_are_seen() {
    let a = drawn("he_normal", 1);
    let rows: Vec<f32> = a.chunks(32).rev().flatten().copied().collect();
    assert_eq!(compared(&a, &rows).0, Outcome::RowsPermuted);
    let columns: Vec<f32> = a.chunks(32).flat_map(|row| row.iter().rev().copied().collect::<Vec<_>>()).collect();
    assert_eq!(compared(&a, &columns).0, Outcome::ColumnsPermuted);
    // Equal rows are matched by count.
    let mut twice = a.clone();
    twice.copy_within(0..32, 32);
    let turned: Vec<f32> = twice.chunks(32).rev().flatten().copied().collect();
    assert_eq!(compared(&twice, &turned).0, Outcome::RowsPermuted);
    // The same values in an order that preserves neither rows nor columns.
    let mut mixed = a.clone();
    mixed.reverse();
    mixed.swap(0, 100);
    assert!(!matches!(compared(&a, &mixed).0, Outcome::RowsPermuted | Outcome::ColumnsPermuted));
    let kernel = param(&[16, 8, 4, 4]);
    let inputs: Vec<f32> =
        a.chunks(128).flat_map(|unit| unit.chunks(16).rev().flatten().copied().collect::<Vec<_>>()).collect();
    assert_eq!(diff::values(Slice::F32(&a), Slice::F32(&inputs), &kernel).0, Outcome::ColumnsPermuted);
}

#[test]
fn another_type_may_be_the_same_but_for_rounding() {
    let a = drawn("he_normal", 1);
    let narrow: Vec<bf16> = a.iter().map(|a| bf16::from_f32(*a)).collect();
    let half: Vec<f16> = a.iter().map(|a| f16::from_f32(*a)).collect();
    let double: Vec<f64> = a.iter().map(|a| f64::from(*a)).collect();
    assert_eq!(compared(&a, &narrow).0, Outcome::Rounded);
    assert_eq!(compared(&narrow, &a).0, Outcome::Rounded);
    assert_eq!(compared(&a, &half).0, Outcome::Rounded);
    assert_eq!(compared(&a, &double).0, Outcome::Rounded);
    let mut other = narrow.clone();
    other[5] = bf16::from_f32(9.0);
    let (outcome, change) = compared(&a, &other);
    assert_eq!((outcome, change.expect("a change").is_of_the_same_distribution()), (Outcome::Changed, None));
}

#[test]
fn what_is_not_finite_is_changed() {
    let a = drawn("he_normal", 1);
    let mut b = drawn("he_normal", 2);
    b[7] = f32::NAN;
    let (outcome, change) = compared(&a, &b);
    assert_eq!(outcome, Outcome::Changed);
    let change = change.expect("a change");
    assert!(change.greatest.is_nan() && change.relative.is_nan() && change.distributions.is_none());
}

fn save(path: &Path, tensors: &[(&str, Dtype, &[usize], &[u8])]) {
    let views = tensors
        .iter()
        .map(|(name, dtype, shape, bytes)| (*name, TensorView::new(*dtype, shape.to_vec(), bytes).expect("a tensor")));
    std::fs::write(path, safetensors::serialize(views, None).expect("bytes")).expect("a file");
}

#[test]
fn checkpoints_are_compared_by_name_in_the_order_of_the_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let (a, b) = (folder.path().join("a.safetensors"), folder.path().join("b.safetensors"));
    let four = [0_u8; 16];
    let ones = [1_u8; 16];
    save(
        &a,
        &[
            ("equal", Dtype::F32, &[4], &four),
            ("gone", Dtype::F32, &[4], &four),
            ("ids", Dtype::I64, &[2], &four),
            ("shape", Dtype::F32, &[4], &four),
            ("type", Dtype::I64, &[2], &four),
        ],
    );
    save(
        &b,
        &[
            ("equal", Dtype::F32, &[4], &four),
            ("ids", Dtype::I64, &[2], &ones),
            ("new", Dtype::F32, &[4], &four),
            ("shape", Dtype::F32, &[2, 2], &four),
            ("type", Dtype::F64, &[2], &four),
        ],
    );
    let (a, b) = (Checkpoint::open(&a).expect("a"), Checkpoint::open(&b).expect("b"));
    let differences = diff::checkpoints(&a, &b, &[], |_| true, |_| ()).expect("a comparison");
    let mut outcomes: Vec<(&str, &Outcome)> = differences.iter().map(|d| (d.name.as_str(), &d.outcome)).collect();
    assert_eq!(outcomes.last(), Some(&("new", &Outcome::OnlyInB)));
    let order: Vec<&str> = a.tensors().iter().map(Tensor::name).collect();
    assert!(outcomes.iter().map(|(name, _)| *name).take(5).eq(order));
    outcomes.sort_by_key(|(name, _)| *name);
    assert_eq!(
        outcomes,
        [
            ("equal", &Outcome::Equal),
            ("gone", &Outcome::OnlyInA),
            ("ids", &Outcome::Bytes),
            ("new", &Outcome::OnlyInB),
            ("shape", &Outcome::Shape),
            ("type", &Outcome::ElementType),
        ]
    );
    let some = diff::checkpoints(&a, &b, &[], |name| name == "ids", |_| ()).expect("a comparison");
    assert_eq!(some.len(), 1);
}
