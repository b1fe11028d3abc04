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

/// Impostors: values that still contain half of the old ones, and a bias that was zero before, must not be reported as
/// redrawn.
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
            ("shape", Dtype::F32, &[2, 2], &ones),
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

/// A checkpoint of `f32` tensors in a temporary folder.
fn written(tensors: &[(&str, &[usize], &[f32])]) -> (tempfile::TempDir, Checkpoint) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("model.safetensors");
    let bytes: Vec<(&str, Dtype, &[usize], Vec<u8>)> = tensors
        .iter()
        .map(|(name, shape, values)| {
            (*name, Dtype::F32, *shape, values.iter().flat_map(|value| value.to_le_bytes()).collect())
        })
        .collect();
    let views: Vec<(&str, Dtype, &[usize], &[u8])> =
        bytes.iter().map(|(name, dtype, shape, bytes)| (*name, *dtype, *shape, bytes.as_slice())).collect();
    save(&path, &views);
    let checkpoint = Checkpoint::open(&path).expect("a checkpoint");
    (folder, checkpoint)
}

/// `name [renamed]: outcome` of every difference.
fn told(a: &[(&str, &[usize], &[f32])], b: &[(&str, &[usize], &[f32])]) -> Vec<(String, Option<String>, Outcome)> {
    let ((_a, a), (_b, b)) = (written(a), written(b));
    let differences = diff::checkpoints(&a, &b, &[], |_| true, |_| ()).expect("a comparison");
    let mut told: Vec<_> = differences.into_iter().map(|d| (d.name, d.renamed, d.outcome)).collect();
    told.sort_by(|a, b| a.0.cmp(&b.0));
    told
}

fn normal(shape: &[usize], seed: u64) -> Vec<f32> {
    text::parse("normal").expect("an initializer").sample(&param(shape), Seed(seed)).expect("values")
}

fn transposed(values: &[f32], columns: usize) -> Vec<f32> {
    let rows = values.len() / columns;
    (0..values.len()).map(|at| values[at % rows * columns + at / rows]).collect()
}

#[test]
fn transposition_is_seen() {
    let a = drawn("he_normal", 1);
    let turned = transposed(&a, 32);
    let outcome =
        |a: &[f32], of: &[usize], b: &[f32], to: &[usize]| told(&[("w", of, a)], &[("w", to, b)])[0].2.clone();
    assert_eq!(outcome(&a, &[64, 32], &turned, &[32, 64]), Outcome::Transposed { axes: vec![1, 0] });
    let square = normal(&[40, 40], 2);
    assert_eq!(
        outcome(&square, &[40, 40], &transposed(&square, 40), &[40, 40]),
        Outcome::Transposed { axes: vec![1, 0] }
    );
    // OIHW to HWIO.
    let kernel = normal(&[16, 8, 3, 3], 3);
    let to_hwio: Vec<f32> = (0..kernel.len())
        .map(|at| {
            let (output, input, position) = (at % 16, at / 16 % 8, at / 128);
            kernel[(output * 8 + input) * 9 + position]
        })
        .collect();
    let told = outcome(&kernel, &[16, 8, 3, 3], &to_hwio, &[3, 3, 8, 16]);
    assert_eq!(told, Outcome::Transposed { axes: vec![2, 3, 1, 0] });
    assert_eq!(outcome(&a, &[64, 32], &a, &[64, 32, 1]), Outcome::Reshaped);
    // One value changed.
    let mut other = turned;
    other[7] += 1.0;
    assert_eq!(outcome(&a, &[64, 32], &other, &[32, 64]), Outcome::Shape);
}

#[test]
fn a_new_vocabulary_is_resized() {
    let (old, more) = (normal(&[100, 16], 1), normal(&[12, 16], 2));
    let new = [old.as_slice(), &more].concat();
    let told = |a: &[f32], rows: usize, b: &[f32], to: usize| {
        told(&[("wte", &[rows, 16], a)], &[("wte", &[to, 16], b)])[0].2.clone()
    };
    assert_eq!(told(&old, 100, &new, 112), Outcome::Resized { axis: 0, kept: 100 });
    assert_eq!(told(&new, 112, &old, 100), Outcome::Resized { axis: 0, kept: 100 });
    assert_eq!(told(&normal(&[100, 16], 9), 100, &new, 112), Outcome::Shape);
}

