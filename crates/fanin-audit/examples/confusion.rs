//! Measures how often `fanin identify` ranks the right initializer first. Samples each of the usual initializers many
//! times, identifies them from the values alone, and prints a confusion table. A tie for first place counts as first,
//! because two initializers may have the same distribution at some shapes.
//!
//! ```sh
//! cargo run --release -p fanin-audit --example confusion -- 1000 64 8 f32   # draws, outputs, inputs, element type
//! ```

use std::collections::BTreeMap;

use fanin_audit::identify::{self, IdentifyOptions, IdentityVerdict, named};
use fanin_core::{Dtype, Element, InitializerExt, Layout, ParamSpec, Seed, text};
use half::{bf16, f16};
use rayon::prelude::*;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = |default: &str| arguments.next().unwrap_or_else(|| default.to_owned());
    let draws: u64 = argument("100").parse()?;
    let shape: [usize; 2] = [argument("64").parse()?, argument("8").parse()?];
    match argument("f32").parse()? {
        Dtype::F32 => table::<f32>(draws, shape),
        Dtype::F64 => table::<f64>(draws, shape),
        Dtype::F16 => table::<f16>(draws, shape),
        Dtype::BF16 => table::<bf16>(draws, shape),
    }
}

/// Returns the identified initializer of a draw, and whether the fit was rejected.
fn draw<T: Element>(text: &str, shape: [usize; 2], seed: u64) -> Result<(String, bool), Failure> {
    let param = ParamSpec::new("weight", shape)?.with_layout(Layout::OutIn);
    let values: Vec<T> = text::parse(text)?.sample(&param, Seed(seed))?;
    let found =
        identify::values(T::lend(&values), &param, &IdentifyOptions { seeds: None, ..IdentifyOptions::default() });
    let first = match (found.candidates.first(), found.verdict()) {
        (_, _) if found.best().iter().any(|candidate| candidate.text == text) => text.to_owned(),
        (None, _) => "nothing".to_owned(),
        // Fitted parameters differ from draw to draw.
        (_, IdentityVerdict::Fitted) => "a distribution with fitted numbers".to_owned(),
        (Some(first), _) => first.text.clone(),
    };
    Ok((first, found.verdict() == IdentityVerdict::NoneOfThese))
}

fn table<T: Element>(draws: u64, shape: [usize; 2]) -> Result<(), Failure> {
    println!("{draws} draws of {shape:?} each, {}, {} values", T::DTYPE, shape[0] * shape[1]);
    let usual: Vec<&str> = named().iter().filter(|named| named.usual).map(|named| named.text.as_str()).collect();
    let (mut right, mut refused) = (0, 0);
    for text in &usual {
        let drawn: Result<Vec<_>, Failure> =
            (0..draws).into_par_iter().map(|seed| draw::<T>(text, shape, seed)).collect();
        let mut taken_for: BTreeMap<String, u64> = BTreeMap::new();
        for (first, none) in drawn? {
            refused += u64::from(none);
            *taken_for.entry(first).or_default() += 1;
        }
        let own = taken_for.remove(*text).unwrap_or(0);
        right += own;
        println!("{text:<48} {own:>6} right");
        for (other, count) in taken_for {
            println!("    taken for {other:<34} {count:>6}");
        }
    }
    let all = draws * usual.len() as u64;
    println!("{right} of {all} right; {refused} said to be none of these");
    Ok(())
}
