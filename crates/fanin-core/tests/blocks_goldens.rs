//! Blocks in strided memory, compared with independently computed values from `goldens/blocks.py`.

use fanin_core::initializers::Uniform;
use fanin_core::param::{Block, StridedMut};
use fanin_core::{Element, Key, ParamSpec, Seed, fill_block};
use serde::Deserialize;

#[derive(Deserialize)]
struct Goldens {
    seed: u64,
    name: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    shape: Vec<usize>,
    runs: Vec<Vec<(usize, usize)>>,
    first: usize,
    strides: Vec<isize>,
    /// The bits of the memory; `None` where it stays untouched.
    f32: Vec<Option<String>>,
    f64: Vec<Option<String>>,
}

/// Fills a memory of this length.
fn filled<T: Element>(case: &Case, goldens: &Goldens, len: usize) -> Vec<T> {
    let param = ParamSpec::new(goldens.name.as_str(), case.shape.as_slice()).unwrap();
    let block = Block::new(case.shape.as_slice(), case.runs.clone()).unwrap();
    let mut data = vec![T::from_f64(f64::NAN); len];
    let memory = StridedMut::new(&mut data, case.first, block.local_shape(), &case.strides).unwrap();
    let uniform = Uniform::new(0.0, 1.0).unwrap();
    fill_block(&uniform, &param, Key::new(Seed(goldens.seed), &goldens.name), &block, memory).unwrap();
    data
}

#[test]
fn blocks_in_memory() {
    let goldens: Goldens = serde_json::from_str(include_str!("goldens/blocks_v1.json")).unwrap();
    assert!(goldens.cases.len() >= 7);
    for case in &goldens.cases {
        let singles = filled::<f32>(case, &goldens, case.f32.len()).into_iter();
        let singles: Vec<_> = singles.map(|v| (!v.is_nan()).then(|| format!("{:08x}", v.to_bits()))).collect();
        assert_eq!(singles, case.f32, "{:?} of {:?}", case.runs, case.shape);
        let doubles = filled::<f64>(case, &goldens, case.f64.len()).into_iter();
        let doubles: Vec<_> = doubles.map(|v| (!v.is_nan()).then(|| format!("{:016x}", v.to_bits()))).collect();
        assert_eq!(doubles, case.f64, "{:?} of {:?}", case.runs, case.shape);
    }
}
