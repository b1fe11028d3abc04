//! Tests of the values of a fill, and of the model they belong to.

use std::fs;

use safetensors::SafeTensors;

use super::{LLAMA, contents, done, fill, with_config};
use crate::command::{fanin, folder};

#[test]
fn every_tensor_holds_the_bits_of_sample() {
    let folder = with_config(LLAMA);
    done(&fanin(folder.path(), &fill("model", &["--dtype", "bf16"])));
    let names: Vec<String> = contents(&folder.path().join("model")).into_keys().collect();
    assert_eq!(names, ["config.json", "model.safetensors"]);
    let bytes = fs::read(folder.path().join("model/model.safetensors")).expect("it is read");
    let file = SafeTensors::deserialize(&bytes).expect("a safetensors file");
    for (name, shape) in [("model.layers.1.mlp.down_proj.weight", "32,48"), ("lm_head.weight", "100,32")] {
        let init = [
            "sample",
            "--init",
            "normal(std = 0.02)",
            "--seed",
            "42",
            "--dtype",
            "bf16",
            "--force",
            "--out",
            "one.safetensors",
        ];
        done(&fanin(folder.path(), &[&init[..], &["--name", name, "--shape", shape]].concat()));
        let one = fs::read(folder.path().join("one.safetensors")).expect("it is read");
        let one = SafeTensors::deserialize(&one).expect("a safetensors file");
        assert!(one.tensor(name).expect("there").data() == file.tensor(name).expect("there").data(), "{name}");
    }
}

#[test]
fn the_configuration_states_the_element_type() {
    let of = |field: &str, more: &[&str]| {
        let folder = with_config(&LLAMA.replace('}', &format!("{field}}}")));
        done(&fanin(folder.path(), &fill("one.safetensors", more)));
        fs::read(folder.path().join("one.safetensors")).expect("it is read")
    };
    let half = of(r#", "torch_dtype": "bfloat16""#, &[]);
    assert!(half == of("", &["--dtype", "bf16"]));
    assert!(of(r#", "dtype": "float32""#, &[]) == of("", &[]));
    assert!(of(r#", "dtype": "bfloat16""#, &["--dtype", "f32"]) == of("", &[]));
    assert!(half.len() < of("", &[]).len());
}

#[test]
fn a_checkpoint_and_a_list_serve_as_the_model() {
    let folder = folder();
    let list = r#"{"wte.weight": [50, 8], "h.0.ln_1.weight": {"shape": [8], "dtype": "F64"},
        "h.0.mlp.c_proj.weight": [32, 8], "lm_head.weight": {"tied_to": "wte.weight"}}"#;
    fs::write(folder.path().join("shapes.json"), list).expect("written");
    let of_list = ["fill", "--recipe", "gpt2", "--shapes", "shapes.json", "--seed", "5", "--out", "a.safetensors"];
    done(&fanin(folder.path(), &of_list));
    let bytes = fs::read(folder.path().join("a.safetensors")).expect("it is read");
    let mut names: Vec<String> =
        SafeTensors::deserialize(&bytes).expect("a file").names().into_iter().map(str::to_owned).collect();
    names.sort();
    assert_eq!(names, ["h.0.ln_1.weight", "h.0.mlp.c_proj.weight", "wte.weight"]);
    let like = ["fill", "--recipe", "gpt2", "--like", "a.safetensors", "--seed", "5", "--out", "b.safetensors"];
    done(&fanin(folder.path(), &like));
    assert!(fs::read(folder.path().join("b.safetensors")).expect("it is read") == bytes);
    let set = fanin(folder.path(), &[&like[..8], &["c.safetensors", "--set", "layers=8"]].concat());
    done(&set);
    assert!(fs::read(folder.path().join("c.safetensors")).expect("it is read") != bytes);
}
