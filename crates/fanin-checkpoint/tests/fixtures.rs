//! Checkpoints that torch and `NumPy` wrote, against what they read in them: `fixtures/make.py` made both.

use std::fs;
use std::path::PathBuf;

use fanin_checkpoint::reading::Checkpoint;
use flate2::Crc;
use serde_json::Value;

fn fixture(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", name].iter().collect()
}

#[test]
fn every_tensor_has_the_name_the_shape_and_the_bytes_that_its_writer_reads() {
    let expected = fs::read(fixture("expected.json")).expect("the list");
    let expected: Value = serde_json::from_slice(&expected).expect("JSON");
    let files = expected.as_object().expect("files");
    assert!(files.len() > 10);
    for (file, tensors) in files {
        let checkpoint = Checkpoint::open(&fixture(file)).expect(file);
        let read: Vec<_> = checkpoint
            .tensors()
            .iter()
            .map(|tensor| {
                let data = checkpoint.load(tensor).expect("values");
                let mut crc = Crc::new();
                crc.update(data.bytes());
                serde_json::json!({
                    "name": tensor.name(), "shape": tensor.shape(), "bytes": data.bytes().len(), "crc": crc.sum(),
                })
            })
            .collect();
        assert_eq!(&Value::Array(read), tensors, "{file}");
    }
}

#[test]
fn values_are_read_in_every_order_and_type() {
    let pattern = [-1.0, -0.875, -0.75, -0.625, -0.5];
    for (file, name, count) in [
        ("arrays.npz", "big", 5),
        ("arrays.npz", "f64", 5),
        ("deflated.npz", "f16", 5),
        ("deflated.npz", "bf16", 3),
        ("views.pt", "bf16", 3),
        ("views.legacy.pt", "f16", 3),
        ("views.pt", "base", 5),
        ("big_endian.pt", "base", 5),
        ("big_endian.pt", "bf16", 3),
    ] {
        let checkpoint = Checkpoint::open(&fixture(file)).expect(file);
        let tensor = checkpoint.tensors().iter().find(|tensor| tensor.name() == name).expect(name);
        let mut values = [0.0; 5];
        let read = checkpoint.load(tensor).expect(name).read_f64(0, &mut values);
        assert_eq!(values[..count], pattern[..count], "{file} {name}");
        assert!(read >= count);
    }
}

#[test]
fn what_cannot_be_read_is_refused_by_name() {
    for (file, part) in [
        ("quantised.pt", "'q' is quantised"),
        ("sparse.pt", "'s' is sparse"),
        ("objects.npz", "'thing' holds Python objects"),
        ("structured.npz", "'table' is a structured array"),
    ] {
        let error = Checkpoint::open(&fixture(file)).expect_err(file).to_string();
        assert!(error.contains(part), "{error}");
    }
}
