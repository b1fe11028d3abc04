//! Filling models in one call, by either front end.

use fanin_core::initializers::{Zeros, he_normal};
use fanin_core::network::{Loss, MlpSpec};
use fanin_core::resolve::{Assignment, ResolveError, Rules};
use fanin_core::{Activation, InitializerExt, ParamSpec, Parameters, ParametersExt, Plan, Seed};
use fanin_ndarray::Mlp;
use fanin_recipes::{Recipe, RecipeError};

const RECIPE: &str = "
    name = 'small'
    title = 'a small perceptron'
    source = 'the tests'
    layout = 'oi'
    variables = [{ name = 'gain', about = 'the gain', value = '1' }]
    rules = [
        { match = '*.bias', role = 'bias', init = 'zeros' },
        { match = '*.weight', init = 'he_normal(gain = {gain})' },
    ]
";

fn network() -> Mlp<f32> {
    let spec = MlpSpec::new([30, 20, 10], Activation::Relu, Loss::SoftmaxCrossEntropy).unwrap();
    Mlp::new(&spec).unwrap()
}

fn values(network: &Mlp<f32>) -> Vec<Vec<f64>> {
    network.specs().iter().map(|spec| network.values(spec.name()).unwrap()).collect()
}

#[test]
fn a_recipe_and_a_plan_fill_in_one_call() {
    let (recipe, mut by_recipe, mut by_plan) = (RECIPE.parse::<Recipe>().unwrap(), network(), network());
    recipe.apply(&mut by_recipe, Seed(42)).unwrap();
    Plan::new().rule("*.bias", Zeros).rule("*.weight", he_normal()).apply(&mut by_plan, Seed(42)).unwrap();
    assert_eq!(values(&by_recipe), values(&by_plan));
    // The values equal those drawn by the initializer alone.
    for assignment in recipe.resolve(by_recipe.specs()).unwrap().filled() {
        let alone: Vec<f32> = assignment.initializer().unwrap().sample(assignment.param(), Seed(42)).unwrap();
        let alone: Vec<f64> = alone.into_iter().map(f64::from).collect();
        assert_eq!(by_recipe.values(assignment.name()).unwrap(), alone, "{}", assignment.name());
    }
    // With a variable set beforehand.
    let mut doubled = network();
    recipe.set("gain", 2.0).unwrap().apply(&mut doubled, Seed(42)).unwrap();
    let twice: Vec<Vec<f64>> =
        values(&by_plan).iter().map(|all| all.iter().map(|value| 2.0 * value).collect()).collect();
    assert_eq!(values(&doubled), twice);
}

/// A function with a parameter for any front end.
#[test]
fn either_front_end_is_taken() {
    let params = network().specs().to_vec();
    let plan = Plan::new().rule("*.bias", Zeros).rule("*.weight", he_normal());
    let front_ends: [&dyn Rules; 2] = [&plan, &RECIPE.parse::<Recipe>().unwrap()];
    let texts = front_ends.map(|rules| {
        let resolution = rules.resolve(&params).unwrap();
        resolution.assignments().iter().map(Assignment::text).collect::<Vec<_>>()
    });
    assert_eq!(texts[0].len(), 4);
    assert_eq!(texts[0], texts[1]);
}

#[test]
fn an_error_of_the_recipe_is_the_source() {
    let error = Recipe::named("gpt2").unwrap().resolve(&[ParamSpec::new("h.0.attn.c_proj.weight", [8, 8]).unwrap()]);
    let Err(ResolveError::FrontEnd(source)) = error else { panic!("{error:?}") };
    assert!(matches!(source.downcast_ref(), Some(RecipeError::Expression { .. })), "{source}");
}

/// A recipe that takes numbers from siblings is resolved for 100,000 parameters without linear searches.
#[test]
fn a_model_of_many_parameters_is_resolved() {
    let layer = |layer: usize| {
        let name = |part: &str| format!("h.{layer}.fc.{part}");
        [ParamSpec::new(name("weight"), [2, 3]).unwrap(), ParamSpec::new(name("bias"), [2]).unwrap()]
    };
    let params: Vec<ParamSpec> = (0..50_000).flat_map(layer).collect();
    let resolution = Recipe::named("torch").unwrap().resolve(&params).unwrap();
    assert_eq!(resolution.filled().count(), 100_000);
    let last = &resolution.assignments()[99_999];
    // Uses the fan of its weight, which precedes it.
    assert!(last.distribution().std().is_some_and(|std| (std - 1.0 / 3.0).abs() < 1e-12), "{last}");
}
