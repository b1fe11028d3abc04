//! Compares the pass with one-line reference loops.

use fanin_core::Seed;
use fanin_core::initializers::he_normal;
use fanin_core::{InitializerExt, Layout, ParamSpec};
use half::bf16;

use crate::made::{Made, Stored};

use super::*;

fn values(rows: usize, columns: usize) -> Vec<f32> {
    let param = ParamSpec::new("w", [rows, columns]).expect("a shape").with_layout(Layout::OutIn);
    he_normal().sample(&param, Seed(7)).expect("values")
}

/// Computes the statistics of values stored in a file.
fn passed<T: Stored>(values: &[T], grid: Grid) -> Statistics {
    let model = Made::new().with("w", &[values.len()], values).checkpoint();
    let checkpoint = model.open();
    pass(&checkpoint.load(&checkpoint.tensors()[0]).expect("values"), grid)
}

/// Shapes that leave every kind of remainder: narrow, wide, several blocks, one row, one column.
const SHAPES: [(usize, usize); 7] = [(3, 5), (200, 16), (1, 3000), (3000, 1), (130, 1030), (5000, 700), (7, 33)];

#[test]
fn every_statistic_is_that_of_a_plain_loop() {
    for (rows, columns) in SHAPES {
        let values = values(rows, columns);
        let counted = passed(&values, Grid::matrix(rows, columns));
        let close = |got: f64, want: f64| (got - want).abs() <= 1e-4 * (1.0 + want.abs());
        let sum = |values: &[f32]| values.iter().map(|v| f64::from(*v)).sum::<f64>();
        let squares = |values: &[f32]| values.iter().map(|v| f64::from(*v) * f64::from(*v)).sum::<f64>();
        assert!(close(counted.sum, sum(&values)) && close(counted.squares, squares(&values)), "{rows} {columns}");
        assert_eq!(counted.high, values.iter().copied().fold(f32::MIN, f32::max));
        assert_eq!(counted.low, values.iter().copied().fold(f32::MAX, f32::min));
        let lines = counted.rows.expect("rows");
        assert_eq!(lines.len(), rows);
        for (row, line) in values.chunks(columns).enumerate() {
            assert!(close(lines.sum[row], sum(line)) && close(lines.squares[row], squares(line)), "row {row}");
            assert_eq!(lines.high[row], line.iter().copied().fold(f32::MIN, f32::max));
        }
        let lines = counted.columns.expect("columns");
        assert_eq!(lines.len(), columns);
        for column in 0..columns {
            let line: Vec<f32> = values.iter().skip(column).step_by(columns).copied().collect();
            assert!(close(lines.sum[column], sum(&line)) && close(lines.squares[column], squares(&line)), "{column}");
            assert_eq!(lines.low[column], line.iter().copied().fold(f32::MAX, f32::min));
        }
        let want = values.len().min(SAMPLE);
        assert!(counted.sample.len() <= want && counted.sample.len() * 2 >= want, "{}", counted.sample.len());
        assert!(counted.sample.is_sorted());
    }
}

#[test]
fn equal_lines_have_equal_hashes_and_others_do_not() {
    for (rows, columns) in SHAPES {
        let mut values = values(rows, columns);
        if rows < 3 || columns < 3 {
            continue;
        }
        // One side has -0, the other 0.
        values[0] = 0.0;
        let first = values[..columns].to_vec();
        values[2 * columns..3 * columns].copy_from_slice(&first);
        values[2 * columns] = -0.0;
        for row in values.chunks_mut(columns) {
            row[columns - 1] = row[0];
        }
        let counted = passed(&values, Grid::matrix(rows, columns));
        let distinct = |lines: &Lines| lines.hash.iter().collect::<std::collections::HashSet<_>>().len();
        let (across, down) = (counted.rows.expect("rows"), counted.columns.expect("columns"));
        assert_eq!((distinct(&across), distinct(&down)), (rows - 1, columns - 1), "{rows} {columns}");
        assert_eq!(across.hash[0], across.hash[2]);
        assert_eq!(down.hash[0], down.hash[columns - 1]);
    }
}

#[test]
fn threads_change_no_bit() {
    let values = values(5000, 700);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| format!("{:?}", passed(&values, Grid::matrix(5000, 700))))
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn other_types_and_vectors() {
    let wide: Vec<f64> = vec![1.0, 1e300, f64::NAN, f64::INFINITY];
    let counted = passed(&wide, Grid::vector(4));
    assert_eq!(counted.non_finite, 2);
    let narrow: Vec<bf16> = values(9, 9).iter().map(|value| bf16::from_f32(*value)).collect();
    let counted = passed(&narrow, Grid::matrix(9, 9));
    assert_eq!(counted.rows.map(|rows| rows.len()), Some(9));
    let counted = passed(&[0.0_f32, -0.0], Grid::vector(2));
    assert!(counted.is_zero() && counted.is_constant() && counted.rows.is_none());
    let empty = passed::<f32>(&[], Grid::matrix(0, 5));
    assert!(!empty.is_sound() && !empty.is_constant() && !empty.is_zero());
}