#[test]
fn renaming_is_seen_by_prefix_and_by_values() {
    let (q, k, bias) = (normal(&[24, 16], 1), normal(&[24, 16], 2), vec![0.0_f32; 24]);
    let a: [(&str, &[usize], &[f32]); 3] =
        [("h.0.q.weight", &[24, 16], &q), ("h.0.k.weight", &[24, 16], &k), ("h.0.q.bias", &[24], &bias)];
    for (names, from, to) in [
        (["_orig_mod.h.0.q.weight", "_orig_mod.h.0.k.weight", "_orig_mod.h.0.q.bias"], "", "_orig_mod."),
        (["0.q.weight", "0.k.weight", "0.q.bias"], "h.", ""),
        (["h.module.0.q.weight", "h.module.0.k.weight", "h.module.0.q.bias"], "", "module."),
        (["blocks.0.q.weight", "blocks.0.k.weight", "blocks.0.q.bias"], "h.", "blocks."),
    ] {
        let b: [(&str, &[usize], &[f32]); 3] =
            [(names[0], &[24, 16], &q), (names[1], &[24, 16], &k), (names[2], &[24], &bias)];
        let ((_a, a), (_b, b)) = (written(&a), written(&b));
        let differences = diff::checkpoints(&a, &b, &[], |_| true, |_| ()).expect("a comparison");
        assert!(
            differences.iter().all(|d| d.outcome == Outcome::Equal && d.renamed.is_some()),
            "{names:?} {differences:?}"
        );
        let renamings = diff::renamings(&differences);
        assert_eq!(renamings, [diff::Renaming { from: from.to_owned(), to: to.to_owned(), names: 3 }]);
    }
    // Parts of the names were replaced, also for constants.
    let gain = vec![1.0_f32; 16];
    let before: [(&str, &[usize], &[f32]); 3] =
        [("layers.0.mlp.q", &[24, 16], &q), ("layers.1.mlp.q", &[24, 16], &k), ("layers.1.norm.weight", &[16], &gain)];
    let after: [(&str, &[usize], &[f32]); 3] =
        [("h.0.ffn.q", &[24, 16], &q), ("h.1.ffn.q", &[24, 16], &k), ("h.1.norm.weight", &[16], &gain)];
    let all = self::told(&before, &after);
    assert!(all.len() == 3 && all.iter().all(|(_, renamed, outcome)| *outcome == Outcome::Equal && renamed.is_some()));
    // Renamed, transposed and trained further: the prefix pairs what values cannot.
    let moved: Vec<f32> = k.iter().map(|value| value * 1.01).collect();
    let told = told(
        &a,
        &[("module.h.0.q.weight", &[16, 24], &transposed(&q, 16)), ("module.h.0.k.weight", &[24, 16], &moved)],
    );
    assert_eq!(told[0].2, Outcome::Changed);
    assert_eq!(told[1].2, Outcome::OnlyInA);
    assert_eq!(told[2].2, Outcome::Transposed { axes: vec![1, 0] });
}

/// Checkpoints with nothing in common but a few shapes: nothing is renamed.
#[test]
fn unrelated_tensors_are_not_renamed() {
    let (one, other) = (normal(&[24, 16], 1), normal(&[24, 16], 2));
    let told = told(&[("encoder.fc.weight", &[24, 16], &one)], &[("decoder.out.weight", &[24, 16], &other)]);
    assert_eq!((&told[0].2, &told[1].2), (&Outcome::OnlyInB, &Outcome::OnlyInA));
    // Constants cannot be distinguished.
    let zeros = vec![0.0_f32; 64];
    let constant = self::told(&[("a.bias", &[64], &zeros)], &[("b.scale", &[64], &zeros)]);
    assert_eq!((&constant[0].2, &constant[1].2), (&Outcome::OnlyInA, &Outcome::OnlyInB));
}

