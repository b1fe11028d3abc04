//! Tests uniform `f32` values over all 2^24 inputs: within the bounds, monotone and never `-0.0`.

use super::scan::{Values, scan};
use crate::values::block::Transform;
use crate::values::uniform::Uniform;

/// Intervals around 0, on one side of it, at the limits of the type, and of one and two numbers.
const INTERVALS: [(f32, f32); 9] = [
    (0.0, 1.0),
    (-1.0, 1.0),
    (-0.3, 0.7),
    (1.0, 1.000_001),
    (-1e-30, 3e-38),
    (-2.5, -1e-6),
    (1e30, 3e38),
    (1.0, 1.0 + f32::EPSILON),
    (-0.01, 0.01),
];

#[test]
fn inside_and_in_order() {
    for (low, high) in INTERVALS {
        let kernel = Uniform::<f32>::new(f64::from(low), f64::from(high));
        let span = f64::from(high) - f64::from(low);
        let found: Values = scan(0..1 << 24, 200_000, |values: &mut Values, unit| {
            let [value, ..] = Transform::<f32, 4>::block(&kernel, [unit << 8; 4]);
            assert!((low..high).contains(&value), "{value:e} at {unit:#x}, [{low:e}, {high:e})");
            let truth = f64::from(unit) / 16_777_216.0 * span + f64::from(low);
            // Use an ulp of the larger bound: near 0, a sum of larger numbers cannot be more accurate.
            let ulp = f64::from(low.abs().max(high.abs())) * f64::from(f32::EPSILON);
            let error = (f64::from(value) - truth).abs();
            assert!(error <= 1.5 * ulp, "{value:e}, not {truth:e} at {unit:#x}, [{low:e}, {high:e})");
            values.see(value);
            values.ulps = values.ulps.max(error / ulp);
        });
        println!(
            "uniform [{low:e}, {high:e}): {} inputs, inside, order kept within {} ulp, {:.3} ulp of the larger bound",
            found.count, found.drop, found.ulps
        );
        assert!(found.drop == 0 && found.negative_zeros == 0, "[{low:e}, {high:e}): {found:?}");
    }
}
