//! The truncated unit normal distribution: bounds, moments, distribution function, and values at any bounds.

use std::fmt::Debug;

use fanin_core::values::exact::{normal_cdf, normal_tail};
use fanin_core::values::{BoundsError, Element, Stream, TruncatedUnitNormal, fill_truncated_normal};
use half::{bf16, f16};

const INF: f64 = f64::INFINITY;

/// Bounds, mean and standard deviation: mpmath, 60 digits, rounded to `f64`.
#[rustfmt::skip]
#[allow(clippy::unreadable_literal, reason = "a table as it was printed")]
const MOMENTS: &[(f64, f64, f64, f64)] = &[
    (-1.0, 1.0, 0.0, 0.539560093754897),
    (-2.0, 2.0, 0.0, 0.8796256610342398),
    (-3.0, 3.0, 0.0, 0.9865783925581086),
    (-0.5, 2.75, 0.49815596708474, 0.6781122746195284),
    (0.0, INF, 0.7978845608028654, 0.602810274989087),
    (1.0, INF, 1.525135276160981, 0.4462036144747696),
    (-INF, 0.25, -0.6458393710168173, 0.6491776829885617),
    (-INF, -50.0, -50.019984031905636, 0.01997606534840882),
    (40.0, 41.0, 40.02496884720726, 0.02495332399884605),
    (-31.0, -29.0, -29.034401237736326, 0.034360740515412116),
    (1.0, 1.000001, 1.0000004999999166, 2.886751345710525e-07),
    (-0.0001, 0.0002, 4.9999999625000004e-05, 8.660254024854006e-05),
    (5.0, 5.5, 5.152101776907269, 0.1231831293189624),
    (1000.0, INF, 1000.000999998, 0.0009999970000204997),
    (-INF, INF, 0.0, 1.0),
    (-20.0, -0.001, -0.7985212895629114, 0.6026294644342807),
    (-0.001, 20.0, 0.7972480500564331, 0.6029911264945436),
];

fn distribution(low: f64, high: f64) -> TruncatedUnitNormal {
    TruncatedUnitNormal::new(low, high).expect("bounds in order")
}

#[test]
fn bounds_that_hold_no_interval() {
    for (low, high) in
        [(1.0, 1.0), (2.0, -2.0), (f64::NAN, 1.0), (0.0, f64::NAN), (INF, INF), (-INF, -INF), (INF, -INF)]
    {
        let BoundsError { low: l, high: h } = TruncatedUnitNormal::new(low, high).unwrap_err();
        assert_eq!((l.to_bits(), h.to_bits()), (low.to_bits(), high.to_bits()));
    }
    let text = TruncatedUnitNormal::new(2.0, -1.5).unwrap_err().to_string();
    assert!(text.contains("[2, -1.5]") && text.contains("low < high"), "{text}");
}

#[test]
fn moments() {
    for &(low, high, mean, std) in MOMENTS {
        let distribution = distribution(low, high);
        let scale = mean.abs().max(std);
        assert!(
            (distribution.mean() - mean).abs() <= 2e-15 * scale,
            "mean of [{low}, {high}]: {:?}, not {mean:?}",
            distribution.mean()
        );
        // The bound 1.000001 is itself rounded, to 1e-10 of the interval's length, both here and in the table.
        assert!(
            (distribution.std() - std).abs() <= 4e-15 * std,
            "std of [{low}, {high}]: {:?}, not {std:?}",
            distribution.std()
        );
    }
    assert_eq!(distribution(-1.7, 1.7).mean().to_bits(), 0.0_f64.to_bits());
    assert_eq!(distribution(-INF, INF).std().to_bits(), 1.0_f64.to_bits());
}

#[test]
fn moments_at_the_ends_of_f64() {
    for (low, high) in [(1e200, INF), (-INF, -1e300), (f64::MAX, INF), (0.0, 1e-310), (-1e308, 1.7e308), (1e9, 2e9)] {
        let distribution = distribution(low, high);
        assert!((low..=high).contains(&distribution.mean()), "mean of [{low:e}, {high:e}]: {:e}", distribution.mean());
        assert!(
            distribution.std() > 0.0 && distribution.std() <= 1.0,
            "std of [{low:e}, {high:e}]: {:e}",
            distribution.std()
        );
    }
}

