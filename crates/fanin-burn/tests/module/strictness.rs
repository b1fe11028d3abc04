//! A parameter without a value is an error that names it, unless there is a default.

use burn_core as burn;
use burn_core::module::{Module, Param};
use burn_core::tensor::{Device, Int, Tensor};
use burn_nn::{Linear, LinearConfig};
use fanin_burn::{Blueprint, ModuleError};
use fanin_core::initializers::{Constant, Zeros, he_normal};
use fanin_core::resolve::Origin;
use fanin_core::{InitError, Initializer, Key, Layout, ParamSpec, ParamViewMut, Plan};
use fanin_recipes::Recipe;

use super::models::{SEED, values};

#[derive(Module, Debug)]
struct Model {
    body: Linear,
    table: Param<Tensor<2>>,
    ids: Param<Tensor<1, Int>>,
}

fn model() -> Model {
    let device = Device::flex();
    Model {
        body: LinearConfig::new(4, 3).init(&device),
        table: Param::from_tensor(Tensor::ones([2, 3], &device)),
        ids: Param::initialized(burn_core::module::ParamId::new(), Tensor::arange(0..4, &device)),
    }
}

fn of(blueprint: impl Into<Blueprint>) -> (Model, fanin_burn::Report) {
    fanin_burn::init(model(), blueprint, SEED).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(blueprint: impl Into<Blueprint>) -> String {
    match fanin_burn::init(model(), blueprint, SEED) {
        Ok((_, report)) => panic!("it was initialized:\n{report}"),
        Err(error) => error.to_string(),
    }
}

fn plan() -> Plan {
    Plan::new().rule("*.bias", Zeros).rule("body.*", he_normal())
}

#[test]
fn all_without_a_rule_are_named() {
    let error = refused(Plan::new().rule("*.bias", Zeros));
    for part in [
        "the plan has no rule for",
        "'body.weight' of shape [3, 4] and type f32",
        "'table' of shape [2, 3]",
        "add rules",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
    match fanin_burn::init(model(), plan(), SEED) {
        Err(ModuleError::Unruled { parameters, .. }) => assert_eq!(parameters[0].path, "table"),
        other => panic!("{:?}", other.map(|(_, report)| report.len())),
    }
    assert!(refused(plan().rule("table", Zeros).rule("tail.*", Zeros)).contains("'tail.*'"));
}

#[test]
fn defaults_are_used_and_reported() {
    let (model, report) = of(Blueprint::from(plan()).otherwise(Constant::new(0.25).unwrap()));
    assert_eq!(values(&model.table.val()), [0.25; 6]);
    let assignment = report.get("table").unwrap().assignment().clone();
    assert_eq!((assignment.origin(), assignment.text().as_str()), (&Origin::Default, "constant(0.25)"));
    assert!(report.to_string().contains("constant(0.25) by default"), "{report}");
    assert!(report.to_string().contains("he_normal by rule 2 'body.*'"), "{report}");
    // Integers are left as they are.
    assert_eq!(report.len(), 3);
    assert_eq!(model.ids.val().to_data().convert::<i64>().try_to_vec::<i64>().unwrap(), [0, 1, 2, 3]);
}

#[test]
fn kept_parameters_are_reported() {
    let (model, report) = of(Blueprint::from(plan()).keep("table"));
    assert_eq!(values(&model.table.val()), [1.0; 6]);
    assert_eq!(report.get("table").unwrap().origin(), &Origin::Left);
}

#[test]
fn no_fan_is_guessed() {
    let he = || Plan::new().rule("*.bias", Zeros).rule("*", he_normal());
    let error = refused(he());
    for part in ["'table' of shape [2, 3]", "no layout is stated", "Blueprint::layout(\"table\", Layout::OutIn)"] {
        assert!(error.contains(part), "{part}: {error}");
    }
    let std = |layout| {
        let (_, report) = of(Blueprint::from(he()).layout("table", layout));
        report.get("table").unwrap().distribution().std().unwrap()
    };
    assert!((std(Layout::OutIn) - (2.0_f64 / 3.0).sqrt()).abs() < 1e-12);
    assert!((std(Layout::InOut) - (2.0_f64 / 2.0).sqrt()).abs() < 1e-12);
    let error = refused(Plan::new().rule("*", he_normal()));
    assert!(error.contains("'body.bias'") || error.contains("'table'"), "{error}");
}

#[test]
fn invalid_patterns_are_refused() {
    let blueprint = || Blueprint::from(plan().rule("*", Zeros));
    for wrong in [
        blueprint().layout("[", Layout::OutIn),
        blueprint().groups("[", 2),
        blueprint().transposed("["),
        blueprint().keep("["),
        blueprint().frozen("["),
    ] {
        assert!(refused(wrong).contains("'['"));
    }
}

/// An initializer whose errors are only found by filling.
#[derive(Debug)]
struct Fails;

impl Initializer for Fails {
    fn fill(&self, param: &ParamSpec, _: Key<'_>, _: ParamViewMut<'_>) -> Result<(), InitError> {
        Err(InitError::Custom { name: param.name().to_owned(), reason: "it fails".to_owned() })
    }
}

#[test]
fn a_failing_initializer_is_reported() {
    let plan = Plan::new().rule("body.bias", Zeros).rule("body.weight", Fails).rule("*", Zeros);
    assert_eq!(refused(plan), "parameter 'body.weight': it fails");
}

#[test]
fn one_address_has_one_parameter() {
    mod renamed {
        use burn_core as burn;
        use burn_core::module::{Module, Param};
        use burn_core::tensor::Tensor;

        /// A norm with both names of its gain.
        #[derive(Module, Debug)]
        pub(super) struct LayerNorm {
            pub(super) gamma: Param<Tensor<1>>,
            pub(super) weight: Param<Tensor<1>>,
        }
    }
    let ones = || Param::from_tensor(Tensor::ones([2], &Device::flex()));
    let norm = renamed::LayerNorm { gamma: ones(), weight: ones() };
    let error = fanin_burn::init(norm, Plan::new().rule("*", Zeros), SEED).unwrap_err().to_string();
    assert!(error.contains("'gamma' and 'weight' of the module have the same address 'weight'"), "{error}");
}

/// Variables that depend on the whole model are determined in the first pass.
#[test]
fn a_recipe_finds_its_depth() {
    #[derive(Module, Debug)]
    struct Block {
        ln_1: burn_nn::LayerNorm,
        c_proj: Linear,
    }
    #[derive(Module, Debug)]
    struct Gpt {
        h: Vec<Block>,
    }
    let device = Device::flex();
    let block = |_| Block {
        ln_1: burn_nn::LayerNormConfig::new(16).init(&device),
        c_proj: LinearConfig::new(64, 16).init(&device),
    };
    let gpt = Gpt { h: (0..8).map(block).collect() };
    let (_, report) = fanin_burn::init(gpt, Recipe::named("gpt2").unwrap(), SEED).unwrap();
    let std = report.get("h.3.c_proj.weight").unwrap().distribution().std().unwrap();
    assert!((std - 0.02 / 16.0_f64.sqrt()).abs() < 1e-12, "{std}");
}
