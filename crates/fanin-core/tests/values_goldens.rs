//! Golden vectors: the map from address to value, bit for bit.
//!
//! `goldens/reference.py` generates `goldens/values_v1.json` independently of this crate. `goldens/values_v1_pins.json`
//! pins the results of this crate for cases that the script computes only to a few ulp. If a result differs, the
//! failure prints the new contents of that file.
//!
//! Each test prints the number of goldens compared, for `targets/run`, which reports them for other machines.

use fanin_core::values::{
    Dtype, Element, ElementRng, Stream, TruncatedUnitNormal, VERSION, WindowError, fill_normal, fill_truncated_normal,
    fill_uniform,
};
use half::{bf16, f16};
use rand::Rng;
use serde::Deserialize;

#[derive(Deserialize)]
struct Goldens {
    version: u32,
    seed: u64,
    name: String,
    indices: Vec<u64>,
    streams: Vec<StreamRow>,
    elements: Vec<ElementRow>,
    cases: Vec<Case>,
    digests: Vec<DigestRow>,
}

#[derive(Deserialize)]
struct StreamRow {
    seed: u64,
    name: String,
    block_0: Vec<String>,
}

#[derive(Deserialize)]
struct ElementRow {
    index: u64,
    words: Vec<String>,
}

#[derive(Deserialize)]
struct Case {
    #[serde(alias = "law")]
    distribution: String,
    dtype: String,
    parameters: Vec<String>,
    ulps: u32,
    bits: Vec<String>,
}

#[derive(Deserialize)]
struct DigestRow {
    #[serde(alias = "law")]
    distribution: String,
    dtype: String,
    parameters: Vec<String>,
    blake3: String,
}

impl Case {
    fn title(&self) -> String {
        format!("{} [{}] {}", self.distribution, self.parameters.join(", "), self.dtype)
    }
}

fn goldens() -> Goldens {
    serde_json::from_str(include_str!("goldens/values_v1.json")).expect("the file is valid")
}

fn hex(digits: &str) -> u64 {
    u64::from_str_radix(digits, 16).expect("hexadecimal digits")
}

/// Fills a window by a distribution's name.
fn fill<T: Element>(case: &Case, stream: Stream, start: u64, out: &mut [T]) -> Result<(), WindowError> {
    let parameters: Vec<f64> = case.parameters.iter().map(|p| p.parse().expect("a number")).collect();
    match (case.distribution.as_str(), parameters.as_slice()) {
        ("uniform", &[low, high]) => fill_uniform(stream, start, out, low, high),
        ("normal", &[mean, std]) => fill_normal(stream, start, out, mean, std),
        ("truncated", &[low, high, mean, std]) => {
            let distribution = TruncatedUnitNormal::new(low, high).expect("bounds in order");
            fill_truncated_normal(stream, start, out, &distribution, mean, std)
        }
        _ => panic!("an unknown distribution: {}", case.title()),
    }
}

/// Returns the bits of a single element, computed on its own.
fn bits(case: &Case, stream: Stream, index: u64) -> u64 {
    fn one<T: Element>(case: &Case, stream: Stream, index: u64) -> T {
        let mut out = [T::default()];
        fill(case, stream, index, &mut out).expect("a window inside u64");
        out[0]
    }
    match case.dtype.parse().expect("a dtype") {
        Dtype::F32 => u64::from(one::<f32>(case, stream, index).to_bits()),
        Dtype::F64 => one::<f64>(case, stream, index).to_bits(),
        Dtype::F16 => u64::from(one::<f16>(case, stream, index).to_bits()),
        Dtype::BF16 => u64::from(one::<bf16>(case, stream, index).to_bits()),
    }
}

/// Returns whether an `f64` value is within the case's tolerance of the reference, in ulp of the value or, for smaller
/// values, of the interval's length (at most 1), because a probability near ½ has no more resolution near 0.
fn close(case: &Case, value: u64, golden: u64) -> bool {
    let parameter = |i: usize| case.parameters[i].parse::<f64>().expect("a number");
    let (value, golden) = (f64::from_bits(value), f64::from_bits(golden));
    let length = (parameter(1) - parameter(0)).min(1.0);
    (value - golden).abs() <= f64::from(case.ulps) * 0.5 * f64::EPSILON * golden.abs().max(length)
}