#[test]
fn distribution_function() {
    for (low, high) in
        [(-2.0, 2.0), (-1.0, 0.5), (0.3, INF), (-INF, -3.0), (-31.0, -29.5), (31.0, 31.5), (1.0, 1.0001), (-1e-4, 2e-4)]
    {
        let distribution = distribution(low, high);
        assert!(distribution.cdf(low - 1.0) <= 0.0 && distribution.cdf(low) <= 0.0);
        assert!(distribution.cdf(high) >= 1.0 && distribution.cdf(high + 1.0) >= 1.0);
        assert!(distribution.cdf(f64::NAN).is_nan());
        let (start, end) = (low.max(-40.0), high.min(40.0));
        let mut last = 0.0;
        for i in 1..100 {
            let x = start + (end - start) * f64::from(i) / 100.0;
            let share = distribution.cdf(x);
            assert!((0.0..=1.0).contains(&share) && share >= last - 1e-12, "{share} at {x}, [{low}, {high}]");
            last = share;
            // By definition, using the tail that keeps more digits.
            let truth = if low > 0.0 {
                (normal_tail(low) - normal_tail(x)) / (normal_tail(low) - normal_tail(high))
            } else {
                (normal_cdf(x) - normal_cdf(low)) / (normal_cdf(high) - normal_cdf(low))
            };
            assert!((share - truth).abs() < 1e-10, "{share}, not {truth} at {x}, [{low}, {high}]");
        }
    }
}

/// Values lie within the bounds after rounding to the arithmetic type, and are never -0.0.
fn check_inside<T: Element + Debug>(distribution: &TruncatedUnitNormal, low: f64, high: f64) {
    let mut out = [T::default(); 3000];
    fill_truncated_normal(Stream::values(3, "w"), 1, &mut out, distribution, 0.0, 1.0).expect("a window inside u64");
    for value in out {
        let z = value.to_f64();
        assert!((low..=high).contains(&z), "{z:e} ({:?}) outside [{low:e}, {high:e}]", T::DTYPE);
        assert!(z.to_bits() != (-0.0_f64).to_bits() || T::DTYPE.bytes() == 2, "-0.0 in [{low:e}, {high:e}]");
    }
}

#[test]
fn values_lie_inside_any_bounds() {
    let all = [
        (-2.0, 2.0),
        (-0.0, 3.0),
        (-3.0, -0.0),
        (0.0, INF),
        (-INF, INF),
        (1.0, INF),
        (-INF, 1.0),
        (40.0, 41.0),
        (-INF, -50.0),
        (1.0, 1.0 + 1e-6),
        (1.0, 1.0 + f64::EPSILON),
        (-1e-9, 1e-9),
        (-1e-300, 1e-300),
        (0.0, 5e-324),
        (29.999, 30.001),
        (37.4, 37.6),
        (-38.6, -38.4),
        (1e10, 1e10 + 1.0),
        (1e200, INF),
        (f64::MAX, INF),
        (-INF, f64::MIN),
        (f64::MIN, f64::MAX),
        (-1e-3, 1e300),
    ];
    for (low, high) in all {
        let distribution = distribution(low, high);
        check_inside::<f64>(&distribution, low, high);
        check_inside::<f32>(&distribution, f32::from_f64(low).into(), f32::from_f64(high).into());
        check_inside::<f16>(&distribution, f16::from_f64(low).into(), f16::from_f64(high).into());
        check_inside::<bf16>(&distribution, bf16::from_f64(low).into(), bf16::from_f64(high).into());
    }
}

#[test]
fn mean_and_std_are_applied_after_the_bounds() {
    let distribution = distribution(-2.0, 2.0);
    let (mut unit, mut placed) = ([0_f32; 300], [0_f32; 300]);
    fill_truncated_normal(Stream::values(3, "w"), 0, &mut unit, &distribution, 0.0, 1.0).expect("a window inside u64");
    fill_truncated_normal(Stream::values(3, "w"), 0, &mut placed, &distribution, 0.5, 0.1)
        .expect("a window inside u64");
    for (z, value) in unit.into_iter().zip(placed) {
        assert_eq!((z * 0.1 + 0.5).to_bits(), value.to_bits());
    }
}
