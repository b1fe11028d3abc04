//! Orthogonal initialization: bit-exact goldens, orthonormality, errors.
//!
//! `goldens/reference_orthogonal.py` generates `goldens/values_v1_orthogonal.json` independently of this crate.

use fanin_core::initializers::Orthogonal;
use fanin_core::{
    Distribution, Dtype, Element, InitError, Initializer, InitializerExt, Key, Layout, ParamSpec, ParamViewMut, Seed,
};
use half::{bf16, f16};
use serde::Deserialize;

#[derive(Deserialize)]
struct Goldens {
    seed: u64,
    name: String,
    cases: Vec<Row>,
    digests: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    dtype: String,
    rows: usize,
    columns: usize,
    gain: String,
    #[serde(default)]
    bits: Vec<String>,
    #[serde(default)]
    blake3: String,
}

impl Row {
    fn title(&self) -> String {
        format!("{} x {} times {} in {}", self.rows, self.columns, self.gain, self.dtype)
    }

    fn sample<T: Element>(&self, goldens: &Goldens) -> Vec<T> {
        let param = ParamSpec::new(&goldens.name, [self.rows, self.columns]).expect("a small shape");
        let initializer = Orthogonal::new(self.gain.parse().expect("a number")).expect("a finite gain");
        initializer.sample(&param, Seed(goldens.seed)).expect("a matrix")
    }

    /// The values' bits, as hexadecimal digits.
    fn hex(&self, goldens: &Goldens) -> Vec<String> {
        match self.dtype.parse().expect("a dtype") {
            Dtype::F32 => self.sample::<f32>(goldens).iter().map(|x| format!("{:08x}", x.to_bits())).collect(),
            Dtype::F64 => self.sample::<f64>(goldens).iter().map(|x| format!("{:016x}", x.to_bits())).collect(),
            Dtype::F16 => self.sample::<f16>(goldens).iter().map(|x| format!("{:04x}", x.to_bits())).collect(),
            Dtype::BF16 => self.sample::<bf16>(goldens).iter().map(|x| format!("{:04x}", x.to_bits())).collect(),
        }
    }

    fn digest(&self, goldens: &Goldens) -> String {
        let bytes: Vec<u8> = match self.dtype.as_str() {
            "f64" => self.sample::<f64>(goldens).iter().flat_map(|x| x.to_le_bytes()).collect(),
            _ => self.sample::<f32>(goldens).iter().flat_map(|x| x.to_le_bytes()).collect(),
        };
        blake3::hash(&bytes).to_hex().to_string()
    }
}

#[test]
fn values_equal_the_reference() {
    let goldens: Goldens =
        serde_json::from_str(include_str!("goldens/values_v1_orthogonal.json")).expect("the file is valid");
    assert!(!goldens.cases.is_empty() && !goldens.digests.is_empty());
    for case in &goldens.cases {
        assert_eq!(case.hex(&goldens), case.bits, "{}", case.title());
    }
    for case in &goldens.digests {
        assert_eq!(case.digest(&goldens), case.blake3, "{}", case.title());
    }
}

/// Runs the test above in separate processes, one for each instruction set that the environment variable can select.
#[test]
#[cfg(target_arch = "x86_64")]
fn every_instruction_set_gives_the_goldens() {
    for set in ["baseline", "avx2", "avx512"] {
        let mut run = std::process::Command::new(std::env::current_exe().expect("a test knows where it is"));
        let run = run.args(["--exact", "orthogonal::values_equal_the_reference"]).env("FANIN_INSTRUCTION_SET", set);
        let run = run.output().expect("the test starts");
        let text = String::from_utf8_lossy(&run.stdout);
        assert!(run.status.success() && text.contains("1 passed"), "{set}:\n{text}");
    }
}

fn sample<T: Element>(shape: &[usize], layout: Option<Layout>) -> Result<Vec<T>, InitError> {
    let param = ParamSpec::new("w", shape)?;
    let param = match layout {
        Some(layout) => param.with_layout(layout),
        None => param,
    };
    Orthogonal::default().sample(&param, Seed(3))
}