#[test]
fn streams_and_elements() {
    let goldens = goldens();
    assert_eq!(goldens.version, VERSION);
    for row in &goldens.streams {
        let words = Stream::values(row.seed, &row.name).block(0).map(u64::from);
        assert_eq!(words.to_vec(), row.block_0.iter().map(|w| hex(w)).collect::<Vec<_>>(), "{}", row.name);
    }
    let elements = Stream::elements(goldens.seed, &goldens.name);
    for row in &goldens.elements {
        let mut rng = ElementRng::new(elements, row.index);
        for word in &row.words {
            assert_eq!(u64::from(rng.next_u32()), hex(word), "element {}", row.index);
        }
    }
    println!("goldens: {} streams and elements", goldens.streams.len() + goldens.elements.len());
}

#[test]
fn values_equal_the_reference() {
    let goldens = goldens();
    let stream = Stream::values(goldens.seed, &goldens.name);
    let mut failures = Vec::new();
    let mut checked = 0;
    for case in &goldens.cases {
        assert_eq!(case.bits.len(), goldens.indices.len(), "{}", case.title());
        for (&index, golden) in goldens.indices.iter().zip(&case.bits) {
            let (value, golden) = (bits(case, stream, index), hex(golden));
            if value != golden && !(case.ulps > 0 && close(case, value, golden)) {
                failures.push(format!("{} at {index}: {value:x}, not {golden:x}", case.title()));
            }
            checked += 1;
        }
    }
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), failures.join("\n"));
    println!("goldens: {checked} values");
}

/// Returns the first 4096 values, little-endian.
fn whole_tiles<T: Element, const BYTES: usize>(case: &Case, stream: Stream, bytes: fn(T) -> [u8; BYTES]) -> Vec<u8> {
    let mut out = vec![T::default(); 4096];
    fill(case, stream, 0, &mut out).expect("a window inside u64");
    out.into_iter().flat_map(bytes).collect()
}

#[test]
fn whole_tiles_equal_the_reference() {
    let goldens = goldens();
    let stream = Stream::values(goldens.seed, &goldens.name);
    let digests = goldens.digests.len();
    for DigestRow { distribution, dtype, parameters, blake3 } in goldens.digests {
        let case = Case { distribution, dtype, parameters, ulps: 0, bits: Vec::new() };
        let bytes = match case.dtype.parse().expect("a dtype") {
            Dtype::F32 => whole_tiles::<f32, 4>(&case, stream, f32::to_le_bytes),
            Dtype::F64 => whole_tiles::<f64, 8>(&case, stream, f64::to_le_bytes),
            Dtype::F16 => whole_tiles::<f16, 2>(&case, stream, f16::to_le_bytes),
            Dtype::BF16 => whole_tiles::<bf16, 2>(&case, stream, bf16::to_le_bytes),
        };
        assert_eq!(blake3::hash(&bytes).to_hex().as_str(), blake3, "{}", case.title());
    }
    println!("goldens: {digests} digests of 4096 values");
}

/// Runs the other tests in separate processes, one for each instruction set that the environment variable can select.
#[test]
#[cfg(target_arch = "x86_64")]
fn every_instruction_set_gives_the_goldens() {
    const SET: &str = "FANIN_INSTRUCTION_SET";
    if std::env::var_os(SET).is_some() {
        return;
    }
    for set in ["baseline", "avx2", "avx512"] {
        let tests = std::env::current_exe().expect("a test knows where it is");
        let run = std::process::Command::new(tests).env(SET, set).output().expect("the tests start");
        assert!(run.status.success(), "{set}:\n{}", String::from_utf8_lossy(&run.stdout));
    }
}

#[test]
fn pins_hold() {
    let pins = pins();
    assert!(pins == include_str!("goldens/values_v1_pins.json"), "the pins have moved; they would be\n{pins}");
    println!("goldens: {} pinned cases", pins.lines().count() - 2);
}

/// Returns the cases that the reference computes only to a few ulp, as JSON.
fn pins() -> String {
    let goldens = goldens();
    let stream = Stream::values(goldens.seed, &goldens.name);
    let rows: Vec<String> = goldens
        .cases
        .iter()
        .filter(|case| case.ulps > 0)
        .map(|case| {
            let bits: Vec<String> =
                goldens.indices.iter().map(|&index| format!("{:016x}", bits(case, stream, index))).collect();
            serde_json::json!({ "law": case.distribution, "dtype": case.dtype, "parameters": case.parameters, "bits": bits })
                .to_string()
        })
        .collect();
    format!("[\n{}\n]\n", rows.join(",\n"))
}
