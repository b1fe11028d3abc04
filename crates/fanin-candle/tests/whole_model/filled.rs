//! candle loads a checkpoint that was filled from a model's list of tensors, and gets the same values as in the built
//! model.

use std::fs;
use std::path::{Path, PathBuf};

use candle_core::safetensors::MmapedSafetensors;
use candle_core::{DType, Device};
use candle_nn::{Module, VarBuilder};
use fanin_candle::{build, record};
use fanin_checkpoint::fill::{ByteSize, Destination, FillOptions, NewCheckpoint};
use fanin_checkpoint::listing;
use fanin_core::Seed;
use fanin_recipes::Recipe;

use super::models::{FAMILIES, Family, SEED, bits, input};

/// Fills a family's weights into files of at most this many bytes, with the names and shapes that the model requests.
fn filled(family: &Family, dtype: DType, seed: Seed, folder: &Path, most: u64) -> Vec<PathBuf> {
    let list = folder.join("shapes.json");
    fs::write(&list, record(dtype, &Device::Cpu, family.build).unwrap().to_json()).unwrap();
    let entries = listing::entries_of_shapes(&list).unwrap();
    let recipe = Recipe::named(family.recipe).unwrap();
    let checkpoint = NewCheckpoint::new(&entries, &recipe, None, ByteSize(most)).unwrap();
    let options = FillOptions { seed, ..FillOptions::default() };
    assert!(checkpoint.write(&Destination::Folder(folder.to_owned()), &options, &|_| ()).unwrap().whole);
    checkpoint.files().map(|(name, _)| folder.join(name)).collect()
}

#[test]
fn candle_loads_what_is_filled() {
    for family in FAMILIES {
        let built = family.built();
        let folder = tempfile::tempdir().unwrap();
        let files = filled(&family, DType::F32, SEED, folder.path(), 200_000);
        assert!(files.len() > 1, "{}", family.name);
        // SAFETY: nothing changes the files while they are mapped.
        #[allow(unsafe_code)]
        let loaded = unsafe { MmapedSafetensors::multi(&files) }.unwrap();
        let mut names: Vec<String> = loaded.tensors().into_iter().map(|(name, _)| name).collect();
        let mut wanted: Vec<&str> = built.variables.iter().map(fanin_candle::Variable::name).collect();
        names.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(names, wanted, "{}", family.name);
        for variable in built.variables.iter() {
            let tensor = loaded.load(variable.name(), &Device::Cpu).unwrap();
            assert_eq!((tensor.dims(), tensor.dtype()), (variable.param().shape(), DType::F32), "{}", variable.name());
            assert!(bits(&tensor) == bits(variable.tensor()), "{}: {}", family.name, variable.name());
        }
    }
}

/// Loads the file the usual way in candle, also in half precision.
#[test]
fn a_var_builder_makes_the_same_model_of_it() {
    for family in [Family::named("bert"), Family::named("llama, tied")] {
        for dtype in [DType::F32, DType::BF16] {
            let folder = tempfile::tempdir().unwrap();
            let files = filled(&family, dtype, SEED, folder.path(), u64::MAX);
            assert_eq!(files, [folder.path().join("model.safetensors")]);
            // SAFETY: nothing changes the file while it is mapped.
            #[allow(unsafe_code)]
            let vb = unsafe { VarBuilder::from_mmaped_safetensors(&files, DType::F32, &Device::Cpu) }.unwrap();
            let input = input(&family).unwrap();
            let output = (family.build)(vb).unwrap().forward(&input).unwrap();
            let of = |dtype: DType, seed: Seed| {
                let built =
                    build(family.blueprint(), seed, dtype, &Device::Cpu, |vb| (family.build)(vb.to_dtype(dtype)));
                let variables = built.unwrap().variables;
                // The values in `dtype`, computed in f32.
                let tensors = variables.iter().map(|variable| {
                    (variable.name().to_owned(), variable.tensor().to_dtype(DType::F32).unwrap().detach())
                });
                let vb = VarBuilder::from_tensors(tensors.collect(), DType::F32, &Device::Cpu);
                bits(&(family.build)(vb).unwrap().forward(&input).unwrap())
            };
            assert!(bits(&output) == of(dtype, SEED), "{} {dtype:?}", family.name);
            assert!(bits(&output) != of(dtype, Seed(7)), "{}: the seed does not matter", family.name);
        }
    }
}
