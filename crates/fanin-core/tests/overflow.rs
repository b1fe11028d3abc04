//! Values beyond the range of an element type are rejected before any is written.

use fanin_core::initializers::{Constant, Normal, TruncatedNormal, Uniform, from_distribution, from_fn, he_normal};
use fanin_core::param::FillParams;
use fanin_core::{
    Distribution, Dtype, Element, InitError, Initializer, InitializerExt, Key, Layout, ParamSpec, ParamView,
    ParamViewMut, Parameters, ParametersMut, Plan, ResolveError, Seed, text,
};
use half::{bf16, f16};

fn weight() -> ParamSpec {
    ParamSpec::new("layer.weight", [64, 64]).unwrap().with_layout(Layout::OutIn)
}

/// Returns whether `check` rejects this type. `fill` must agree, and leave the memory unchanged if it rejects.
fn refused<T: Element + PartialEq>(initializer: &dyn Initializer, param: &ParamSpec) -> bool {
    let checked = initializer.check_dtype(param, T::DTYPE);
    let mut memory = vec![T::from_f64(7.0); param.len()];
    let filled = initializer.fill(param, Key::new(Seed(1), param.name()), ParamViewMut::whole(&mut memory));
    assert_eq!(checked.is_err(), filled.is_err(), "{initializer:?} in {}", T::DTYPE);
    match filled {
        Ok(()) => assert!(memory.iter().all(|value| value.to_f64().is_finite()), "{initializer:?} in {}", T::DTYPE),
        Err(error) => {
            assert!(memory.iter().all(|value| *value == T::from_f64(7.0)), "{initializer:?} in {}", T::DTYPE);
            assert!(matches!(error, InitError::Range { .. }), "{error}");
            let text = error.to_string();
            for part in ["'layer.weight'", T::DTYPE.name(), "whose largest value is"] {
                assert!(text.contains(part), "{text}");
            }
        }
    }
    checked.is_err()
}

fn of(text: &str) -> Box<dyn Initializer> {
    text::parse(text).unwrap()
}

#[test]
fn wide_distributions_are_refused_in_each_type() {
    let param = weight();
    for (initializer, in_f16, in_bf16, in_f32, in_f64) in [
        ("normal(std = 0.02)", false, false, false, false),
        ("normal(std = 9000)", false, false, false, false),
        ("normal(std = 9900)", true, false, false, false),
        ("normal(mean = 6000, std = 9000)", true, false, false, false),
        ("normal(mean = -6000, std = 9000)", true, false, false, false),
        ("normal(std = 1e6)", true, false, false, false),
        ("normal(std = 1e38)", true, true, true, false),
        ("normal(std = 1e308)", true, true, true, true),
        ("uniform(low = 0, high = 65519.99)", false, false, false, false),
        ("uniform(low = 0, high = 65520)", true, false, false, false),
        ("uniform(low = -3.39e38, high = 0)", true, false, false, false),
        ("uniform(low = -3.4e38, high = 0)", true, true, false, false),
        ("truncated_normal(std = 20000)", false, false, false, false),
        ("truncated_normal(std = 30000)", true, false, false, false),
        ("truncated_normal(std = 20000, low = -inf, high = inf)", true, false, false, false),
        ("log_uniform(1, 70000)", true, false, false, false),
        ("constant(65519.99)", false, false, false, false),
        ("constant(65520)", true, false, false, false),
        ("eye(gain = 1e5)", true, false, false, false),
        ("hadamard(gain = 1e9)", true, false, false, false),
        ("orthogonal(gain = 1e5)", true, false, false, false),
        ("orthogonal(gain = 1e39)", true, true, true, false),
        ("linspace(low = 0, high = 1e5)", true, false, false, false),
        ("ramp(start = 0, step = 20)", true, false, false, false),
        ("sparse(0.5, std = 1e5)", true, false, false, false),
        ("he_normal(gain = 1e6)", true, false, false, false),
        ("scaled(normal(std = 1e6), gain = 1e-6)", false, false, false, false),
        ("scaled(normal, gain = 1e6)", true, false, false, false),
        ("sum(normal(std = 9000), normal(std = 9000))", true, false, false, false),
        ("masked(normal(std = 1e6), bernoulli(0.5))", true, false, false, false),
        ("packed(normal(std = 1e6), parts = [1, 1])", true, false, false, false),
        ("per_slice(zeros, eye(gain = 1e5))", true, false, false, false),
        ("block_diagonal(normal(std = 1e6), blocks = 2)", true, false, false, false),
        ("mirrored(normal(std = 1e6))", true, false, false, false),
        ("embedding(normal(std = 1e6))", true, false, false, false),
    ] {
        let made = of(initializer);
        let found = [
            refused::<f16>(&made, &param),
            refused::<bf16>(&made, &param),
            refused::<f32>(&made, &param),
            refused::<f64>(&made, &param),
        ];
        assert_eq!(found, [in_f16, in_bf16, in_f32, in_f64], "{initializer}");
    }
}

