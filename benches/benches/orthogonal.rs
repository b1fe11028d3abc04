//! Orthogonal matrices: fanin compared with faer's QR factorization of a Gaussian matrix, on one thread and two.
//!
//! `cargo bench -p fanin-benches --bench orthogonal`; see this crate's README for how to read it.

use std::error::Error;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Duration;

use criterion::{Criterion, SamplingMode};
use faer::{MatRef, Par};
use fanin_benches::conditions::under_conditions;
use fanin_benches::{WrongResult, orthonormal};
use fanin_core::initializers::Orthogonal;
use fanin_core::values::{Stream, fill_normal};
use fanin_core::{Initializer, Key, ParamSpec, ParamViewMut, Seed};

/// Rows and columns.
const ORDERS: [usize; 4] = [256, 1024, 2048, 4096];

type Fallible<A> = Result<A, Box<dyn Error>>;

/// Fills a square matrix, row by row, from a seed.
type Fill = fn(order: usize, seed: u64, threads: usize, out: &mut [f32]) -> Fallible<()>;

const WAYS: [(&str, Fill); 2] = [("fanin-core", by_fanin), ("faer, QR of a Gaussian matrix", by_faer)];

fn main() -> Fallible<ExitCode> {
    under_conditions(compare)
}

fn compare() -> Fallible<ExitCode> {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(500))
        .sample_size(10)
        .configure_from_args();
    for order in ORDERS {
        for threads in [1, 2] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
            let name = format!("orthogonal {order} x {order}, threads: {threads}");
            let mut group = criterion.benchmark_group(&name);
            group.sampling_mode(SamplingMode::Flat);
            let mut matrix = vec![0.0_f32; order * order];
            for (way, fill) in WAYS {
                // Check every product of a small matrix, and some of the timed one.
                for order in [order.min(256), order] {
                    let matrix = &mut matrix[..order * order];
                    pool.install(|| fill(order, 0, threads, matrix).map_err(|error| error.to_string()))?;
                    let reason = orthonormal::check(matrix, order).err();
                    if let Some(reason) = reason {
                        return Err(WrongResult { subject: format!("{name}, {way}"), reason }.into());
                    }
                }
                let mut seed = 0;
                group.bench_function(way, |b| {
                    b.iter(|| {
                        seed += 1;
                        let filled = pool.install(|| {
                            fill(order, seed, threads, black_box(&mut matrix)).map_err(|error| error.to_string())
                        });
                        filled.expect("it filled when it was checked");
                    });
                });
            }
        }
    }
    criterion.final_summary();
    Ok(ExitCode::SUCCESS)
}

fn by_fanin(order: usize, seed: u64, _: usize, out: &mut [f32]) -> Fallible<()> {
    let weight = ParamSpec::new("weight", [order, order])?;
    Ok(Orthogonal::default().fill(&weight, Key::new(Seed(seed), "weight"), ParamViewMut::whole(out))?)
}

/// Computes Q of a Gaussian matrix, with its columns multiplied by the signs of R's diagonal, and writes the columns as
/// rows. fanin draws the Gaussian matrix, the fastest option available.
fn by_faer(order: usize, seed: u64, threads: usize, out: &mut [f32]) -> Fallible<()> {
    faer::set_global_parallelism(if threads == 1 { Par::Seq } else { Par::rayon(threads) });
    fill_normal(Stream::values(seed, "weight"), 0, out, 0.0, 1.0)?;
    let factors = MatRef::from_column_major_slice(out, order, order).qr();
    let (q, r) = (factors.compute_thin_Q(), factors.thin_R());
    for (column, values) in out.chunks_exact_mut(order).enumerate() {
        let sign = if r[(column, column)] < 0.0 { -1.0 } else { 1.0 };
        for (value, q) in values.iter_mut().zip(q.col(column).iter()) {
            *value = sign * q;
        }
    }
    Ok(())
}
