//! Measures how often the audit mistakes fresh checkpoints for trained ones, and vice versa.
//!
//! `cargo run --release -p fanin-audit --example stage_rates -- [SEEDS]`

use fanin_audit::{AuditOptions, audit};
use fanin_checkpoint::reading::Checkpoint;
use fanin_core::{InitializerExt, Layout, ParamSpec, Seed, text};
use rayon::prelude::*;
use safetensors::Dtype;
use safetensors::tensor::TensorView;

/// A tensor: its name, shape and initializer.
type Line = (String, Vec<usize>, &'static str);

const INITIALIZERS: [&str; 14] = [
    "he_normal",
    "he_uniform",
    "glorot_normal",
    "glorot_uniform",
    "fan_in_uniform",
    "lecun_normal",
    "normal(std = 0.02)",
    "normal(std = 1)",
    "uniform(low = -0.05, high = 0.05)",
    "truncated_normal(std = 0.02)",
    "truncated_normal(std = 0.02, corrected = false)",
    "orthogonal",
    "sparse(fraction = 0.9)",
    "sparse(fraction = 0.5)",
];

/// Shapes of models, from one small layer to a small transformer.
fn models(init: &'static str) -> Vec<(&'static str, Vec<Line>)> {
    let line = |name: String, shape: &[usize], init: &'static str| (name, shape.to_vec(), init);
    let one = |rows, columns| vec![line("w.weight".to_owned(), &[rows, columns], init)];
    let perceptron = |widths: &[usize], bias: &'static str| -> Vec<Line> {
        let layers = widths.windows(2).enumerate();
        layers
            .flat_map(|(at, pair)| {
                [
                    line(format!("fc{at}.weight"), &[pair[1], pair[0]], init),
                    line(format!("fc{at}.bias"), &[pair[1]], bias),
                ]
            })
            .collect()
    };
    let transformer = |width: usize, gain: &'static str| -> Vec<Line> {
        let mut lines = vec![line("wte.weight".to_owned(), &[65, width], "normal(std = 0.02)")];
        for layer in 0..2 {
            for (role, shape) in [
                ("attn.c_attn", [3 * width, width]),
                ("attn.c_proj", [width, width]),
                ("mlp.c_fc", [4 * width, width]),
                ("mlp.c_proj", [width, 4 * width]),
            ] {
                lines.push(line(format!("h.{layer}.{role}.weight"), &shape, init));
                lines.push(line(format!("h.{layer}.{role}.bias"), &[shape[0]], "zeros"));
            }
            for norm in ["ln_1", "ln_2"] {
                lines.push(line(format!("h.{layer}.{norm}.weight"), &[width], gain));
                lines.push(line(format!("h.{layer}.{norm}.bias"), &[width], "zeros"));
            }
        }
        lines
    };
    let convolutional = |gain: &'static str| -> Vec<Line> {
        let mut lines = Vec::new();
        for (at, pair) in [3, 16, 32, 32].windows(2).enumerate() {
            lines.push(line(format!("l{at}.conv.weight"), &[pair[1], pair[0], 3, 3], init));
            lines.push(line(format!("l{at}.bn.weight"), &[pair[1]], gain));
            lines.push(line(format!("l{at}.bn.bias"), &[pair[1]], "zeros"));
            lines.push(line(format!("l{at}.bn.running_mean"), &[pair[1]], "zeros"));
            lines.push(line(format!("l{at}.bn.running_var"), &[pair[1]], "ones"));
        }
        lines
    };
    vec![
        ("16x16", one(16, 16)),
        ("48x16", one(48, 16)),
        ("8x100", one(8, 100)),
        ("128x64", one(128, 64)),
        ("perceptron, zero biases", perceptron(&[20, 16, 32, 16], "zeros")),
        ("perceptron, uniform biases", perceptron(&[64, 64, 64, 10], "uniform(low = -0.125, high = 0.125)")),
        ("transformer of width 16", transformer(16, "ones")),
        ("transformer of width 48", transformer(48, "ones")),
        ("convolutions, gains N(1, .02)", convolutional("normal(mean = 1, std = 0.02)")),
        ("convolutions, gains N(0, .02)", convolutional("normal(std = 0.02)")),
    ]
}

