//! Filling memory with random values: fanin's ways, and each framework's own.
//!
//! `cargo bench -p fanin-benches --bench fill`; see the README beside this crate for how to read it.

use std::error::Error;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Duration;

use candle_core::{DType, Device, Tensor};
use candle_nn::init::{DEFAULT_KAIMING_NORMAL, DEFAULT_KAIMING_UNIFORM};
use candle_nn::{Init, VarMap};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, SamplingMode, Throughput};
use fanin_benches::{conditions::under_conditions, moments};
use fanin_core::initializers::{self, Mode, VarianceScaling, Zeros, he_normal, he_uniform};
use fanin_core::{Activation, Element, FromMlpSpec, Initializer, Key, Law, Loss, MlpSpec};
use fanin_core::{ParamSpec, ParamViewMut, ParametersExt, ParametersMut, Plan, Seed};
use ndarray::{Array2, ArrayD, IxDyn};
use ndarray_rand::{RandomExt, rand_distr as rand_distr_of_ndarray};
use rand::rngs::{SmallRng, StdRng};
use rand::{Rng, SeedableRng};
use rand_distr::{Distribution, StandardNormal, Uniform};

/// Square weights of 64, 4096 and 2^20 elements.
const WIDTHS: [usize; 3] = [8, 64, 1024];

type Fallible<A> = Result<A, Box<dyn Error>>;

fn main() -> Fallible<ExitCode> {
    under_conditions(compare)
}

fn compare() -> Fallible<ExitCode> {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(600))
        .sample_size(15)
        .nresamples(5000)
        .configure_from_args();
    for width in WIDTHS {
        normal(&mut criterion, width)?;
        uniform(&mut criterion, width)?;
        truncated_normal(&mut criterion, width)?;
    }
    criterion.final_summary();
    Ok(ExitCode::SUCCESS)
}

/// He's normal, std `sqrt(2 / width)`: candle's default for a linear layer.
fn normal(criterion: &mut Criterion, width: usize) -> Fallible<()> {
    let mut work = Work::new(criterion, "normal", he_normal(), width)?;
    work.by_fanin()?;
    let std: f32 = Element::from_f64(work.law.std().unwrap_or_default());
    let shape = (width, width);

    let distribution = rand_distr_of_ndarray::Normal::new(0.0, std)?;
    work.array("ndarray-rand, a new array", || Ok(Array2::random(shape, distribution).into_dyn()))?;
    work.tensor("candle randn, a new tensor", || Ok(Tensor::randn(0.0, std, shape, &Device::Cpu)?))?;
    work.tensor("candle VarMap, a new variable", || variable(width, DEFAULT_KAIMING_NORMAL))?;
    work.slice("rand_distr with SmallRng, a warm slice", SmallRng::seed_from_u64(0), |rng| {
        std * sample::<f32>(StandardNormal, rng)
    })?;
    work.slice("rand_distr with StdRng, a warm slice", StdRng::seed_from_u64(0), |rng| {
        std * sample::<f32>(StandardNormal, rng)
    })
}

/// He's uniform, on `±sqrt(6 / width)`.
fn uniform(criterion: &mut Criterion, width: usize) -> Fallible<()> {
    let mut work = Work::new(criterion, "uniform", he_uniform(), width)?;
    work.by_fanin()?;
    let high: f32 = Element::from_f64(work.law.bounds().unwrap_or_default().1);
    let shape = (width, width);

    let distribution = rand_distr_of_ndarray::Uniform::new(-high, high)?;
    work.array("ndarray-rand, a new array", || Ok(Array2::random(shape, distribution).into_dyn()))?;
    work.tensor("candle rand, a new tensor", || Ok(Tensor::rand(-high, high, shape, &Device::Cpu)?))?;
    work.tensor("candle VarMap, a new variable", || variable(width, DEFAULT_KAIMING_UNIFORM))?;
    let distribution = Uniform::new(-high, high)?;
    work.slice("rand_distr with SmallRng, a warm slice", SmallRng::seed_from_u64(0), |rng| sample(distribution, rng))?;
    work.slice("rand_distr with StdRng, a warm slice", StdRng::seed_from_u64(0), |rng| sample(distribution, rng))
}

/// He's variance, cut at ±2 sigma. No framework here has one: by hand it is drawn until it fits.
fn truncated_normal(criterion: &mut Criterion, width: usize) -> Fallible<()> {
    let he = VarianceScaling::new(2.0, Mode::FanIn, initializers::Distribution::TruncatedNormal)?;
    let mut work = Work::new(criterion, "truncated normal", he, width)?;
    work.by_fanin()?;
    let Law::TruncatedNormal { scale, .. } = work.law else { return Err("not the law of a truncated normal".into()) };
    let scale: f32 = Element::from_f64(scale);

    work.slice("rand_distr with SmallRng, a warm slice", SmallRng::seed_from_u64(0), |rng| scale * cut_at_two(rng))?;
    work.slice("rand_distr with StdRng, a warm slice", StdRng::seed_from_u64(0), |rng| scale * cut_at_two(rng))
}

fn sample<T>(distribution: impl Distribution<T>, rng: &mut impl Rng) -> T {
    distribution.sample(rng)
}