#[test]
fn fused_and_split_projections_are_seen() {
    let (q, k, v) = (normal(&[24, 16], 1), normal(&[8, 16], 2), normal(&[8, 16], 3));
    let biases = [normal(&[24], 4), normal(&[8], 5), normal(&[8], 6)];
    let apart: Vec<(&str, &[usize], &[f32])> = vec![
        ("attn.k.bias", &[8], &biases[1]),
        ("attn.k.weight", &[8, 16], &k),
        ("attn.q.bias", &[24], &biases[0]),
        ("attn.q.weight", &[24, 16], &q),
        ("attn.v.bias", &[8], &biases[2]),
        ("attn.v.weight", &[8, 16], &v),
    ];
    let (weight, bias) = ([q.as_slice(), &k, &v].concat(), biases.concat());
    let together: Vec<(&str, &[usize], &[f32])> =
        vec![("attn.qkv.bias", &[40], &bias), ("attn.qkv.weight", &[40, 16], &weight)];
    let parts = |of: &str| ["q", "k", "v"].map(|part| format!("attn.{part}.{of}")).to_vec();
    let fused = told(&apart, &together);
    assert_eq!(fused.len(), 2, "{fused:?}");
    assert_eq!(fused[0].2, Outcome::Fused { parts: parts("bias"), axis: 0, transposed: false, interleaved: false });
    assert_eq!(fused[1].2, Outcome::Fused { parts: parts("weight"), axis: 0, transposed: false, interleaved: false });
    let split = told(&together, &apart);
    assert_eq!(split[1].2, Outcome::Split { parts: parts("weight"), axis: 0, transposed: false, interleaved: false });
    // Along the columns, and interleaved by head.
    let columns = transposed(&weight, 16);
    let (turned_q, turned_k, turned_v) = (transposed(&q, 16), transposed(&k, 16), transposed(&v, 16));
    let turned: Vec<(&str, &[usize], &[f32])> =
        vec![("q", &[16, 24], &turned_q), ("k", &[16, 8], &turned_k), ("v", &[16, 8], &turned_v)];
    let told_columns = told(&turned, &[("qkv", &[16, 40], &columns)]);
    assert_eq!(
        told_columns[0].2,
        Outcome::Fused {
            parts: ["q", "k", "v"].map(str::to_owned).to_vec(),
            axis: 1,
            transposed: false,
            interleaved: false
        }
    );
    let heads: Vec<f32> =
        (0..4).flat_map(|head| [&q[head * 96..(head + 1) * 96], &k[head * 32..(head + 1) * 32]].concat()).collect();
    let told_heads = told(&[("q", &[24, 16], &q), ("k", &[8, 16], &k)], &[("qk", &[32, 16], &heads)]);
    assert!(
        matches!(&told_heads[0].2, Outcome::Fused { parts, interleaved: true, .. } if parts.len() == 2),
        "{told_heads:?}"
    );
}

/// GPT-2's `c_attn` is `[in, 3 out]`; the projections of other models are `[out, in]`.
#[test]
fn fused_projections_in_the_other_order_of_axes_are_seen() {
    let (q, k, v) = (normal(&[24, 16], 1), normal(&[8, 16], 2), normal(&[8, 16], 3));
    let fused = transposed(&[q.as_slice(), &k, &v].concat(), 16);
    let apart: [(&str, &[usize], &[f32]); 3] = [("q", &[24, 16], &q), ("k", &[8, 16], &k), ("v", &[8, 16], &v)];
    let parts = || ["q", "k", "v"].map(str::to_owned).to_vec();
    let told_split = told(&[("c_attn", &[16, 40], &fused)], &apart);
    let split = Outcome::Split { parts: parts(), axis: 1, transposed: true, interleaved: false };
    assert_eq!(told_split.iter().map(|told| &told.2).collect::<Vec<_>>(), [&split]);
    let told_fused = told(&apart, &[("c_attn", &[16, 40], &fused)]);
    let fusion = Outcome::Fused { parts: parts(), axis: 1, transposed: true, interleaved: false };
    assert_eq!(told_fused.iter().map(|told| &told.2).collect::<Vec<_>>(), [&fusion]);
    // Without one of the projections nothing is fused.
    let other = normal(&[8, 16], 4);
    let wrong: [(&str, &[usize], &[f32]); 3] = [("q", &[24, 16], &q), ("k", &[8, 16], &k), ("v", &[8, 16], &other)];
    let told_wrong = told(&[("c_attn", &[16, 40], &fused)], &wrong);
    assert!(told_wrong.iter().all(|told| matches!(told.2, Outcome::OnlyInA | Outcome::OnlyInB)), "{told_wrong:?}");
}

/// Two training runs from two seeds produce independent values that no initializer drew, however normal they look.
#[test]
fn two_trainings_are_not_drawn_anew() {
    for seed in 0..20 {
        let bias = |seed: u64| -> Vec<f32> { normal(&[128], seed).iter().map(|value| 0.1 * value - 0.15).collect() };
        let centered = |seed: u64| -> Vec<f32> { normal(&[128], seed).iter().map(|value| 0.23 * value).collect() };
        let row = |seed: u64| -> Vec<f32> {
            let (values, rows) = (normal(&[64, 32], seed), normal(&[64], seed + 1));
            values.iter().enumerate().map(|(at, value)| 0.05 * value * (0.4 * rows[at / 32]).exp()).collect()
        };
        let told = told(
            &[
                ("l.bias", &[128], &bias(2 * seed)),
                ("m.bias", &[128], &centered(2 * seed)),
                ("w", &[64, 32], &row(2 * seed)),
            ],
            &[
                ("l.bias", &[128], &bias(2 * seed + 1)),
                ("m.bias", &[128], &centered(2 * seed + 1)),
                ("w", &[64, 32], &row(2 * seed + 1)),
            ],
        );
        assert!(told.iter().all(|(_, _, outcome)| !matches!(outcome, Outcome::DrawnAnew { .. })), "{told:?}");
    }
}
