//! Auditing a checkpoint from the page cache, on one thread and two, compared with a plain sum over the mapped values
//! and with copying their bytes to memory.
//!
//! `cargo bench -p fanin-benches --bench audit`. `-- --test` checks the results without timing; `-- matrices 2` runs
//! only the cases whose names contain these words.

use std::error::Error;
use std::fs::File;
use std::path::Path;

use fanin_audit::measure::{Grid, pass};
use fanin_audit::{AuditOptions, audit};
use fanin_benches::WrongResult;
use fanin_benches::asked::Asked;
use fanin_benches::paired::{Pace, Participant, Run, turns};
use fanin_checkpoint::reading::{Checkpoint, Tensor};
use fanin_core::initializers::he_normal;
use fanin_core::{InitializerExt, Layout, ParamSpec, Seed};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use safetensors::Dtype;
use safetensors::tensor::TensorView;

type Fallible<A> = Result<A, Box<dyn Error>>;

/// The target for the pass: bytes per second on two threads.
const PROMISED: f64 = 1.5e9;

/// The number of elements when only checking.
const CHECKED: usize = 1 << 20;

fn main() -> Fallible<()> {
    let asked = Asked::of_this_program();
    let sizes: &[(usize, usize)] = if asked.only_checks { &[(CHECKED, 0)] } else { &[(1 << 26, 9), (1 << 28, 5)] };
    println!("| file | threads | what | GB/s: median (least to greatest) | time over that of the sum | promised |");
    println!("|---|---:|---|---:|---:|---:|");
    for &(elements, rounds) in sizes {
        for (kind, shape) in [("matrices", [4096, 4096, 1, 1]), ("kernels", [512, 512, 3, 3])] {
            let folder = tempfile::tempdir()?;
            let path = folder.path().join("model.safetensors");
            write(&path, elements, shape)?;
            for threads in [1, 2] {
                if asked.takes(&format!("{kind} 2^{} {threads}", elements.ilog2())) {
                    measure(&path, kind, threads, (!asked.only_checks).then_some(rounds))?;
                }
            }
        }
    }
    Ok(())
}

/// Writes a checkpoint with at least one tensor of this shape (or part of one) and at most this many elements.
fn write(path: &Path, elements: usize, shape: [usize; 4]) -> Fallible<()> {
    let inner: usize = shape[1..].iter().product();
    let rows = shape[0].min(elements / inner).max(1);
    let shape: Vec<usize> = [rows].into_iter().chain(shape[1..].iter().copied().filter(|axis| *axis > 1)).collect();
    let count = (elements / (rows * inner)).max(1);
    let mut tensors = Vec::new();
    for number in 0..count {
        let name = format!("layers.{number}.weight");
        let param = ParamSpec::new(&name, shape.clone())?.with_layout(Layout::OutIn);
        let values: Vec<f32> = he_normal().sample(&param, Seed(1))?;
        tensors.push((name, bytemuck::cast_slice::<f32, u8>(&values).to_vec()));
    }
    let views = tensors.iter().map(|(name, bytes)| Ok((name, TensorView::new(Dtype::F32, shape.clone(), bytes)?)));
    safetensors::serialize_to_file(views.collect::<Fallible<Vec<_>>>()?, None, path)?;
    // Synced, so that nothing is written while others are timed.
    Ok(File::open(path)?.sync_all()?)
}

fn measure(path: &Path, kind: &str, threads: usize, rounds: Option<usize>) -> Fallible<()> {
    let checkpoint = Checkpoint::open(path)?;
    // Even a pool of one thread: the timed code uses the pool that it runs in.
    let threads = ThreadPoolBuilder::new().num_threads(threads).build()?;
    let count = threads.current_num_threads();
    let elements: usize = checkpoint.tensors().iter().map(Tensor::len).sum();
    let mut memory = vec![0_u8; elements * 4];
    check(&checkpoint, &threads, &mut memory)?;
    let Some(rounds) = rounds else {
        println!("| {kind} of {elements} elements | {count} | checked | | | |");
        return Ok(());
    };
    let mut runs: Vec<Run<'_, Vec<u8>>> = vec![
        Box::new(|_| {
            std::hint::black_box(threads.install(|| passed(&checkpoint))?);
            Ok(())
        }),
        Box::new(|_| {
            std::hint::black_box(threads.install(|| audit(&checkpoint, &AuditOptions::default()))?);
            Ok(())
        }),
        Box::new(|_| {
            std::hint::black_box(threads.install(|| summed(&checkpoint))?);
            Ok(())
        }),
        Box::new(|memory| Ok(threads.install(|| copied(&checkpoint, memory))?)),
    ];
    let times = turns(Pace::single(rounds), &mut memory, &mut runs)?;
    for (at, what) in ["the pass", "the whole audit", "a plain sum", "a copy"].into_iter().enumerate() {
        let seconds = times.seconds(Participant(at))?;
        #[expect(clippy::cast_precision_loss, reason = "a number of bytes")]
        let rate = |seconds: f64| 4.0 * elements as f64 / seconds / 1e9;
        let ratio = times.ratio(Participant(at), Participant(2))?;
        let promised = at == 0 && count == 2;
        let promised = if promised { format!("{:.1}", PROMISED / 1e9) } else { String::new() };
        println!(
            "| {kind} 2^{} | {} | {what} | {:.2} ({:.2} to {:.2}) | {:.2} | {promised} |",
            elements.ilog2(),
            count,
            rate(seconds.median),
            rate(seconds.max),
            rate(seconds.min),
            ratio.median
        );
    }
    Ok(())
}

