//! Tests the logarithm used in the `f32` transforms against `f64`, over the inputs that occur.

use super::scan::{Values, scan};
use crate::values::logarithm::minus_ln_f32;

#[test]
fn within_three_ulp() {
    let inputs = |from: f32, to: f32| u64::from(from.to_bits())..u64::from(to.to_bits());
    // The inputs are 4 q (1 - q) with q from 7e-11, and u from 2^-32, both up to 1.
    let found: Values = scan(inputs(6e-11, 1.0), 1_000_000, |values: &mut Values, bits| {
        let u = f32::from_bits(bits);
        values.compare(bits, minus_ln_f32(u), -f64::from(u).ln());
    });
    println!("-ln u, u in [6e-11, 1): {} inputs, {:.3} ulp at bits {:#x}", found.count, found.ulps, found.at);
    assert!(found.ulps <= 3.0, "{found:?}");
    assert!(found.smallest > 0.0, "{found:?}");
}
