//! How often `fanin identify` has the right initialiser first: twelve customary ones, each drawn many times, identified from the
//! values alone. Prints a table of what was taken for what.
//!
//! ```sh
//! cargo run --release -p fanin-checkpoint --example confusion -- 1000 512 f32
//! ```

use std::collections::BTreeMap;

use fanin_checkpoint::identify::{self, Options, Verdict};
use fanin_core::{Dtype, InitializerExt, Layout, Lend, ParamSpec, Seed, text};
use half::{bf16, f16};
use rayon::prelude::*;

/// The twelve of `tests/identify_twelve.rs`.
const TWELVE: [&str; 12] = [
    "he_normal",
    "he_uniform",
    "variance_scaling(scale = 2)",
    "glorot_normal",
    "glorot_uniform",
    "variance_scaling(mode = fan_avg)",
    "lecun_normal",
    "lecun_uniform",
    "variance_scaling",
    "fan_in_uniform",
    "normal(std = 0.02)",
    "truncated_normal(std = 0.02, corrected = false)",
];

/// Eight times as many outputs as inputs.
const OUTPUTS_PER_INPUT: usize = 8;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = |default: &str| arguments.next().unwrap_or_else(|| default.to_owned());
    let (draws, n): (u64, usize) = (argument("100").parse()?, argument("512").parse()?);
    match argument("f32").parse()? {
        Dtype::F32 => table::<f32>(draws, n),
        Dtype::F64 => table::<f64>(draws, n),
        Dtype::F16 => table::<f16>(draws, n),
        Dtype::BF16 => table::<bf16>(draws, n),
    }
}

/// What a draw was taken for, whether others tie with it, and whether it was refused.
fn draw<T: Lend>(text: &str, shape: [usize; 2], seed: u64) -> Result<(String, bool, bool), Failure> {
    let param = ParamSpec::new("weight", shape)?.with_layout(Layout::OutIn);
    let values: Vec<T> = text::parse(text)?.sample(&param, Seed(seed))?;
    let found = identify::values(T::lend(&values), &param, &Options { seeds: None, ..Options::default() });
    let first = found.candidates.first().map_or_else(|| "nothing".to_owned(), |first| first.text.clone());
    // Fitted numbers are another in each draw.
    let first = if found.verdict() == Verdict::Fitted { "a law with fitted numbers".to_owned() } else { first };
    Ok((first, found.tied > 1, found.verdict() == Verdict::NoneOfThese))
}

fn table<T: Lend>(draws: u64, n: usize) -> Result<(), Failure> {
    let inputs = (n / OUTPUTS_PER_INPUT).isqrt();
    let shape = [inputs * OUTPUTS_PER_INPUT, inputs];
    println!("{draws} draws of {shape:?} each, {}, {} values", T::DTYPE, shape[0] * shape[1]);
    let (mut right, mut ties, mut refused) = (0, 0, 0);
    for text in TWELVE {
        let drawn: Result<Vec<_>, Failure> =
            (0..draws).into_par_iter().map(|seed| draw::<T>(text, shape, seed)).collect();
        let mut taken_for: BTreeMap<String, u64> = BTreeMap::new();
        for (first, tied, none) in drawn? {
            right += u64::from(first == text);
            ties += u64::from(tied);
            refused += u64::from(none);
            *taken_for.entry(first).or_default() += 1;
        }
        let own = taken_for.remove(text).unwrap_or(0);
        println!("{text:<48} {own:>6} right");
        for (other, count) in taken_for {
            println!("    taken for {other:<34} {count:>6}");
        }
    }
    let all = draws * TWELVE.len() as u64;
    println!("{right} of {all} right; {ties} tied with others; {refused} said to be none of these");
    Ok(())
}
