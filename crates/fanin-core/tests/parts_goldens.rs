//! The addresses of parts and the values drawn from them, compared with independently computed vectors from
//! `goldens/parts.py`.

use fanin_core::initializers::Sparse;
use fanin_core::{InitializerExt, Key, ParamSpec, Seed, param::Axis};
use serde::Deserialize;

#[derive(Deserialize)]
struct Goldens {
    seed: u64,
    streams: Vec<Part>,
    sparse: Vec<SparseColumns>,
}

#[derive(Deserialize)]
struct Part {
    name: String,
    path: String,
    values: [String; 4],
    elements: [String; 4],
}

#[derive(Deserialize)]
struct SparseColumns {
    name: String,
    shape: [usize; 2],
    fraction: f64,
    axis: usize,
    zeros: Vec<usize>,
}

fn goldens() -> Goldens {
    serde_json::from_str(include_str!("goldens/parts_v1.json")).unwrap()
}

#[test]
fn streams_of_parts() {
    let goldens = goldens();
    assert!(goldens.streams.len() >= 4);
    for part in goldens.streams {
        let whole = Key::new(Seed(goldens.seed), &part.name);
        let mut labels = part.path.split('/');
        let first = whole.part(labels.next().unwrap());
        let second = labels.next().map(|label| first.key().part(label));
        let key = second.as_ref().map_or(first.key(), |second| second.key());
        assert_eq!(key.path(), part.path);
        let words = |words: [u32; 4]| words.map(|word| format!("{word:08x}"));
        assert_eq!(words(key.values().block(0)), part.values, "{} {}", part.name, part.path);
        assert_eq!(words(key.elements().block(0)), part.elements, "{} {}", part.name, part.path);
    }
}

#[test]
fn zeros_of_sparse_matrices() {
    let goldens = goldens();
    for case in goldens.sparse {
        let param = ParamSpec::new(case.name, case.shape).unwrap();
        let sparse = Sparse::new(case.fraction, 1.0, Axis::At(case.axis)).unwrap();
        let values: Vec<f32> = sparse.sample(&param, Seed(goldens.seed)).unwrap();
        let zeros: Vec<usize> = (0..values.len()).filter(|index| values[*index] == 0.0).collect();
        assert_eq!(zeros, case.zeros, "{:?} along axis {}", case.shape, case.axis);
    }
}
