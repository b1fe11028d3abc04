//! Every window equals the same part of the whole, wherever it starts.

use fanin_core::values::{
    Element, Stream, TruncatedUnitNormal, WindowError, fill_normal, fill_truncated_normal, fill_uniform,
};
use half::{bf16, f16};

const START: [u64; 6] = [0, (1 << 32) - 700, (1 << 40) + 3, (1 << 62) - 1, (1 << 63) - 511, u64::MAX - 1500];
const LENGTH: usize = 1500;

/// One of the three fills.
fn fill<T: Element>(which: usize, start: u64, out: &mut [T]) -> Result<(), WindowError> {
    let stream = Stream::values(11, "decoder.layers.7.mlp.weight");
    match which {
        0 => fill_uniform(stream, start, out, -0.3, 1.7),
        1 => fill_normal(stream, start, out, 0.0, 0.02),
        _ => {
            let distribution = TruncatedUnitNormal::new(-2.0, 2.5).expect("bounds in order");
            fill_truncated_normal(stream, start, out, &distribution, 0.0, 1.0)
        }
    }
}

fn check<T: Element>() {
    for which in 0..3 {
        for start in START {
            let mut whole = [T::default(); LENGTH];
            fill(which, start, &mut whole).expect("a window inside u64");
            for (from, len) in [
                (0, 1),
                (1, 1),
                (1, 0),
                (3, 5),
                (63, 2),
                (64, 64),
                (100, 700),
                (127, 130),
                (255, 258),
                (256, 256),
                (256, 512),
                (301, 1199),
                (LENGTH, 0),
            ] {
                let mut part = vec![T::default(); len];
                fill(which, start + from as u64, &mut part).expect("a window inside u64");
                for (i, (value, expected)) in part.iter().zip(&whole[from..]).enumerate() {
                    assert_eq!(
                        value.to_f64().to_bits(),
                        expected.to_f64().to_bits(),
                        "{} distribution {which}, element {} of {from} + {len} from {start}",
                        T::DTYPE,
                        from + i
                    );
                }
            }
        }
    }
}

#[test]
fn windows_of_f32() {
    check::<f32>();
}

#[test]
fn windows_of_f64() {
    check::<f64>();
}

#[test]
fn windows_of_f16() {
    check::<f16>();
}

#[test]
fn windows_of_bf16() {
    check::<bf16>();
}

#[test]
fn elements_made_alone_equal_the_window() {
    let mut whole = [0_f32; 600];
    fill(1, 77, &mut whole).expect("a window inside u64");
    for (index, expected) in (77..).zip(whole) {
        let mut one = [0_f32];
        fill(1, index, &mut one).expect("a window inside u64");
        assert_eq!(one[0].to_bits(), expected.to_bits(), "element {index}");
    }
}

/// Long enough to use the threads of the current pool, if there are several.
#[test]
fn a_long_fill_equals_its_windows() {
    for which in 0..3 {
        let mut whole = vec![0_f32; (1 << 17) + 77];
        fill(which, 5, &mut whole).expect("a window inside u64");
        let mut part = [0_f32; 1000];
        for (number, expected) in whole.chunks(part.len()).enumerate() {
            let part = &mut part[..expected.len()];
            fill(which, 5 + 1000 * number as u64, part).expect("a window inside u64");
            assert!(part == expected, "distribution {which}, window {number}");
        }
    }
}

#[test]
fn a_window_beyond_u64_is_an_error_and_writes_nothing() {
    for which in 0..3 {
        let mut out = [7_f32; 10];
        let error = fill(which, u64::MAX - 9, &mut out).unwrap_err();
        assert_eq!(error, WindowError { start: u64::MAX - 9, len: 10 });
        assert!(error.to_string().contains("10 elements"), "{error}");
        assert!(out.iter().all(|&x| x.to_bits() == 7_f32.to_bits()));
        fill(which, u64::MAX - 10, &mut out).expect("the last window");
        fill(which, u64::MAX, &mut out[..0]).expect("an empty window");
    }
}

#[test]
fn the_halves_are_the_f32_value_rounded() {
    for which in 0..3 {
        let (mut single, mut half, mut brain) = ([0_f32; 999], [f16::ZERO; 999], [bf16::ZERO; 999]);
        fill(which, 5, &mut single).expect("a window inside u64");
        fill(which, 5, &mut half).expect("a window inside u64");
        fill(which, 5, &mut brain).expect("a window inside u64");
        for ((x, h), b) in single.into_iter().zip(half).zip(brain) {
            assert_eq!(f16::from_f32(x).to_bits(), h.to_bits());
            assert_eq!(bf16::from_f32(x).to_bits(), b.to_bits());
        }
    }
}

#[test]
fn strange_parameters_do_not_panic() {
    let mut out = [0_f32; 300];
    let mut wide = [0_f64; 300];
    let stream = Stream::values(0, "w");
    let strange = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, 5e-324, -0.0, 1.0];
    let distribution = TruncatedUnitNormal::new(-2.0, 2.0).expect("bounds in order");
    for a in strange {
        for b in strange {
            fill_uniform(stream, 0, &mut out, a, b).expect("a window inside u64");
            fill_uniform(stream, 0, &mut wide, a, b).expect("a window inside u64");
            fill_normal(stream, 0, &mut out, a, b).expect("a window inside u64");
            fill_normal(stream, 0, &mut wide, a, b).expect("a window inside u64");
            fill_truncated_normal(stream, 0, &mut out, &distribution, a, b).expect("a window inside u64");
            fill_truncated_normal(stream, 0, &mut wide, &distribution, a, b).expect("a window inside u64");
        }
    }
}

#[test]
fn uniform_keeps_to_its_interval() {
    // Short intervals, where rounding could reach the upper bound.
    for (low, high) in [(1.0, 1.0 + 2.0_f64.powi(-22)), (-0.0, 1e-44), (-1.0, -1.0 + 1e-6), (16.0, 16.000_01)] {
        let mut out = [0_f32; 2000];
        fill_uniform(Stream::values(5, "w"), 0, &mut out, low, high).expect("a window inside u64");
        let (first, end) = (f32::from_f64(low), f32::from_f64(high));
        assert!(out.iter().all(|&x| x >= first && x < end && x.to_bits() != (-0.0_f32).to_bits()), "[{low}, {high})");
    }
    let mut out = [0_f64; 2000];
    fill_uniform(Stream::values(5, "w"), 0, &mut out, 1.0, 1.0 + 4.0 * f64::EPSILON).expect("a window inside u64");
    assert!(out.iter().all(|&x| (1.0..1.0 + 4.0 * f64::EPSILON).contains(&x)));
    // A point.
    fill_uniform(Stream::values(5, "w"), 0, &mut out, 0.25, 0.25).expect("a window inside u64");
    assert!(out.iter().all(|&x| x.to_bits() == 0.25_f64.to_bits()));
}