#[test]
fn kernels_and_stated_distributions_are_refused() {
    let kernel = ParamSpec::new("layer.weight", [4, 4, 3]).unwrap().with_layout(Layout::OutIn);
    for text in [
        "dirac(gain = 1e5)",
        "center(eye(gain = 1e5))",
        "delta_orthogonal(gain = 1e5)",
        "convolution_aware(gain = 1e9)",
    ] {
        assert!(refused::<f16>(&of(text), &kernel) && !refused::<f32>(&of(text), &kernel), "{text}");
    }
    let stated = Distribution::Uniform { low: 0.0, high: 1e5 };
    let closure = from_fn("wide", |_| 1e5).with_distribution(stated.clone());
    assert!(refused::<f16>(&closure, &weight()) && !refused::<bf16>(&closure, &weight()));
    let drawn = from_distribution(rand_distr::Uniform::new(0.0, 1e5).unwrap()).with_distribution(stated);
    assert!(refused::<f16>(&drawn, &weight()) && !refused::<f32>(&drawn, &weight()));
}

#[test]
fn the_error_names_the_largest_possible_magnitude() {
    let error = Normal::new(0.0, 1e6).unwrap().sample::<f16>(&weight(), Seed(0)).unwrap_err().to_string();
    assert_eq!(
        error,
        "parameter 'layer.weight': the largest possible magnitude = 6.66e6 is out of range for f16, whose largest \
         value is 65504; \
         use a smaller value or a wider element type"
    );
    // The value farthest from zero may be negative.
    let below = Normal::new(-65500.0, 10.0).unwrap().check_dtype(&weight(), Dtype::F16).unwrap_err().to_string();
    assert!(below.contains("the largest possible magnitude = 6.56e4 is out of range for f16"), "{below}");
    let uniform = Uniform::new(-1e39, 0.0).unwrap().check_dtype(&weight(), Dtype::BF16).unwrap_err().to_string();
    assert!(uniform.contains("low = -1e39 is out of range for bf16"), "{uniform}");
    let constant = Constant::new(3.4e38).unwrap().check_dtype(&weight(), Dtype::BF16).unwrap_err().to_string();
    assert!(constant.contains("value = 3.4e38 is out of range for bf16, whose largest value is 3.39e38"), "{constant}");
    let cut = TruncatedNormal::new(0.0, 2e4, -2.0, 2.0).unwrap();
    assert!(cut.check_dtype(&weight(), Dtype::F16).is_ok() && he_normal().check_dtype(&weight(), Dtype::F16).is_ok());
}

/// Two parameters in f16.
struct Model {
    specs: Vec<ParamSpec>,
    memory: Vec<Vec<f16>>,
}

impl Parameters for Model {
    fn specs(&self) -> &[ParamSpec] {
        &self.specs
    }

    fn dtype(&self, _: usize) -> Option<Dtype> {
        Some(Dtype::F16)
    }

    fn read(&self, name: &str, visit: &mut dyn FnMut(&ParamSpec, ParamView<'_>)) -> Result<(), InitError> {
        let (spec, memory) = self.specs.iter().zip(&self.memory).find(|(spec, _)| spec.name() == name).unwrap();
        visit(spec, ParamView::whole(memory));
        Ok(())
    }
}

impl ParametersMut for Model {
    fn write(
        &mut self,
        name: &str,
        fill: &mut dyn FnMut(&ParamSpec, ParamViewMut<'_>) -> Result<(), InitError>,
    ) -> Result<(), InitError> {
        let (spec, memory) = self.specs.iter().zip(&mut self.memory).find(|(spec, _)| spec.name() == name).unwrap();
        fill(spec, ParamViewMut::whole(memory))
    }

    fn fill_all(&mut self, fill: &dyn FillParams) -> Result<(), InitError> {
        for (place, (spec, memory)) in self.specs.iter().zip(&mut self.memory).enumerate() {
            fill.fill(place, spec, ParamViewMut::whole(memory))?;
        }
        Ok(())
    }
}

#[test]
fn a_plan_refuses_before_the_first_parameter_is_written() {
    let specs: Vec<ParamSpec> = ["a", "b"].map(|name| ParamSpec::new(name, [3]).unwrap()).into();
    let mut model = Model { memory: vec![vec![f16::ZERO; 3]; 2], specs };
    let plan = Plan::new().rule("a", of("ones")).rule("b", of("normal(std = 1e6)"));
    let error = plan.apply(&mut model, Seed(0)).unwrap_err();
    assert!(matches!(&error, ResolveError::Refused { refused } if refused.len() == 1), "{error}");
    assert!(model.memory.iter().flatten().all(|value| *value == f16::ZERO));
    assert!(Plan::new().rule("*", of("normal(std = 9000)")).apply(&mut model, Seed(0)).is_ok());
}

#[test]
fn closures_give_the_same_bits_on_every_thread_count() {
    use rand::RngExt;
    let param = ParamSpec::new("w", [(1 << 17) + 77]).unwrap();
    let signs = from_fn("signs", |rng| rng.random::<f64>() - 0.5);
    let drawn = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| signs.sample::<f32>(&param, Seed(3)).unwrap())
    };
    let one = drawn(1);
    for threads in [2, 3, 7] {
        assert!(drawn(threads) == one, "{threads} threads");
    }
    let window: Vec<f32> = signs.sample_window(&param, Seed(3), 100_001, 1000).unwrap();
    assert!(one[100_001..101_001] == window[..]);
}
