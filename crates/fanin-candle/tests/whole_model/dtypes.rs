//! Every element type that initializers can fill, and a clear error for others.

use candle_core::{DType, Device, Tensor, WithDType};
use candle_nn::VarBuilder;
use fanin_candle::{Blueprint, Pretrained, build};
use fanin_conformance::{check_parameters, report};
use fanin_core::initializers::{Normal, Ones};
use fanin_core::{Element, InitializerExt, ParametersExt, ParametersMut, Plan};
use fanin_recipes::Recipe;

use super::models::{FAMILIES, Family, SEED, values};

/// The bits of a parameter equal those of fanin-core in the same type, and the plan can write it again through
/// `ParametersMut`.
fn is_filled<T: Element + WithDType>(dtype: DType) {
    let normal = || Normal::new(0.5, 2.0).unwrap();
    let built = build(Plan::new().rule("*", normal()), SEED, dtype, &Device::Cpu, |vb| vb.get((30, 20), "w")).unwrap();
    let variable = built.variables.get("w").unwrap();
    assert_eq!((variable.dtype(), built.model.dtype()), (dtype, dtype));
    let alone: Vec<T> = normal().sample(variable.param(), SEED).unwrap();
    let wanted: Vec<f64> = alone.iter().map(|value| fanin_core::Element::to_f64(*value)).collect();
    assert_eq!(values(&built.model), wanted);
    assert_eq!(built.variables.values("w").unwrap(), wanted);

    let mut variables = built.variables.clone();
    Plan::new().rule("w", Ones).apply(&mut variables, SEED).unwrap();
    assert_eq!(values(&built.model), [1.0; 600]);
    variables
        .write("w", &mut |param, view| {
            fanin_core::Initializer::fill(&normal(), param, fanin_core::Key::new(SEED, "w"), view)
        })
        .unwrap();
    assert_eq!(values(&built.model), wanted);
    let violations = check_parameters(&mut variables);
    assert!(violations.is_empty(), "{}", report(&violations));
}

#[test]
fn every_type_is_filled() {
    is_filled::<f32>(DType::F32);
    is_filled::<f64>(DType::F64);
    is_filled::<half::f16>(DType::F16);
    is_filled::<half::bf16>(DType::BF16);
}

#[test]
fn whole_models_are_built_in_every_type() {
    for family in FAMILIES.into_iter().filter(|family| family.name != "resnet18" && family.name != "efficientnet") {
        for dtype in [DType::F64, DType::F16, DType::BF16] {
            let built = build(family.blueprint(), SEED, dtype, &Device::Cpu, family.build).unwrap();
            assert!(built.variables.iter().all(|variable| variable.dtype() == dtype), "{} {dtype:?}", family.name);
        }
    }
}

#[test]
fn indices_are_refused_or_given() {
    let ids = |vb: VarBuilder<'static>| vb.to_dtype(DType::U32).get(4, "ids");
    let blueprint = || Blueprint::from(Plan::new().rule("*", Ones));
    let error = build(blueprint(), SEED, DType::F32, &Device::Cpu, ids).unwrap_err().to_string();
    assert!(error.contains("'ids' of shape [4] and type u32") && error.contains("Blueprint::pretrained"), "{error}");
    let table = Tensor::arange(0_u32, 4, &Device::Cpu).unwrap();
    let given = Pretrained::new("memory", std::collections::HashMap::from([("ids".to_owned(), table)]));
    let plan = Blueprint::from(Plan::new()).pretrained(given);
    let built = build(plan, SEED, DType::F32, &Device::Cpu, ids).unwrap();
    assert_eq!(values(&built.model), [0.0, 1.0, 2.0, 3.0]);
    // The mask, a buffer in the recipe, is not a parameter of candle's model: candle computes it, and the model does
    // not request it.
    let built = Family::named("llama").built();
    assert!(built.variables.iter().all(|variable| !variable.name().ends_with("inv_freq")));
    assert!(Recipe::named("llama").is_ok());
}
