//! Filling blocks of a matrix, with rows of several lengths and in transposed memory, compared with a whole parameter of
//! as many elements, on one thread and warm memory.
//!
//! `cargo bench -p fanin-benches --bench fill_blocks`; see this crate's README for how to read it. `-- --test` checks the
//! results without timing; `-- normal` runs only the cases whose names contain that word.

use std::error::Error;
use std::process::ExitCode;

use fanin_benches::WrongResult;
use fanin_benches::asked::Asked;
use fanin_benches::conditions::{Threads, one_thread};
use fanin_benches::paired::{Pace, Participant, Run, turns};
use fanin_core::initializers::{Normal, TruncatedNormal, Uniform};
use fanin_core::param::{Block, StridedMut};
use fanin_core::{Initializer, InitializerExt, Key, ParamSpec, ParamViewMut, Seed, fill_block};

/// The parameter's rows and columns.
const ROWS: usize = 2048;
const COLUMNS: usize = 8192;

/// The number of elements of each block: its rows are as many as that takes.
const ELEMENTS: usize = 1 << 18;

type Fallible<A> = Result<A, Box<dyn Error>>;

/// The columns of a block, its order in memory, and the target for its time relative to the whole.
struct Shape {
    start: usize,
    columns: usize,
    transposed: bool,
    target: Option<f64>,
}

const fn shape(start: usize, columns: usize, target: Option<f64>) -> Shape {
    Shape { start, columns, transposed: false, target }
}

const SHAPES: [Shape; 13] = [
    shape(4096, 4096, Some(1.2)),
    shape(2048, 2048, Some(1.2)),
    shape(77, 2048, Some(1.2)),
    shape(512, 512, Some(1.5)),
    shape(77, 512, None),
    shape(256, 256, None),
    shape(77, 64, None),
    shape(8, 8, Some(5.0)),
    shape(77, 8, Some(5.0)),
    shape(77, 1, None),
    Shape { transposed: true, ..shape(2048, 2048, None) },
    Shape { transposed: true, ..shape(512, 512, None) },
    Shape { transposed: true, ..shape(77, 64, None) },
];

fn main() -> Fallible<ExitCode> {
    one_thread()?;
    let asked = Asked::of_this_program();
    let cases: [(&str, Box<dyn Initializer>); 3] = [
        ("normal", Box::new(Normal::new(0.0, 1.0)?)),
        ("uniform", Box::new(Uniform::new(-0.5, 0.5)?)),
        ("truncated", Box::new(TruncatedNormal::new(0.0, 1.0, -2.0, 2.0)?)),
    ];
    println!("| block | values | time relative to the whole: min, median, max | target, at most |");
    println!("|---|---|---|---|");
    let threads = Threads::new(1)?;
    for (name, initializer) in &cases {
        for shape in &SHAPES {
            let order = if shape.transposed { ", transposed memory" } else { "" };
            let case = format!("{name}, rows of {} from {}{order}", shape.columns, shape.start);
            if asked.takes(&case) {
                threads.run(|| measure(&case, &**initializer, shape, &asked).map_err(|error| error.to_string()))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn measure(case: &str, initializer: &dyn Initializer, shape: &Shape, asked: &Asked) -> Fallible<()> {
    let param = ParamSpec::new("layers.0.weight", [ROWS, COLUMNS])?;
    let rows = (ELEMENTS / shape.columns).min(ROWS);
    let block = Block::new([ROWS, COLUMNS], vec![vec![(0, rows)], vec![(shape.start, shape.columns)]])?;
    let strides = if shape.transposed { [1, rows.cast_signed()] } else { [shape.columns.cast_signed(), 1] };
    let (mut seed, mut block_seed) = (0, 0);
    let mut by_block = |memory: &mut Vec<f32>| -> Fallible<()> {
        block_seed += 1;
        let memory = StridedMut::new(memory, 0, block.local_shape(), &strides)?;
        Ok(fill_block(initializer, &param, Key::new(Seed(block_seed), param.name()), &block, memory)?)
    };
    let whole = |memory: &mut Vec<f32>| -> Fallible<()> {
        seed += 1;
        Ok(initializer.fill(&param, Key::new(Seed(seed), param.name()), ParamViewMut::whole(memory))?)
    };
    let mut memory = vec![0.0_f32; block.len()];
    by_block(&mut memory)?;
    check(case, &memory, initializer, &param, (rows, shape), strides)?;
    if asked.only_checks {
        println!("| {case} | checked | | |");
        return Ok(());
    }
    let mut runs: [Run<'_, Vec<f32>>; 2] = [Box::new(by_block), Box::new(whole)];
    let ratio = turns(Pace::BLOCKS, &mut memory, &mut runs)?.ratio(Participant(0), Participant(1))?;
    let target = match shape.target {
        None => String::new(),
        Some(target) if ratio.median <= target => format!("{target}, reached"),
        Some(target) => format!("{target}, **not reached**"),
    };
    println!("| {case} | {} | {:.2} **{:.2}** {:.2} | {target} |", block.len(), ratio.min, ratio.median, ratio.max);
    Ok(())
}

/// Checks the first fill against windows of the whole.
fn check(
    case: &str,
    memory: &[f32],
    initializer: &dyn Initializer,
    param: &ParamSpec,
    (rows, shape): (usize, &Shape),
    [down, along]: [isize; 2],
) -> Fallible<()> {
    for row in (0..rows).step_by(rows.div_ceil(32)) {
        let start = (row * COLUMNS + shape.start) as u64;
        let wanted: Vec<f32> = initializer.sample_window(param, Seed(1), start, shape.columns)?;
        for (column, wanted) in wanted.into_iter().enumerate() {
            let place = (down * row.cast_signed() + along * column.cast_signed()).cast_unsigned();
            if memory.get(place).is_none_or(|value| value.to_bits() != wanted.to_bits()) {
                let reason = format!("row {row}, column {column} is not the value of the whole");
                return Err(WrongResult { subject: case.to_owned(), reason }.into());
            }
        }
    }
    Ok(())
}
