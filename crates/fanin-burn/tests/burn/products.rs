//! The basis of symmetry: burn's matrix products and sums run in the same order for every neuron, so equal neurons get
//! bitwise equal sums.

use burn_core::tensor::{DType, Device, Tensor};
use fanin_core::initializers::Normal;
use fanin_core::{ParamSpec, Seed};

fn random(name: &str, shape: [usize; 2], dtype: DType) -> Tensor<2> {
    let param = ParamSpec::new(name, shape).unwrap();
    let drawn = fanin_burn::sample::<f64, 2>(&Normal::new(0.0, 1.0).unwrap(), &param, Seed(3), &Device::flex());
    drawn.unwrap().cast(dtype)
}

/// Returns whether all columns of a matrix are bitwise equal.
fn columns_are_equal(matrix: &Tensor<2>) -> bool {
    let columns = matrix.dims()[1];
    // Widening to f64 is exact.
    let values: Vec<f64> = matrix.to_data().convert::<f64>().try_to_vec().unwrap();
    values.chunks(columns).all(|row| row.iter().all(|value| value.to_bits() == row[0].to_bits()))
}

/// The products of a layer of `neurons` equal neurons, forward, weight gradient and input gradient, and the sum that is
/// the gradient of its bias. The columns of the third are equal if the layer's inputs are.
fn products(samples: usize, inputs: usize, neurons: usize, dtype: DType) -> [Tensor<2>; 4] {
    let a = random("inputs", [samples, inputs], dtype);
    let weight = random("neuron", [1, inputs], dtype).repeat_dim(0, neurons);
    let errors = random("errors", [samples, 1], dtype).repeat_dim(1, neurons);
    let equal_inputs = random("outgoing", [neurons, 1], dtype).repeat_dim(1, inputs);
    [
        a.clone().matmul(weight.transpose()),
        a.transpose().matmul(errors.clone()),
        errors.clone().matmul(equal_inputs),
        errors.sum_dim(0),
    ]
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
                let products = pool.install(|| products(samples, inputs, neurons, dtype));
                let what = ["outputs", "weight's gradient", "inputs' gradient", "bias's gradient"];
                for (product, what) in products.iter().zip(what) {
                    assert!(
                        columns_are_equal(product),
                        "{what} of {samples} x {inputs} x {neurons}, {dtype:?}, {threads} threads"
                    );
                }
            }
        }
    }
}
