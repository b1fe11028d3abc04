//! candle's matrix products on the CPU, one line each. `benches/products` runs this program with and without AVX-512 in
//! turns.
//!
//! `cargo bench -p fanin-benches --bench products`

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use candle_core::{DType, Device, Tensor};
use fanin_core::{ParamSpec, Seed, initializers::Normal};

/// Rows, inner axis, columns. The first is the largest product of a step of 784-256-128-10 on 256 samples.
const PRODUCTS: [(DType, [usize; 3]); 6] = [
    (DType::F32, [256, 784, 256]),
    (DType::F32, [64, 64, 64]),
    (DType::F32, [512, 512, 512]),
    (DType::F32, [1024, 1024, 1024]),
    (DType::F64, [256, 784, 256]),
    (DType::F64, [512, 512, 512]),
];

/// The duration of a block. The minimum over blocks is printed, because other load can only add time.
const BLOCK: Duration = Duration::from_millis(20);

fn main() -> Result<(), Box<dyn Error>> {
    let is_test = std::env::args().any(|argument| argument == "--test");
    for (dtype, [rows, inner, columns]) in PRODUCTS {
        let a = matrix("a", rows, inner)?.to_dtype(dtype)?;
        let b = matrix("b", inner, columns)?.to_dtype(dtype)?;
        check(&a, &b)?;
        let name = format!("{} {rows}x{inner}x{columns}", dtype.as_str());
        if is_test {
            println!("{name} checked");
            continue;
        }
        let mut least = f64::INFINITY;
        for _ in 0..10 {
            let (start, mut calls) = (Instant::now(), 0.0);
            while start.elapsed() < BLOCK {
                black_box(a.matmul(&b)?);
                calls += 1.0;
            }
            least = least.min(start.elapsed().as_secs_f64() / calls);
        }
        println!("{name}\t{least:.3e}");
    }
    Ok(())
}

fn matrix(name: &str, rows: usize, columns: usize) -> Result<Tensor, Box<dyn Error>> {
    let param = ParamSpec::new(name, [rows, columns])?;
    Ok(fanin_candle::sample::<f64>(&Normal::new(0.0, 1.0)?, &param, Seed(0), &Device::Cpu)?)
}

/// Compares every element with the product computed in `f64`, within the rounding error of that many terms.
fn check(a: &Tensor, b: &Tensor) -> Result<(), Box<dyn Error>> {
    let product: Vec<Vec<f64>> = a.matmul(b)?.to_dtype(DType::F64)?.to_vec2()?;
    let (a, b) = (a.to_dtype(DType::F64)?.to_vec2::<f64>()?, b.to_dtype(DType::F64)?.t()?.to_vec2::<f64>()?);
    let terms = b.first().map_or(0, Vec::len);
    let tolerance = 1e-6 * f64::from(u32::try_from(terms)?);
    for (row, products) in a.iter().zip(&product) {
        for (column, product) in b.iter().zip(products) {
            let by_hand: f64 = row.iter().zip(column).map(|(a, b)| a * b).sum();
            if (by_hand - product).abs() > tolerance {
                return Err(format!("a product is {product}, not {by_hand}").into());
            }
        }
    }
    Ok(())
}
