//! Reads checkpoints written by `PyTorch` and `NumPy` and compares the values with theirs. `fixtures/make.py` generated
//! both.

use std::fs;
use std::path::PathBuf;

use fanin_checkpoint::listing;
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
fn unreadable_files_are_rejected_by_name() {
    for (file, part) in [
        ("quantized.pt", "'q' is quantized"),
        ("sparse.pt", "'s' is sparse"),
        ("structured.npz", "'table' holds records (a structured array)"),
    ] {
        let error = Checkpoint::open(&fixture(file)).expect_err(file).to_string();
        assert!(error.contains(part), "{error}");
    }
}

/// An array of objects and an array of numbers.
#[test]
fn objects_are_passed_over_beside_numbers() {
    let checkpoint = Checkpoint::open(&fixture("objects.npz")).expect("a checkpoint");
    let [plain, thing] = checkpoint.tensors() else { panic!("two arrays") };
    assert_eq!((plain.name(), plain.shape(), plain.is_readable()), ("plain", &[2][..], true));
    assert_eq!((thing.name(), thing.shape(), thing.is_readable()), ("thing", &[2][..], false));
    assert_eq!(thing.element().to_string(), "pickled Python objects (dtype object)");
    assert_eq!(checkpoint.load(thing).expect("no values").bytes().len(), 0);
}

/// A tensor that cannot be read is listed without values and does not affect the others.
#[test]
fn unreadable_tensors_are_listed_next_to_readable_ones() {
    let checkpoint = Checkpoint::open(&fixture("mixed.pt")).expect("a checkpoint");
    let listed: Vec<_> = checkpoint
        .tensors()
        .iter()
        .map(|tensor| (tensor.name(), tensor.shape().to_vec(), tensor.element().to_string()))
        .collect();
    assert_eq!(
        listed,
        [
            ("fc.weight", vec![3, 4], "f32".to_owned()),
            ("q", vec![4], "quantized values".to_owned()),
            ("s", vec![], "sparse values".to_owned()),
        ]
    );
    for tensor in &checkpoint.tensors()[1..] {
        let data = checkpoint.load(tensor).expect("no values");
        assert_eq!((data.bytes().len(), data.read_f64(0, &mut [0.0])), (0, 0));
    }
    let error = listing::of_checkpoint(&fixture("mixed.pt")).expect_err("a shape that is not known").to_string();
    assert!(error.contains("mixed.pt: 'q' contains quantized values"), "{error}");
}
