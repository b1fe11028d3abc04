//! 8-bit values are read with their scales.

use std::path::Path;

use fanin_checkpoint::reading::{Checkpoint, Tensor};
use safetensors::{Dtype, tensor::TensorView};

type Stored<'a> = (&'a str, Dtype, &'a [usize], Vec<u8>);

fn checkpoint(tensors: &[Stored<'_>]) -> Checkpoint {
    let views = tensors
        .iter()
        .map(|(name, dtype, shape, bytes)| (*name, TensorView::new(*dtype, shape.to_vec(), bytes).expect("a tensor")));
    let bytes = safetensors::serialize(views, None).expect("bytes");
    Checkpoint::of_bytes(Path::new("memory"), bytes).expect("a checkpoint")
}

fn f32s(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// The values of a tensor, read from every start.
fn values(checkpoint: &Checkpoint, name: &str) -> Option<Vec<f32>> {
    let tensor = checkpoint.tensors().iter().find(|tensor| tensor.name() == name).expect(name);
    let data = checkpoint.load(tensor).expect("values");
    let mut values = vec![0.0; tensor.len()];
    let read = data.read_f32(0, &mut values);
    let mut wide = vec![0.0; tensor.len()];
    assert_eq!(data.read_f64(0, &mut wide), read);
    for start in 0..read {
        let mut rest = vec![0.0; 3];
        let read = data.read_f32(start, &mut rest);
        assert_eq!(rest[..read], values[start..start + read]);
        assert!(wide[start] == f64::from(values[start]));
        // Windows have their scales, windows of windows too.
        let window = data.window(start..tensor.len()).into_window(1..3);
        let read = window.read_f32(0, &mut rest);
        assert_eq!(rest[..read], values[(start + 1).min(values.len())..(start + 3).min(values.len())]);
    }
    assert_eq!(tensor.is_readable(), read == tensor.len());
    tensor.is_readable().then_some(values)
}

fn companions(checkpoint: &Checkpoint) -> Vec<&str> {
    checkpoint.tensors().iter().filter(|tensor| tensor.is_companion()).map(Tensor::name).collect()
}

#[test]
fn integers_are_scaled_by_row_and_column_and_group() {
    let weight: Vec<u8> = [1_i8, -2, 3, -4, 5, -6, 127, -128].map(i8::cast_unsigned).to_vec();
    let read = |scale: Stored<'_>, more: &[Stored<'_>]| {
        let mut tensors = vec![("fc.weight", Dtype::I8, &[2, 4][..], weight.clone()), scale];
        tensors.extend_from_slice(more);
        let checkpoint = checkpoint(&tensors);
        assert_eq!(companions(&checkpoint).len(), 1 + more.len());
        values(&checkpoint, "fc.weight").expect("readable")
    };
    // compressed-tensors
    assert_eq!(
        read(("fc.weight_scale", Dtype::F32, &[2, 1], f32s(&[0.5, 2.0])), &[]),
        [0.5, -1.0, 1.5, -2.0, 10.0, -12.0, 254.0, -256.0]
    );
    assert_eq!(
        read(("fc.weight_scale", Dtype::F32, &[1], f32s(&[2.0])), &[]),
        [2.0, -4.0, 6.0, -8.0, 10.0, -12.0, 254.0, -256.0]
    );
    assert_eq!(
        read(("fc.weight_scale", Dtype::F32, &[2, 2], f32s(&[1.0, 10.0, 2.0, 20.0])), &[]),
        [1.0, -2.0, 30.0, -40.0, 10.0, -12.0, 2540.0, -2560.0]
    );
    let zero_points = ("fc.weight_zero_point", Dtype::I8, &[2, 1][..], vec![1, 2]);
    assert_eq!(
        read(("fc.weight_scale", Dtype::F32, &[2, 1], f32s(&[1.0, 2.0])), &[zero_points]),
        [0.0, -3.0, 2.0, -5.0, 6.0, -16.0, 250.0, -260.0]
    );
    // bitsandbytes
    assert_eq!(
        read(("fc.SCB", Dtype::F32, &[2], f32s(&[127.0, 254.0])), &[]),
        [1.0, -2.0, 3.0, -4.0, 10.0, -12.0, 254.0, -256.0]
    );
}

#[test]
fn floats_of_8_bits_are_read_with_and_without_scales() {
    let tensors = [
        ("a.weight", Dtype::F8_E4M3, &[2, 2][..], vec![0x38, 0xb8, 0x40, 0x7e]),
        ("b.weight", Dtype::F8_E5M2, &[2, 2][..], vec![0x3c, 0xbc, 0x40, 0x7b]),
        ("b.weight_scale_inv", Dtype::F32, &[1, 1][..], f32s(&[0.25])),
        ("c.weight", Dtype::F8_E4M3, &[1, 64][..], vec![0x38; 64]),
        ("c.weight_scale", Dtype::F8_E8M0, &[1, 2][..], vec![128, 126]),
    ];
    let checkpoint = checkpoint(&tensors);
    assert_eq!(values(&checkpoint, "a.weight").expect("readable"), [1.0, -1.0, 2.0, 448.0]);
    assert_eq!(values(&checkpoint, "b.weight").expect("readable"), [0.25, -0.25, 0.5, 14336.0]);
    let c = values(&checkpoint, "c.weight").expect("readable");
    assert!(c[..32].iter().all(|value| *value == 2.0) && c[32..].iter().all(|value| *value == 0.5), "{c:?}");
    assert_eq!(companions(&checkpoint), ["b.weight_scale_inv", "c.weight_scale"]);
}

/// Without scales, or with scales of another shape, integers are not read, and nothing is a companion.
#[test]
fn integers_without_fitting_scales_are_not_read() {
    let weight = || ("fc.weight", Dtype::I8, &[2, 4][..], vec![1; 8]);
    let scale = |name: &'static str, shape: &'static [usize]| {
        (name, Dtype::F32, shape, f32s(&vec![1.0; shape.iter().product()]))
    };
    for beside in [
        scale("fc.weight_scale", &[3, 1]),
        scale("fc.weight_scale", &[4]),
        scale("fc.weight_scale", &[2, 4, 1]),
        scale("fd.weight_scale", &[2, 1]),
        ("fc.weight_scale", Dtype::I32, &[2, 1][..], vec![0; 8]),
        ("fc.weight_scale", Dtype::F32, &[2, 0][..], Vec::new()),
    ] {
        let name = beside.0;
        let checkpoint = checkpoint(&[weight(), beside]);
        assert_eq!(values(&checkpoint, "fc.weight"), None, "{name}");
        assert!(companions(&checkpoint).is_empty(), "{name}");
    }
    let zero_point = ("fc.weight_zero_point", Dtype::I8, &[2][..], vec![0; 2]);
    let checkpoint = checkpoint(&[weight(), scale("fc.weight_scale", &[2, 1]), zero_point]);
    assert_eq!(values(&checkpoint, "fc.weight"), None);
}
