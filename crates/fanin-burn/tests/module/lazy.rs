//! burn's own initializers do not run, and nothing but values and freezing changes in a module.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use burn_core as burn;
use burn_core::module::{Module, ModuleVisitor, Param, ParamId};
use burn_core::tensor::{Device, Tensor};
use burn_nn::{Linear, LinearConfig, LinearLayout};
use fanin_burn::Blueprint;
use fanin_core::initializers::{Constant, Normal};
use fanin_core::{Layout, Plan};
use fanin_recipes::Recipe;

use super::models::{Classifier, Perceptron, SEED, bits, values};

#[derive(Module, Debug)]
struct Counted {
    weight: Param<Tensor<2>>,
}

/// A module whose own initializer counts its calls.
fn counted(calls: &Arc<AtomicUsize>, device: &Device) -> Counted {
    let calls = Arc::clone(calls);
    let draw = move |device: &Device, is_required| {
        calls.fetch_add(1, Ordering::Relaxed);
        Tensor::zeros([3, 2], device).set_require_grad(is_required)
    };
    Counted { weight: Param::uninitialized(ParamId::new(), draw, device.clone(), false, [3, 2].into()) }
}

fn normal() -> Plan {
    Plan::new().rule("*", Normal::new(0.0, 1.0).unwrap())
}

#[test]
fn the_modules_own_initializer_does_not_run() {
    let (calls, device) = (Arc::default(), Device::flex());
    let module = counted(&calls, &device);
    assert_eq!(fanin_burn::list(&module).len(), 1);
    let (module, _) = fanin_burn::init(module, normal(), SEED).unwrap();
    assert!(module.weight.is_initialized());
    assert!(values(&module.weight.val()).iter().all(|value| *value != 0.0));
    assert_eq!(calls.load(Ordering::Relaxed), 0);
    // The count works: without the rules, the initializer runs on first use.
    let (kept, report) =
        fanin_burn::init(counted(&calls, &device), Blueprint::from(normal_for_none()).keep("*"), SEED).unwrap();
    assert_eq!((calls.load(Ordering::Relaxed), kept.weight.is_initialized()), (0, false));
    assert!(report.to_string().contains("left unchanged"), "{report}");
    assert_eq!((values(&kept.weight.val()), calls.load(Ordering::Relaxed)), (vec![0.0; 6], 1));
}

fn normal_for_none() -> Plan {
    Plan::new()
}

/// A clone shares the parameters that are not initialized yet: they stay so.
#[test]
fn burn_draws_nothing_in_its_own_layers() {
    #[derive(Default)]
    struct Count([usize; 2]);
    impl ModuleVisitor for Count {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.0[usize::from(param.is_initialized())] += 1;
        }
    }
    let count = |module: &Classifier| {
        let mut count = Count::default();
        module.visit(&mut count);
        count.0
    };
    let model = Classifier::new(&Device::flex());
    let clone = model.clone();
    let (model, report) = fanin_burn::init(model, Recipe::named("torch").unwrap(), SEED).unwrap();
    let all = report.len();
    assert_eq!((count(&clone), count(&model)), ([all, 0], [0, all]));
}

#[test]
fn identity_device_and_training_state_are_kept() {
    let device = Device::flex().autodiff();
    let model = Perceptron::new(&[3, 4, 2], &device);
    let ids: Vec<_> = model.layers.iter().map(|layer| layer.weight.id).collect();
    let blueprint = Blueprint::from(Recipe::named("torch").unwrap()).frozen("layers.0.*");
    let (model, report) = fanin_burn::init(model, blueprint, SEED).unwrap();
    assert_eq!(ids, model.layers.iter().map(|layer| layer.weight.id).collect::<Vec<_>>());
    assert!(model.devices().iter().all(Device::is_autodiff));
    let trained: Vec<_> = model.layers.iter().map(|layer| layer.weight.val().is_require_grad()).collect();
    assert_eq!(trained, [false, true]);
    assert!(report.get("layers.0.weight").unwrap().is_frozen() && !report.get("layers.1.weight").unwrap().is_frozen());
    assert!(report.explain().lines().next().unwrap().ends_with(", frozen"), "{report}");
    // The gradient reaches the second layer and not the first.
    let input = Tensor::<2>::ones([1, 3], &device);
    let output = model.layers[1].forward(model.layers[0].forward(input));
    let gradients = output.sum().backward();
    assert!(model.layers[1].weight.val().grad(&gradients).is_some());
    assert!(model.layers[0].weight.val().grad(&gradients).is_none());
}

/// Column layers hold the transpose of what they load: the same weights as those of a row layer.
#[test]
fn both_layouts_of_a_linear_layer_have_the_same_weights() {
    let device = Device::flex();
    for (inputs, outputs) in [(5, 3), (4, 4)] {
        let layer = |layout| LinearConfig::new(inputs, outputs).with_layout(layout).init(&device);
        let init = |layer: Linear| fanin_burn::init(layer, normal(), SEED).unwrap().0;
        let row = init(layer(LinearLayout::Row));
        let column = init(layer(LinearLayout::Col));
        assert_eq!(row.weight.dims(), [inputs, outputs]);
        assert_eq!(values(&row.weight.val()), values(&column.weight.val()));
        assert_eq!(bits(&row), bits(&column));
        // Also after burn has drawn them, and again.
        for layout in [LinearLayout::Row, LinearLayout::Col] {
            let drawn = layer(layout);
            assert_ne!(values(&drawn.weight.val()), values(&row.weight.val()));
            let drawn = init(drawn);
            assert_eq!(values(&drawn.weight.val()), values(&row.weight.val()));
            assert_eq!(values(&init(drawn).weight.val()), values(&row.weight.val()));
        }
        // As trained modules are, when they move to another device and back.
        let moved = init(layer(LinearLayout::Col).to_device(&device.clone().autodiff()));
        assert_eq!(values(&moved.weight.val()), values(&row.weight.val()));
        let list = |layer: &Linear| fanin_burn::list(layer).iter().map(|param| param.shape.clone()).collect::<Vec<_>>();
        for layer in [layer(LinearLayout::Row), layer(LinearLayout::Col), row, column] {
            assert_eq!(list(&layer), [vec![outputs, inputs], vec![outputs]]);
        }
    }
}

/// A matrix of a stranger's module is its own address, or the transpose of it if the blueprint says so.
#[test]
fn a_strangers_matrix_is_transposed_on_request() {
    let (calls, device) = (Arc::default(), Device::flex());
    let init = |blueprint: Blueprint| fanin_burn::init(counted(&calls, &device), blueprint, SEED).unwrap();
    let (as_is, report) = init(normal().into());
    assert_eq!(report.get("weight").unwrap().param().shape(), [3, 2]);
    let (turned, report) = init(Blueprint::from(normal()).transposed("weight").layout("weight", Layout::OutIn));
    let param = report.get("weight").unwrap().param().clone();
    assert_eq!((param.shape(), param.fans().unwrap().fan_in), (&[2, 3][..], 3));
    let (as_is, turned) = (values(&as_is.weight.val()), values(&turned.weight.val()));
    assert_eq!(turned, [as_is[0], as_is[3], as_is[1], as_is[4], as_is[2], as_is[5]]);
    // The same weights as a linear layer of the same address.
    let (linear, _) = fanin_burn::init(LinearConfig::new(3, 2).init(&device), normal(), SEED).unwrap();
    assert_eq!(values(&linear.weight.val()), turned);
    let (constant, _) = init(Plan::new().rule("*", Constant::new(0.5).unwrap()).into());
    assert_eq!(values(&constant.weight.val()), [0.5; 6]);
}