/// Runs the audit's pass over all tensors; returns the sum of squares and the hashes.
fn passed(checkpoint: &Checkpoint) -> Result<(f64, u64), fanin_checkpoint::reading::ReadError> {
    let statistics = checkpoint.tensors().par_iter().map(|tensor| {
        let columns = tensor.shape().get(1..).unwrap_or_default().iter().product();
        let grid = Grid::matrix(tensor.len() / columns, columns);
        let statistics = pass(&checkpoint.load(tensor)?, grid);
        Ok((statistics.squares, statistics.hash))
    });
    statistics.try_reduce(|| (0.0, 0), |a, b| Ok((a.0 + b.0, a.1 ^ b.1)))
}

/// Computes the sum of squares with a loop of sixteen lanes, in parallel over tensors and parts.
fn summed(checkpoint: &Checkpoint) -> Result<f64, fanin_checkpoint::reading::ReadError> {
    let sums = checkpoint.tensors().par_iter().map(|tensor| {
        let data = checkpoint.load(tensor)?;
        let values = data.as_f32().unwrap_or_default();
        Ok(values.par_chunks(1 << 18).map(part).sum::<f64>())
    });
    sums.try_reduce(|| 0.0, |a, b| Ok(a + b))
}

fn part(values: &[f32]) -> f64 {
    let sum = |values: &[f32]| {
        let mut lanes = [0.0_f32; 16];
        for values in values.as_chunks::<16>().0 {
            lanes.iter_mut().zip(values).for_each(|(lane, value)| *lane += value * value);
        }
        lanes.iter().map(|lane| f64::from(*lane)).sum::<f64>()
    };
    values.chunks(1 << 12).map(sum).sum()
}

fn copied(checkpoint: &Checkpoint, memory: &mut [u8]) -> Result<(), fanin_checkpoint::reading::ReadError> {
    let mut rest = memory;
    for tensor in checkpoint.tensors() {
        let data = checkpoint.load(tensor)?;
        let (to, other) = rest.split_at_mut(data.bytes().len());
        to.par_chunks_mut(1 << 20)
            .zip(data.bytes().par_chunks(1 << 20))
            .for_each(|(to, from)| to.copy_from_slice(from));
        rest = other;
    }
    Ok(())
}

/// Checks that the pass and the sum agree, that the copy is exact, and that fresh weights have no findings.
fn check(checkpoint: &Checkpoint, threads: &ThreadPool, memory: &mut [u8]) -> Fallible<()> {
    let wrong = |subject: &str, reason: String| WrongResult { subject: subject.to_owned(), reason };
    let ((squares, _), sum) = (threads.install(|| passed(checkpoint))?, threads.install(|| summed(checkpoint))?);
    if (squares / sum - 1.0).abs() > 1e-5 {
        return Err(wrong("the pass", format!("a sum of squares of {squares}, not {sum}")).into());
    }
    threads.install(|| copied(checkpoint, memory))?;
    let first = checkpoint.load(&checkpoint.tensors()[0])?;
    if !memory.starts_with(first.bytes()) {
        return Err(wrong("the copy", "other bytes".to_owned()).into());
    }
    let audit = threads.install(|| audit(checkpoint, &AuditOptions::default()))?;
    if audit.decision.noise != checkpoint.tensors().len() || !audit.findings.is_empty() {
        return Err(wrong("the audit", format!("{}; {} findings", audit.decision.reason, audit.findings.len())).into());
    }
    Ok(())
}
