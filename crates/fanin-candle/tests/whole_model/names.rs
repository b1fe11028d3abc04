//! The requests of a model are recorded in order, in the format that the command reads.

use candle_core::{DType, Device};
use candle_nn::VarBuilder;
use fanin_candle::{Blueprint, BuildError, SeededBackend, Variable, record};
use fanin_core::{ParamSpec, Seed};
use fanin_recipes::Recipe;

use super::models::{FAMILIES, Family, SEED};

#[test]
fn names_and_shapes_are_recorded_in_order() {
    let requests = record(DType::F32, &Device::Cpu, Family::named("vit").build).unwrap();
    let names: Vec<_> = requests.iter().map(|request| (&*request.name, request.shape.dims())).collect();
    assert_eq!(names.len(), 2 + 2 + 2 * 16 + 2 + 2);
    assert_eq!(names[0], ("vit.embeddings.cls_token", &[1, 1, 64][..]));
    assert_eq!(names[1], ("vit.embeddings.patch_embeddings.projection.weight", &[64, 3, 8, 8][..]));
    assert_eq!(names.last(), Some(&("classifier.bias", &[10][..])));
    let built = Family::named("vit").built();
    assert!(built.variables.iter().map(Variable::name).eq(names.iter().map(|(name, _)| *name)));
    assert_eq!(built.variables.to_json(), requests.to_json());
}

#[test]
fn the_list_is_read_by_the_reader_of_shapes() {
    let folder = tempfile::tempdir().unwrap();
    for family in FAMILIES {
        let requests = record(DType::BF16, &Device::Cpu, family.build).unwrap();
        let file = folder.path().join("shapes.json");
        std::fs::write(&file, requests.to_json()).unwrap();
        let read = fanin_checkpoint::listing::of_shapes(&file).unwrap();
        let listed = requests.iter().map(|request| (&*request.name, request.shape.dims()));
        assert!(read.iter().map(|param| (param.name(), param.shape())).eq(listed), "{}", family.name);
        assert!(requests.to_json().contains("\"dtype\":\"BF16\""));
    }
}

/// A model of 7 billion parameters is recorded instantly and with almost no memory.
#[test]
fn a_model_that_does_not_fit_is_recorded() {
    use candle_transformers::models::llama::{Config, Llama};
    let requests = record(DType::F32, &Device::Cpu, |vb| Llama::load(vb, &Config::config_7b_v2(false))).unwrap();
    let elements: usize = requests.iter().map(|request| request.shape.elem_count()).sum();
    assert_eq!((requests.len(), elements), (291, 6_738_415_616));
}

#[test]
fn known_names_are_found() {
    let of = |blueprint: Blueprint| {
        let backend = SeededBackend::new(blueprint, SEED).unwrap();
        VarBuilder::from_backend(Box::new(backend), DType::F32, Device::Cpu)
    };
    let llama = || Blueprint::from(Recipe::named("llama").unwrap());
    let vb = of(llama());
    assert!(!vb.contains_tensor("lm_head.weight"));
    let error = vb.get_unchecked("lm_head.weight").unwrap_err().to_string();
    assert!(error.contains("'lm_head.weight' was requested without a shape"), "{error}");
    vb.get((5, 3), "lm_head.weight").unwrap();
    assert!(vb.contains_tensor("lm_head.weight"));
    assert_eq!(vb.get_unchecked("lm_head.weight").unwrap().dims(), [5, 3]);

    let vb = of(llama().list([ParamSpec::new("lm_head.weight", [5, 3]).unwrap()]));
    assert!(vb.contains_tensor("lm_head.weight"));
    assert_eq!(vb.get_unchecked("lm_head.weight").unwrap().dims(), [5, 3]);
    let error = vb.get(3, "norm.weight").unwrap_err().to_string();
    assert!(error.contains("'norm.weight' of shape [3]") && error.contains("not in the list"), "{error}");
    let error = vb.get((5, 4), "lm_head.weight").unwrap_err().to_string();
    assert!(error.contains("[5, 3]") && error.contains("[5, 4]"), "{error}");
}

/// A model may request optional tensors.
#[test]
fn absent_parameters_are_missing() {
    let model = |vb: VarBuilder<'static>| {
        let head = vb.get((5, 3), "lm_head.weight")?;
        let table = vb.get((4, 2), "rot.freq_cis_real").or_else(|_| vb.get((9, 9), "fallback.weight"))?;
        Ok((head, table))
    };
    let build = |blueprint| fanin_candle::build(blueprint, Seed(1), DType::F32, &Device::Cpu, model);
    let llama = || Blueprint::from(Recipe::named("llama").unwrap());
    assert_eq!(build(llama().absent("rot.*")).unwrap().model.1.dims(), [9, 9]);
    match build(llama()) {
        Err(BuildError::Unruled { parameters, .. }) => assert_eq!(parameters[0].name, "rot.freq_cis_real"),
        other => panic!("{:?}", other.map(|built| built.variables.len())),
    }
}
