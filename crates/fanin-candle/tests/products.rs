//! The basis of symmetry: candle's matrix products sum in the same order for every neuron, so equal neurons get bitwise
//! equal sums, with any kernel that gemm selects on this processor.

use candle_core::{DType, Device, Result, Tensor};
use fanin_core::initializers::Normal;
use fanin_core::{ParamSpec, Seed};

fn random(name: &str, shape: [usize; 2]) -> Tensor {
    let param = ParamSpec::new(name, shape).unwrap();
    fanin_candle::sample::<f64>(&Normal::new(0.0, 1.0).unwrap(), &param, Seed(3), &Device::Cpu).unwrap()
}

/// Returns whether all columns of a matrix are bitwise equal.
fn columns_are_equal(matrix: &Tensor) -> bool {
    // Widening to f64 is exact.
    let rows: Vec<Vec<f64>> = matrix.to_dtype(DType::F64).and_then(|matrix| matrix.to_vec2()).unwrap();
    rows.iter().all(|row| row.iter().all(|value| value.to_bits() == row[0].to_bits()))
}

/// The three products of a layer of `neurons` equal neurons: forward, weight gradient and input gradient. The columns
/// of the last are equal if the layer's inputs are.
fn products(samples: usize, inputs: usize, neurons: usize, dtype: DType) -> Result<[Tensor; 3]> {
    let a = random("inputs", [samples, inputs]).to_dtype(dtype)?;
    let neuron = random("neuron", [1, inputs]).to_dtype(dtype)?;
    let weight = neuron.broadcast_as((neurons, inputs))?.contiguous()?;
    let errors = random("errors", [samples, 1]).to_dtype(dtype)?.broadcast_as((samples, neurons))?.contiguous()?;
    let equal_inputs =
        random("outgoing", [neurons, 1]).to_dtype(dtype)?.broadcast_as((neurons, inputs))?.contiguous()?;
    Ok([a.matmul(&weight.t()?)?, a.t()?.matmul(&errors)?, errors.matmul(&equal_inputs)?])
}

#[test]
fn equal_neurons_get_equal_sums() {
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        for dtype in [DType::F32, DType::F64] {
            // Covers every remainder of the kernels' tiles, which are at most 48 wide, and products large enough for
            // all threads.
            let sizes = (1..=100).map(|n| (5, 7, n)).chain((1..=100).map(|n| (n, n, 33)));
            for (samples, inputs, neurons) in sizes.chain([(256, 784, 255), (257, 64, 300), (1, 1000, 1000)]) {
                let products = pool.install(|| products(samples, inputs, neurons, dtype)).unwrap();
                for (product, what) in products.iter().zip(["outputs", "weight's gradient", "inputs' gradient"]) {
                    assert!(
                        columns_are_equal(product),
                        "{what} of {samples} x {inputs} x {neurons}, {dtype:?}, {threads} threads"
                    );
                }
            }
        }
    }
}

/// One neuron that differs in its last bit is detected.
#[test]
fn a_different_neuron_is_detected() {
    let weight = Tensor::new(&[[1.0_f32, 2.0], [1.0, 2.0_f32.next_up()]], &Device::Cpu).unwrap();
    let outputs = random("inputs", [3, 2]).to_dtype(DType::F32).unwrap().matmul(&weight.t().unwrap()).unwrap();
    assert!(!columns_are_equal(&outputs));
}

/// The feature `avx512` applies to the gemm that candle uses: there is only one gemm, and it has the feature.
#[cfg(feature = "avx512")]
#[test]
fn there_is_one_gemm() {
    let lock = include_str!("../../../Cargo.lock");
    assert_eq!(lock.matches("name = \"gemm\"\n").count(), 1);
}
