//! Tests of the values of a sample.

use fanin_core::{InitializerExt, Layout, ParamSpec, Seed, text};
use safetensors::SafeTensors;

use crate::command::{fanin, folder, stderr};

#[test]
fn a_sample_is_what_the_library_gives() {
    let folder = folder();
    let arguments =
        ["sample", "--init", "he_normal", "--shape", "16,24", "--layout", "oi", "--seed", "7", "--name", "a.b"];
    let output = fanin(folder.path(), &[&arguments[..], &["--out", "w.safetensors"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let param = ParamSpec::new("a.b", [16, 24]).unwrap().with_layout(Layout::OutIn);
    let values: Vec<f32> = text::parse("he_normal").unwrap().sample(&param, Seed(7)).unwrap();
    let file = std::fs::read(folder.path().join("w.safetensors")).expect("a file");
    let tensors = SafeTensors::deserialize(&file).expect("safetensors");
    let tensor = tensors.tensor("a.b").expect("the tensor");
    assert_eq!(tensor.shape(), [16, 24]);
    assert_eq!(tensor.data(), bytemuck::cast_slice::<f32, u8>(&values));

    let window = [&arguments[..], &["--start", "100", "--count", "9", "--out", "w.npy"]].concat();
    assert_eq!(fanin(folder.path(), &window).status.code(), Some(0));
    let file = std::fs::read(folder.path().join("w.npy")).expect("a file");
    let npy = npyz::NpyFile::new(&file[..]).expect("npy");
    assert_eq!(npy.shape(), [9]);
    assert_eq!(npy.into_vec::<f32>().expect("f32"), values[100..109]);
}

#[test]
fn every_dtype_and_layout_is_written() {
    let folder = folder();
    for dtype in ["f32", "f64", "f16", "bf16"] {
        for (layout, shape) in [("oi", "4,6"), ("io", "6,4"), ("oihw", "4,6,3,3"), ("hwio", "3,3,6,4")] {
            for out in ["w.safetensors", "w.npy"] {
                let arguments = ["sample", "--init", "glorot_uniform", "--shape", shape, "--layout", layout, "--force"];
                let output = fanin(folder.path(), &[&arguments[..], &["--dtype", dtype, "--out", out]].concat());
                let expected = if (dtype, out) == ("bf16", "w.npy") { 2 } else { 0 };
                assert_eq!(output.status.code(), Some(expected), "{dtype} {layout} {out}: {}", stderr(&output));
            }
        }
    }
}
