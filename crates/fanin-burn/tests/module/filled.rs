//! burn-store loads a checkpoint that was filled from a module's list of tensors, with its PyTorch adapter, and gets the
//! same values as in the initialized module.

use std::fs;
use std::path::{Path, PathBuf};

use burn_core::module::Module;
use burn_core::tensor::Device;
use burn_store::{ModuleSnapshot, PyTorchToBurnAdapter, SafetensorsStore};
use fanin_checkpoint::fill::{ByteSize, Destination, FillOptions, NewCheckpoint};
use fanin_checkpoint::listing;
use fanin_core::Seed;
use fanin_recipes::Recipe;

use super::models::{Classifier, Perceptron, ResidualBlock, SEED, bits};

/// Writes a checkpoint as `fanin fill --shapes` does, with the list that the module exports.
fn filled<M: Module>(module: &M, recipe: &str, seed: Seed, folder: &Path) -> PathBuf {
    let list = folder.join("shapes.json");
    fs::write(&list, fanin_burn::list(module).to_json()).unwrap();
    let entries = listing::entries_of_shapes(&list).unwrap();
    let recipe = Recipe::named(recipe).unwrap();
    let checkpoint = NewCheckpoint::new(&entries, &recipe, None, ByteSize(u64::MAX)).unwrap();
    let options = FillOptions { seed, ..FillOptions::default() };
    assert!(checkpoint.write(&Destination::Folder(folder.to_owned()), &options, &|_| ()).unwrap().whole);
    folder.join("model.safetensors")
}

fn is_loaded<M: Module>(name: &str, recipe: &str, build: impl Fn() -> M) {
    let folder = tempfile::tempdir().unwrap();
    let file = filled(&build(), recipe, SEED, folder.path());
    let mut store = SafetensorsStore::from_file(file).with_from_adapter(PyTorchToBurnAdapter);
    let mut loaded = build();
    let result = loaded.load_from(&mut store).unwrap();
    assert!(result.errors.is_empty() && result.missing.is_empty() && result.unused.is_empty(), "{name}: {result:?}");

    let (initialized, report) = fanin_burn::init(build(), Recipe::named(recipe).unwrap(), SEED).unwrap();
    let (loaded, wanted) = (bits(&loaded), bits(&initialized));
    assert_eq!((loaded.len(), wanted.len()), (report.len(), report.len()), "{name}");
    for (address, wanted) in &wanted {
        assert!(loaded[address] == *wanted, "{name}: {address}");
    }
    let (other, _) = fanin_burn::init(build(), Recipe::named(recipe).unwrap(), Seed(7)).unwrap();
    assert!(bits(&other) != wanted, "{name}: the seed does not matter");
}

#[test]
fn burn_store_loads_what_is_filled() {
    let device = Device::flex();
    is_loaded("perceptron", "torch", || Perceptron::new(&[20, 33, 17, 4], &device));
    is_loaded("residual block", "resnet", || ResidualBlock::new(&device));
    is_loaded("residual block", "torch", || ResidualBlock::new(&device));
    is_loaded("encoder", "torch", || Classifier::new(&device));
}
