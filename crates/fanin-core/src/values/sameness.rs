//! Tests that every instruction set, thread count and window gives the same bits.

use half::{bf16, f16};

use super::machine::InstructionSet;
use super::{Element, Stream, TruncatedUnitNormal, fill_normal, fill_truncated_normal, fill_uniform};

/// The names of the distributions, with at least one for each kernel.
const LAWS: [&str; 7] = ["uniform", "normal", "cut at two", "beyond one", "one-sided", "far", "narrow"];

fn fill<T: Element>(distribution: &str, start: u64, out: &mut [T]) {
    let stream = Stream::values(7, "layers.0.weight");
    let cut = |low, high| TruncatedUnitNormal::new(low, high).expect("bounds");
    let done = match distribution {
        "uniform" => fill_uniform(stream, start, out, -0.3, 0.7),
        "normal" => fill_normal(stream, start, out, 0.1, 0.02),
        "cut at two" => fill_truncated_normal(stream, start, out, &cut(-2.0, 2.0), 0.0, 0.02),
        "beyond one" => fill_truncated_normal(stream, start, out, &cut(1.0, f64::INFINITY), 0.0, 1.0),
        "one-sided" => fill_truncated_normal(stream, start, out, &cut(6.5, f64::INFINITY), 0.0, 1.0),
        "far" => fill_truncated_normal(stream, start, out, &cut(-50.0, -40.0), 0.0, 1.0),
        _ => fill_truncated_normal(stream, start, out, &cut(1.0, 1.000_001), 0.0, 1.0),
    };
    done.expect("a window inside u64");
}

fn bits<T: Element>(values: &[T]) -> Vec<u64> {
    values.iter().map(|value| value.to_f64().to_bits()).collect()
}

fn filled<T: Element>(distribution: &str, start: u64, len: usize) -> Vec<u64> {
    let mut out = vec![T::default(); len];
    fill(distribution, start, &mut out);
    bits(&out)
}

/// Starts and lengths of windows that begin and end inside tiles, some at large indices.
const WINDOWS: [(u64, usize); 6] =
    [(0, 1024), (1, 700), (63, 66), (255, 2), ((1 << 40) - 3, 777), ((1 << 63) - 300, 601)];

fn every_set<T: Element>() {
    for distribution in LAWS {
        for (start, len) in WINDOWS {
            let baseline = InstructionSet::Baseline.force(|| filled::<T>(distribution, start, len));
            for set in InstructionSet::available() {
                let same = set.force(|| filled::<T>(distribution, start, len)) == baseline;
                assert!(same, "{distribution} in {} from {start} on {set:?}", T::DTYPE);
            }
        }
    }
}

#[test]
fn every_instruction_set_gives_the_same_bits() {
    every_set::<f32>();
    every_set::<f64>();
    every_set::<f16>();
    every_set::<bf16>();
}

/// Checks windows that need one, two or all rows of a tile: rows computed alone equal those of the whole tile.
fn every_part_of_a_tile<T: Element>() {
    for distribution in LAWS {
        let whole = filled::<T>(distribution, 0, 512);
        for set in InstructionSet::available() {
            for start in [0, 1, 64, 127, 128, 200, 256] {
                for len in [1, 16, 63, 64, 65, 127, 128, 129, 192, 255] {
                    let part = set.force(|| filled::<T>(distribution, start as u64, len));
                    assert!(
                        part == whole[start..start + len],
                        "{distribution} in {} from {start}, {len} on {set:?}",
                        T::DTYPE
                    );
                }
            }
        }
    }
}

#[test]
fn a_part_of_a_tile_is_that_part_of_the_whole() {
    every_part_of_a_tile::<f32>();
    every_part_of_a_tile::<f64>();
    every_part_of_a_tile::<f16>();
    every_part_of_a_tile::<bf16>();
}

/// Checks a window long enough to be split into pieces, whose start and length are not multiples of a tile.
fn every_thread_count<T: Element>() {
    let (start, len) = (12_345, (1 << 18) + 77);
    for distribution in LAWS {
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| filled::<T>(distribution, start, len))
        };
        let one = run(1);
        for threads in [2, 3, 7] {
            assert!(run(threads) == one, "{distribution} in {} on {threads} threads", T::DTYPE);
        }
        let part = filled::<T>(distribution, start + 100_001, 1000);
        assert!(one[100_001..101_001] == part[..], "a window of {distribution} in {}", T::DTYPE);
    }
}

#[test]
fn every_thread_count_gives_the_same_bits() {
    every_thread_count::<f32>();
    every_thread_count::<f64>();
    every_thread_count::<f16>();
    every_thread_count::<bf16>();
}

/// Fills memory that is aligned neither to a page nor to a tile.
#[test]
fn the_place_in_memory_does_not_matter() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().expect("a pool");
    let mut memory = vec![0_f32; (1 << 21) + 9];
    let whole = filled::<f32>("normal", 5, 1 << 21);
    for offset in [0, 1, 7] {
        let out = &mut memory[offset..offset + (1 << 21)];
        pool.install(|| fill("normal", 5, out));
        assert!(bits(out) == whole, "at offset {offset}");
    }
}
