//! A model with 10,000 small parameters: filled all at once, one by one, and the frameworks' own way.
//!
//! `cargo bench -p fanin-benches --bench many_parameters`; see this crate's README for how to read it.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use candle_core::{DType, Device, Tensor};
use candle_nn::{Init, VarMap};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, SamplingMode, Throughput};
use fanin_benches::conditions::under_conditions;
use fanin_benches::{WrongResult, moments};
use fanin_core::initializers::{Normal, Ones, Uniform, Zeros, he_normal};
use fanin_core::param::fill_in_parallel;
use fanin_core::{
    Distribution, InitError, InitializerExt, Layout, ParamSpec, ParamView, ParamViewMut, Parameters, param::FillParams,
};
use fanin_core::{ParametersMut, Plan, Role, Seed, text};
use ndarray::ArrayD;
use ndarray_rand::{RandomExt, rand_distr as rand_distr_of_ndarray};

type Fallible<A> = Result<A, Box<dyn Error>>;

/// The standard deviation of normal values without a fan, and of the peers' values.
const STD: f64 = 0.02;

fn main() -> Fallible<ExitCode> {
    under_conditions(compare)
}

fn compare() -> Fallible<ExitCode> {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(1500))
        .sample_size(20)
        .nresamples(5000)
        .configure_from_args();
    let specs = specs()?;
    let elements: usize = specs.iter().map(ParamSpec::len).sum();
    let mut group = criterion.benchmark_group(format!("{} parameters, {elements} elements", specs.len()));
    group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(elements as u64));
    by_plan(&mut group, &specs)?;
    one_by_one(&mut group, &specs)?;
    group.finish();
    criterion.final_summary();
    Ok(ExitCode::SUCCESS)
}

/// 1,250 blocks of eight parameters, with 64 to 4,096 elements each.
fn specs() -> Fallible<Vec<ParamSpec>> {
    let block = |index: usize| {
        let weight = move |part: &str, shape: [usize; 2]| {
            Ok(ParamSpec::new(format!("blocks.{index}.{part}"), shape)?.with_layout(Layout::OutIn))
        };
        let vector =
            move |part: &str, role: Role| Ok(ParamSpec::new(format!("blocks.{index}.{part}"), [64])?.with_role(role));
        [
            vector("norm.gain", Role::NormGain),
            vector("norm.bias", Role::NormBias),
            weight("attention.query.weight", [16, 64]),
            weight("attention.value.weight", [64, 16]),
            vector("attention.bias", Role::Bias),
            weight("up.weight", [64, 64]),
            weight("down.weight", [8, 64]),
            weight("position.table", [8, 8]),
        ]
    };
    (0..1250).flat_map(block).collect()
}

/// Five rules.
fn plan() -> Fallible<Plan> {
    Ok(Plan::new()
        .rule("*.bias", Zeros)
        .rule("*.gain", Ones)
        .rule("*.table", Uniform::new(-0.05, 0.05)?)
        .rule("*.attention.*", Normal::new(0.0, STD)?)
        .rule("*.weight", he_normal()))
}

/// A model of plain vectors.
struct Vectors {
    specs: Vec<ParamSpec>,
    values: Vec<Vec<f32>>,
    at_once: bool,
}

impl Parameters for Vectors {
    fn specs(&self) -> &[ParamSpec] {
        &self.specs
    }