#[test]
fn higher_ranks_are_flattened() {
    let matrix = |rows, columns| sample::<f32>(&[rows, columns], None).expect("a matrix");
    let kernel = |shape: &[usize], layout| sample::<f32>(shape, layout).expect("a kernel");
    for layout in [None, Some(Layout::OutIn), Some(Layout::Transposed)] {
        assert_eq!(kernel(&[4, 3, 2, 5], layout), matrix(4, 30));
    }
    assert_eq!(kernel(&[2, 5, 3, 4], Some(Layout::InOut)), matrix(30, 4));
    assert_eq!(kernel(&[3, 4], Some(Layout::InOut)), matrix(3, 4));
    let distribution = |shape: &[usize], layout| {
        Orthogonal::default().distribution(&ParamSpec::new("w", shape).unwrap().with_layout(layout))
    };
    assert_eq!(
        distribution(&[2, 5, 3, 4], Layout::InOut),
        Distribution::Orthonormal { gain: 1.0, rows: 30, columns: 4 }
    );
    assert_eq!(
        distribution(&[2, 5, 3, 4], Layout::OutIn),
        Distribution::Orthonormal { gain: 1.0, rows: 2, columns: 60 }
    );
    assert_eq!(distribution(&[4, 16], Layout::OutIn).std(), Some(0.25));
}

#[test]
fn a_gain_is_one_product() {
    let param = ParamSpec::new("w", [20, 30]).unwrap();
    let unit: Vec<f32> = Orthogonal::default().sample(&param, Seed(1)).unwrap();
    let scaled: Vec<f32> = Orthogonal::new(-0.3).unwrap().sample(&param, Seed(1)).unwrap();
    assert!(unit.iter().zip(&scaled).all(|(q, scaled)| q * -0.3 == *scaled));
    let zeros: Vec<f32> = Orthogonal::new(0.0).unwrap().sample(&param, Seed(1)).unwrap();
    assert!(zeros.iter().all(|zero| zero.to_bits() == 0));
}

#[test]
fn the_halves_are_rounded() {
    let (single, halves) = (sample::<f32>(&[9, 7], None).unwrap(), sample::<f16>(&[9, 7], None).unwrap());
    assert!(single.iter().zip(halves).all(|(x, half)| f16::from_f32(*x) == half));
}

#[test]
fn impossible_values_are_rejected() {
    for shape in [&[][..], &[5]] {
        let error = sample::<f32>(shape, None).unwrap_err().to_string();
        assert!(error.contains("parameter 'w'") && error.contains("two axes"), "{error}");
    }
    for shape in [[0, 5], [5, 0], [0, 0]] {
        for layout in [None, Some(Layout::InOut)] {
            assert!(sample::<f64>(&shape, layout).unwrap().is_empty());
        }
    }
    assert!(Orthogonal::new(f64::NAN).is_err() && Orthogonal::new(f64::INFINITY).is_err());
    let huge = Orthogonal::new(1e300).unwrap();
    let param = ParamSpec::new("w", [2, 2]).unwrap();
    assert!(matches!(huge.sample::<f32>(&param, Seed(0)), Err(InitError::Range { .. })));
    assert!(huge.sample::<f64>(&param, Seed(0)).is_ok_and(|values| values.iter().all(|value| value.is_finite())));

    // The parameter exceeds memory, the window does not: 2^59 elements on 64 bits.
    let bits = usize::BITS;
    for shape in [[1 << (bits / 2 - 2), 1 << (bits / 2 - 3)], [1 << (bits - 5), 1], [2, 1 << (bits - 6)]] {
        let param = ParamSpec::new("w", shape).unwrap();
        let mut out = [0.0_f32; 4];
        let start = param.len() as u64 - 4;
        let key = Key::new(Seed(0), "w");
        let error = Orthogonal::default().fill(&param, key, ParamViewMut::window(&mut out, start)).unwrap_err();
        assert!(error.to_string().contains("use a smaller axis"), "{error}");
    }
    let mut out = [7.0_f32; 6];
    for start in [0, u64::MAX - 2] {
        let beyond = ParamViewMut::window(&mut out, start);
        let error = Orthogonal::default().fill(&param, Key::new(Seed(0), "w"), beyond).unwrap_err();
        assert!(matches!(error, InitError::Window { .. }), "{error}");
    }
    assert_eq!(out, [7.0; 6]);
}
