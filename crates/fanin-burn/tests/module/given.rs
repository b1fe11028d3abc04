//! Some tensors are pretrained, the others follow the rules.

use std::collections::HashMap;

use burn_core as burn;
use burn_core::module::Module;
use burn_core::tensor::{Device, TensorData};
use burn_nn::{Linear, LinearConfig};
use burn_store::{BurnToPyTorchAdapter, ModuleSnapshot, SafetensorsStore};
use fanin_burn::{Blueprint, ModuleError, Pretrained, Report};
use fanin_core::resolve::Origin;
use fanin_recipes::Recipe;

use super::models::{SEED, bits};

#[derive(Module, Debug)]
struct Model {
    body: Linear,
    head: Linear,
}

fn model(classes: usize) -> Model {
    let device = Device::flex();
    Model { body: LinearConfig::new(6, 5).init(&device), head: LinearConfig::new(5, classes).init(&device) }
}

fn init(given: Vec<Pretrained>) -> Result<(Model, Report), ModuleError> {
    let blueprint = given.into_iter().fold(Blueprint::from(Recipe::named("torch").unwrap()), Blueprint::pretrained);
    fanin_burn::init(model(3), blueprint, SEED)
}

/// A file with a head for other classes, as burn-store writes it for PyTorch.
#[test]
fn pretrained_tensors_are_used_and_reported() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trained.safetensors");
    let trained = model(2);
    let mut store = SafetensorsStore::from_file(file.clone()).with_to_adapter(BurnToPyTorchAdapter);
    trained.save_into(&mut store).unwrap();
    let from_file = || Pretrained::safetensors(&file).unwrap();

    let drawn = bits(&init(Vec::new()).unwrap().0);
    let half = HashMap::from([("head.bias".to_owned(), TensorData::full([3], 0.5_f64))]);
    let (mixed, report) = init(vec![from_file().except("head.*"), Pretrained::new("memory", half)]).unwrap();
    let origin = |name: &str| report.get(name).unwrap().origin().clone();
    for name in ["body.weight", "body.bias"] {
        assert_eq!(origin(name), Origin::Pretrained { from: file.display().to_string() });
    }
    assert_eq!(origin("head.bias"), Origin::Pretrained { from: "memory".to_owned() });
    let (mixed, trained) = (bits(&mixed), bits(&trained));
    assert_eq!([&mixed["body.weight"], &mixed["body.bias"]], [&trained["body.weight"], &trained["body.bias"]]);
    // f64 in memory, f32 in the module.
    assert_eq!(mixed["head.bias"].1, [0.5_f32.to_bits(); 3]);
    assert_eq!(mixed["head.weight"], drawn["head.weight"]);
    assert!(report.to_string().contains("from memory"), "{report}");

    // A head for other classes is rejected unless it is excluded, as above.
    let error = init(vec![from_file()]).unwrap_err().to_string();
    assert!(
        error.contains("'head.weight'") && error.contains("[2, 5]") && error.contains("Pretrained::except"),
        "{error}"
    );
    let error = Pretrained::safetensors(folder.path().join("none.safetensors")).unwrap_err().to_string();
    assert!(error.contains("none.safetensors"), "{error}");
    std::fs::write(&file, b"no header").unwrap();
    assert!(Pretrained::safetensors(&file).unwrap_err().to_string().contains("trained.safetensors"));
    let nothing = Pretrained::new("memory", HashMap::new());
    assert!(init(vec![nothing.except("[")]).unwrap_err().to_string().contains("'['"));
}

#[test]
fn another_module_is_a_source() {
    let (trained, _) = fanin_burn::init(model(3), Recipe::named("torch").unwrap(), fanin_core::Seed(9)).unwrap();
    let (copied, _) = init(vec![Pretrained::module("the first run", &trained)]).unwrap();
    assert_eq!(bits(&copied), bits(&trained));
    let ids = HashMap::from([("head.bias".to_owned(), TensorData::from([1, 2, 3]))]);
    let error = init(vec![Pretrained::new("memory", ids)]).unwrap_err().to_string();
    assert!(error.contains("'head.bias'") && error.contains("element type"), "{error}");
}
