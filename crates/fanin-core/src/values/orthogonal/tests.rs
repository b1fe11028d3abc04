//! Tests that matrices are orthonormal up to rounding, and that every instruction set, thread count and window gives
//! the same bits.

use half::bf16;

use super::{Arithmetic, Matrix, fill_orthogonal};
use crate::values::element::Element;
use crate::values::machine::InstructionSet;
use crate::values::stream::Stream;

/// Shapes on both sides of block, panel and chunk boundaries: square, wide, tall, a single vector and a single element.
const SHAPES: [(usize, usize); 9] =
    [(1, 1), (1, 7), (9, 1), (3, 5), (64, 64), (65, 65), (130, 70), (100, 300), (257, 129)];

fn window<T: Element>(matrix: Matrix, start: usize, count: usize) -> Vec<T>
where
    T::Real: Arithmetic,
{
    let mut out = vec![T::default(); count];
    fill_orthogonal(Stream::values(7, "w"), matrix, 1.0, start, &mut out).expect("memory");
    out
}

fn whole<T: Element>(matrix: Matrix) -> Vec<T>
where
    T::Real: Arithmetic,
{
    window(matrix, 0, matrix.rows * matrix.columns)
}

/// Computes `max |Q'Q - I|` with sums in f64.
fn error<T: Element>(matrix: Matrix, values: &[T]) -> f64 {
    let (long, short) = (matrix.long(), matrix.short());
    let place = |vector: usize, i: usize| {
        if matrix.vectors_are_rows() { vector * long + i } else { i * short + vector }
    };
    let vectors: Vec<Vec<f64>> =
        (0..short).map(|vector| (0..long).map(|i| values[place(vector, i)].to_f64()).collect()).collect();
    let mut worst = 0.0_f64;
    for (i, left) in vectors.iter().enumerate() {
        for (j, right) in vectors.iter().enumerate().take(i + 1) {
            // Use four sums to keep the test fast.
            let mut sums = [0.0; 4];
            for (at, (a, b)) in left.iter().zip(right).enumerate() {
                sums[at % 4] += a * b;
            }
            let product: f64 = sums.iter().sum();
            worst = worst.max((product - if i == j { 1.0 } else { 0.0 }).abs());
        }
    }
    worst
}

#[test]
fn rows_or_columns_are_orthonormal() {
    for (rows, columns) in SHAPES.into_iter().chain([(512, 512), (1024, 1024), (1000, 300)]) {
        let matrix = Matrix { rows, columns };
        let (single, double) = (error(matrix, &whole::<f32>(matrix)), error(matrix, &whole::<f64>(matrix)));
        assert!(single <= 2.5e-6 && double <= 1e-14, "{rows} x {columns}: {single:e}, {double:e}");
        println!("{rows} x {columns}: {single:e}, {double:e}");
    }
}

fn bits<T: Element>(values: &[T]) -> Vec<u64> {
    values.iter().map(|value| value.to_f64().to_bits()).collect()
}

fn every_set<T: Element>()
where
    T::Real: Arithmetic,
{
    for (rows, columns) in SHAPES {
        let matrix = Matrix { rows, columns };
        let baseline = InstructionSet::Baseline.force(|| bits(&whole::<T>(matrix)));
        for set in InstructionSet::available() {
            let same = set.force(|| bits(&whole::<T>(matrix))) == baseline;
            assert!(same, "{rows} x {columns} in {} on {set:?}", T::DTYPE);
        }
    }
}

#[test]
fn every_instruction_set_gives_the_same_bits() {
    every_set::<f32>();
    every_set::<f64>();
    every_set::<bf16>();
}

#[test]
fn every_thread_count_gives_the_same_bits() {
    // Large enough to run in parallel, in either orientation.
    for (rows, columns) in [(320, 320), (300, 1000), (1000, 300)] {
        let matrix = Matrix { rows, columns };
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| (bits(&whole::<f32>(matrix)), bits(&whole::<f64>(matrix))))
        };
        let one = run(1);
        for threads in [2, 3, 7] {
            assert!(run(threads) == one, "{rows} x {columns} on {threads} threads");
        }
    }
}

#[test]
fn a_window_is_that_part_of_the_whole() {
    for (rows, columns) in SHAPES {
        let matrix = Matrix { rows, columns };
        let (whole, len) = (whole::<f32>(matrix), rows * columns);
        for (start, count) in [(0, 1), (len / 2, 1), (len - 1, 1), (len / 3, len / 2), (len / 7, len / 5 + 1)] {
            let count = count.min(len - start);
            assert_eq!(window::<f32>(matrix, start, count), whole[start..start + count], "{rows} x {columns}");
        }
    }
}

/// Checks that the transposed shape gives the transposed matrix.
#[test]
fn tall_is_wide_turned() {
    let (wide, tall) = (Matrix { rows: 70, columns: 130 }, Matrix { rows: 130, columns: 70 });
    let (wide, tall) = (whole::<f64>(wide), whole::<f64>(tall));
    for i in 0..70 {
        for j in 0..130 {
            assert_eq!(wide[i * 130 + j], tall[j * 70 + i]);
        }
    }
}

#[test]
fn too_much_is_refused() {
    let matrix = Matrix { rows: 1 << 30, columns: 1 << 30 };
    let refused = fill_orthogonal(Stream::values(0, "w"), matrix, 1.0, (1 << 60) - 1, &mut [0.0_f32]);
    assert!(refused.expect_err("2^60 elements").to_string().contains("use a smaller axis"));
}