    fn read(&self, name: &str, visit: &mut dyn FnMut(&ParamSpec, ParamView<'_>)) -> Result<(), InitError> {
        let found = self.specs.iter().zip(&self.values).find(|(param, _)| param.name() == name);
        let (param, values) = found.ok_or_else(|| InitError::unknown(name, &self.specs))?;
        visit(param, ParamView::whole(values));
        Ok(())
    }
}

impl ParametersMut for Vectors {
    fn write(
        &mut self,
        name: &str,
        fill: &mut dyn FnMut(&ParamSpec, ParamViewMut<'_>) -> Result<(), InitError>,
    ) -> Result<(), InitError> {
        let found = self.specs.iter().zip(&mut self.values).find(|(param, _)| param.name() == name);
        let Some((param, values)) = found else { return Err(InitError::unknown(name, &self.specs)) };
        fill(param, ParamViewMut::whole(values))
    }

    fn fill_all(&mut self, fill: &dyn FillParams) -> Result<(), InitError> {
        let lent = self.specs.iter().zip(&mut self.values).enumerate();
        let mut wanted: Vec<_> = lent.filter(|(place, (param, _))| fill.wants(*place, param)).collect();
        let write = |(place, (param, values)): &mut (usize, (&ParamSpec, &mut Vec<f32>))| {
            fill.fill(*place, param, ParamViewMut::whole(values))
        };
        match self.at_once {
            true => fill_in_parallel(&mut wanted, |(_, (param, _))| param.len(), write),
            false => wanted.iter_mut().try_for_each(write),
        }
    }
}

/// Fills warm memory by a plan, after comparing with the bits that each initializer gives on its own.
fn by_plan(group: &mut BenchmarkGroup<'_, WallTime>, specs: &[ParamSpec]) -> Fallible<()> {
    let plan = plan()?;
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        for (way, at_once) in [("all at once", true), ("one by one", false)] {
            let values = specs.iter().map(|param| vec![0.0; param.len()]).collect();
            let mut model = Vectors { specs: specs.to_vec(), values, at_once };
            pool.install(|| plan.apply(&mut model, Seed(0)))?;
            check(&plan, &model)?;
            let mut seed = 0;
            group.bench_function(format!("fanin by a plan, {way}, warm slices, {threads} in the pool"), |b| {
                b.iter(|| {
                    seed += 1;
                    pool.install(|| plan.apply(&mut model, Seed(seed))).expect("it filled when it was checked");
                });
            });
        }
    }
    group.bench_function("fanin's plan alone, checked", |b| {
        b.iter(|| plan.resolve(specs).expect("it was resolved when it was checked"));
    });
    Ok(())
}

/// Checks that every parameter of the model has the values that its initializer gives on its own under seed 0.
fn check(plan: &Plan, model: &Vectors) -> Fallible<()> {
    let resolution = plan.resolve(&model.specs)?;
    for ((assigned, param), values) in resolution.assignments().iter().zip(&model.specs).zip(&model.values) {
        let alone: Vec<f32> = text::parse(&assigned.text())?.sample(param, Seed(0))?;
        let same =
            assigned.name() == param.name() && values.iter().map(|v| v.to_bits()).eq(alone.iter().map(|v| v.to_bits()));
        if !same {
            let reason = format!("{} does not hold the values of its initializer alone", param.name());
            return Err(WrongResult { subject: "a plan".to_owned(), reason }.into());
        }
    }
    Ok(())
}

/// Creates parameters one after another in new memory, each normal with the same standard deviation: with fanin and
/// with the frameworks.
fn one_by_one(group: &mut BenchmarkGroup<'_, WallTime>, specs: &[ParamSpec]) -> Fallible<()> {
    let std = 0.02_f32;
    let normal = Normal::new(0.0, STD)?;
    let each =
        |make: &dyn Fn(&ParamSpec) -> Fallible<Tensor>| specs.iter().map(make).collect::<Fallible<Vec<Tensor>>>();
    let tensors = |values: Vec<Tensor>| {
        values.iter().map(|tensor| Ok(tensor.flatten_all()?.to_vec1()?)).collect::<Fallible<Vec<_>>>()
    };
    let arrays =
        |values: Vec<ArrayD<f32>>| Ok(values.into_iter().map(|array| array.iter().copied().collect()).collect());

    time(group, "fanin-candle, new tensors", tensors, |seed| {
        each(&|param| Ok(fanin_candle::sample::<f32>(&normal, param, Seed(seed), &Device::Cpu)?))
    })?;
    time(group, "candle randn, new tensors", tensors, |_| {
        each(&|param| Ok(Tensor::randn(0.0, std, param.shape(), &Device::Cpu)?))
    })?;
    time(group, "candle VarMap, new variables", tensors, |_| {
        let (variables, init) = (VarMap::new(), Init::Randn { mean: 0.0, stdev: STD });
        each(&|param| Ok(variables.get(param.shape(), param.name(), init, DType::F32, &Device::Cpu)?))
    })?;
    time(group, "fanin-ndarray, new arrays", arrays, |seed| {
        let array = |param| Ok(fanin_ndarray::sample::<f32>(&normal, param, Seed(seed))?);
        specs.iter().map(array).collect::<Fallible<Vec<_>>>()
    })?;
    let distribution = rand_distr_of_ndarray::Normal::new(0.0, std)?;
    time(group, "ndarray-rand, new arrays", arrays, |_| {
        Ok(specs.iter().map(|param| ArrayD::random(param.shape(), distribution)).collect::<Vec<_>>())
    })
}

/// Times `make`, which gets a new seed at every call, after checking the distribution of its first values.
fn time<M>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    values: impl Fn(M) -> Fallible<Vec<Vec<f32>>>,
    mut make: impl FnMut(u64) -> Fallible<M>,
) -> Fallible<()> {
    moments::check(name, &Distribution::Normal { mean: 0.0, std: STD }, |seed| Ok(values(make(seed)?)?.concat()))?;
    let mut seed = 0;
    group.bench_function(name, |b| {
        b.iter_with_large_drop(|| {
            seed += 1;
            make(seed).expect("it succeeded when it was checked")
        });
    });
    Ok(())
}