fn cut_at_two(rng: &mut impl Rng) -> f32 {
    loop {
        let z: f32 = StandardNormal.sample(rng);
        if z.abs() <= 2.0 {
            return z;
        }
    }
}

fn variable(width: usize, init: Init) -> Fallible<Tensor> {
    Ok(VarMap::new().get((width, width), "weight", init, DType::F32, &Device::Cpu)?)
}

/// One law and one size: a group of benchmarks to be compared.
struct Work<'c> {
    group: BenchmarkGroup<'c, WallTime>,
    name: String,
    initializer: VarianceScaling,
    weight: ParamSpec,
    law: Law,
    width: usize,
}

impl<'c> Work<'c> {
    fn new(criterion: &'c mut Criterion, name: &str, initializer: VarianceScaling, width: usize) -> Fallible<Self> {
        let weight = linear(width)?.params()[0].clone();
        let name = format!("fill {name} {}", weight.len());
        let mut group = criterion.benchmark_group(&name);
        group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(weight.len() as u64));
        Ok(Self { group, name, initializer, law: initializer.law(&weight), weight, width })
    }

    /// The ways of fanin's users.
    fn by_fanin(&mut self) -> Fallible<()> {
        let (initializer, weight) = (self.initializer, self.weight.clone());
        let warm = vec![0.0_f32; weight.len()];
        let fill = |values: &mut Vec<f32>, seed| {
            Ok(initializer.fill(&weight, Key::new(Seed(seed), weight.name()), ParamViewMut::whole(values))?)
        };
        self.check_and_time("fanin-core, a warm slice", warm, fill, |values| Ok(values.clone()))?;

        let mut seed = 0;
        self.array("fanin-ndarray, a new array", || {
            seed += 1;
            Ok(fanin_ndarray::sample(&initializer, &weight, Seed(seed))?)
        })?;
        let mut seed = 0;
        self.tensor("fanin-candle, a new tensor", || {
            seed += 1;
            Ok(fanin_candle::sample::<f32>(&initializer, &weight, Seed(seed), &Device::Cpu)?)
        })?;
        self.network::<fanin_ndarray::Mlp<f32>>("fanin-ndarray, a network by a plan")?;
        self.network::<fanin_candle::Mlp<f32>>("fanin-candle, a network by a plan")
    }

    /// A network of one layer: its weight, and a bias of zeros.
    fn network<N: ParametersMut + FromMlpSpec>(&mut self, name: &str) -> Fallible<()> {
        let network = N::from_spec(&linear(self.width)?)?;
        let plan = Plan::new().rule("*.bias", Zeros).rule("*.weight", self.initializer);
        let weight = self.weight.name().to_owned();
        let values = |network: &N| Ok(network.values(&weight)?.into_iter().map(Element::from_f64).collect());
        self.check_and_time(name, network, |network, seed| Ok(plan.apply(network, Seed(seed))?), values)
    }

    fn array(&mut self, name: &str, mut make: impl FnMut() -> Fallible<ArrayD<f32>>) -> Fallible<()> {
        let fill = |array: &mut ArrayD<f32>, _| {
            *array = make()?;
            Ok(())
        };
        self.check_and_time(name, ArrayD::zeros(IxDyn(&[0])), fill, |array| Ok(array.iter().copied().collect()))
    }

    fn tensor(&mut self, name: &str, mut make: impl FnMut() -> Fallible<Tensor>) -> Fallible<()> {
        let fill = |tensor: &mut Option<Tensor>, _| {
            *tensor = Some(make()?);
            Ok(())
        };
        let values = |tensor: &Option<Tensor>| {
            let tensor = tensor.as_ref().ok_or("no tensor was made")?;
            Ok(tensor.flatten_all()?.to_vec1()?)
        };
        self.check_and_time(name, None, fill, values)
    }

    /// A loop over a warm slice, as one writes it.
    fn slice<R: Rng>(&mut self, name: &str, rng: R, mut draw: impl FnMut(&mut R) -> f32) -> Fallible<()> {
        let fill = |(rng, values): &mut (R, Vec<f32>), _| {
            for value in values.iter_mut() {
                *value = draw(rng);
            }
            Ok(())
        };
        let warm = vec![0.0; self.weight.len()];
        self.check_and_time(name, (rng, warm), fill, |(_, values)| Ok(values.clone()))
    }

    /// Times `fill`, which is given a new seed at every call, once the values that it leaves follow the law.
    fn check_and_time<S>(
        &mut self,
        name: &str,
        mut state: S,
        mut fill: impl FnMut(&mut S, u64) -> Fallible<()>,
        values: impl Fn(&S) -> Fallible<Vec<f32>>,
    ) -> Fallible<()> {
        moments::check(&format!("{}, {name}", self.name), &self.law, |seed| {
            fill(&mut state, seed)?;
            values(&state)
        })?;
        let mut seed = 0;
        self.group.bench_function(name, |b| {
            b.iter(|| {
                seed += 1;
                fill(black_box(&mut state), seed).expect("it filled when it was checked");
            });
        });
        Ok(())
    }
}

/// One layer, as many outputs as inputs.
fn linear(width: usize) -> Fallible<MlpSpec> {
    Ok(MlpSpec::new([width, width], Activation::Identity, Loss::MeanSquaredError)?)
}