/// Sparse initialization refuses kernels.
fn is_convolutional(model: usize) -> bool {
    models(INITIALIZERS[0])[model].1.iter().any(|(_, shape, _)| shape.len() > 2)
}

fn drawn(name: &str, shape: &[usize], init: &str, seed: u64) -> Vec<f32> {
    let param = ParamSpec::new(name, shape).expect("a shape").with_layout(Layout::OutIn);
    text::parse(init).expect(init).sample(&param, Seed(seed)).unwrap_or_else(|error| panic!("{name} {init}: {error}"))
}

/// Moves rows and columns together, by a factor with this standard deviation of its logarithm.
fn train(name: &str, shape: &[usize], values: &mut [f32], spread: f32, seed: u64) {
    let columns: usize = shape[1..].iter().product();
    let rows = drawn(&format!("{name} rows"), &[shape[0]], "normal(std = 1)", seed);
    let of_columns = drawn(&format!("{name} columns"), &[columns], "normal(std = 1)", seed);
    for (at, value) in values.iter_mut().enumerate() {
        *value *= (spread * (rows[at / columns] + of_columns[at % columns])).exp();
    }
}

/// The stage of a model from a seed; trained with a spread above 0.
fn stage(lines: &[Line], seed: u64, spread: f32) -> String {
    let tensors: Vec<(String, Vec<usize>, Vec<u8>)> = lines
        .iter()
        .map(|(name, shape, init)| {
            let mut values = drawn(name, shape, init, seed);
            if spread > 0.0 && shape.len() > 1 {
                train(name, shape, &mut values, spread, seed);
            } else if spread > 0.0 && !name.contains("running") {
                let moved = drawn(&format!("{name} moved"), shape, "normal(std = 1)", seed);
                values.iter_mut().zip(moved).for_each(|(value, by)| *value += 0.2 * spread * (by + 0.5 * by * by));
            }
            (name.clone(), shape.clone(), values.iter().flat_map(|value| value.to_le_bytes()).collect())
        })
        .collect();
    let views = tensors.iter().map(|(name, shape, bytes)| {
        (name.clone(), TensorView::new(Dtype::F32, shape.clone(), bytes).expect("a tensor"))
    });
    let bytes = safetensors::serialize(views, None).expect("bytes");
    let checkpoint = Checkpoint::of_bytes("drawn.safetensors".as_ref(), bytes).expect("a checkpoint");
    let decision = audit(&checkpoint, &AuditOptions::default()).expect("an audit").decision;
    let stage = decision.stage.map_or_else(|| "none".to_owned(), |stage| stage.to_string());
    let wrong = if spread > 0.0 { "fresh" } else { "trained" };
    if stage == wrong {
        eprintln!("seed {seed}, spread {spread}: {} {}: {decision}", lines[0].0, lines[0].2);
    }
    stage
}

fn main() {
    let seeds: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(50);
    println!(
        "| model | checkpoints | drawn: fresh | undetermined | trained | trained: trained | undetermined | fresh |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|");
    let count = models(INITIALIZERS[0]).len();
    for at in 0..count {
        let mut counts = [[0_usize; 3]; 2];
        let mut name = "";
        for init in INITIALIZERS.into_iter().filter(|init| !init.starts_with("sparse") || !is_convolutional(at)) {
            let (called, lines) = models(init).swap_remove(at);
            name = called;
            for (place, spread) in [0.0, 0.4].into_iter().enumerate() {
                let stages: Vec<String> = (0..seeds).into_par_iter().map(|seed| stage(&lines, seed, spread)).collect();
                for found in stages {
                    counts[place][match found.as_str() {
                        "fresh" => 0,
                        "trained" => 2,
                        _ => 1,
                    }] += 1;
                }
            }
        }
        let [[fresh, undetermined, trained], [f, u, t]] = counts;
        let all = fresh + undetermined + trained;
        println!("| {name} | {all} | {fresh} | {undetermined} | {trained} | {t} | {u} | {f} |");
    }
}
