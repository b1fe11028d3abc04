//! Creating a new tensor through each backend's constructor, on one thread and two, compared with the framework's own.
//!
//! `cargo bench -p fanin-benches --bench fill_fresh`; see this crate's README for how to read it. `-- --test` checks
//! the results without timing; `-- 2^22` runs only the cases whose names contain this word.

use std::error::Error;
use std::hint::black_box;
use std::process::ExitCode;

use candle_core::{DType, Device, Tensor};
use candle_nn::init::DEFAULT_KAIMING_NORMAL;
use candle_nn::{Init, VarMap};
use fanin_benches::asked::Asked;
use fanin_benches::conditions::{Threads, again_with, one_thread};
use fanin_benches::moments;
use fanin_benches::paired::{Pace, Participant, Run, turns};
use fanin_benches::table::{Row, head};
use fanin_core::initializers::{he_normal, he_uniform};
use fanin_core::{Distribution, Element, Initializer, Layout, ParamSpec, Seed};
use ndarray::{Array2, ArrayD};
use ndarray_rand::{RandomExt, rand_distr};

/// glibc's mmap threshold, fixed at its default: larger allocations come from the system. If it is not set, glibc
/// raises it to the size of each freed block, so a new tensor reuses the memory of one that was just dropped and is not
/// fresh. Where this makes a difference, both settings are measured.
const MAPPED: (&str, &str) = ("MALLOC_MMAP_THRESHOLD_", "131072");

/// The size, as a power of two, that glibc would reuse without the setting, and the sizes that it would not.
const RECYCLED: u32 = 22;
const FRESH: [u32; 2] = [24, 26];

type Fallible<A> = Result<A, Box<dyn Error>>;

fn main() -> Fallible<ExitCode> {
    let asked = Asked::of_this_program();
    one_thread()?;
    if asked.only_checks {
        return compare(16, None).map(|()| ExitCode::SUCCESS);
    }
    let mapped = std::env::var_os(MAPPED.0).is_some();
    if mapped {
        head("New tensors, in memory never used before");
        for power in [RECYCLED].into_iter().chain(FRESH).filter(|power| asked.takes(&format!("fresh 2^{power}"))) {
            compare(power, Some(Pace::single(if power < 26 { 9 } else { 5 })))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    if asked.takes(&format!("recycled 2^{RECYCLED}")) {
        head("New tensors, in memory just freed by an equal tensor");
        compare(RECYCLED, Some(Pace::single(15)))?;
    }
    Ok(if again_with(&[MAPPED])? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs every constructor on a square weight with this many elements.
fn compare(power: u32, pace: Option<Pace>) -> Fallible<()> {
    let width = 1 << (power / 2);
    let weight = ParamSpec::new("layers.0.weight", [width, width])?.with_layout(Layout::OutIn);
    let threads = [Threads::new(1)?, Threads::new(2)?];
    let (normal, uniform) = (he_normal(), he_uniform());
    let mut makers = Makers { runs: Vec::new() };
    let shape = (width, width);

    let distribution = normal.distribution(&weight);
    let std: f32 = Element::from_f64(distribution.std().unwrap_or_default());
    let candle = makers.fanin_candle(&normal, &weight, &threads)?;
    let array = makers.fanin_ndarray(&normal, &weight, &threads)?;
    let randn =
        makers.add("candle randn", &distribution, tensor, move || Ok(Tensor::randn(0.0, std, shape, &Device::Cpu)?))?;
    let kaiming =
        makers.add("candle VarMap", &distribution, tensor, move || variable(width, DEFAULT_KAIMING_NORMAL))?;
    let sampler = rand_distr::Normal::new(0.0, std)?;
    let random =
        makers.add("ndarray-rand", &distribution, ndarray, move || Ok(Array2::random(shape, sampler).into_dyn()))?;
    let plain = makers
        .add("vec!", &Distribution::Constant(1.0), Vec::clone, move || Ok(vec![black_box(1.0); width * width]))?;

    let distribution = uniform.distribution(&weight);
    let high: f32 = Element::from_f64(distribution.bounds().unwrap_or_default().1);
    let candle_uniform = makers.fanin_candle(&uniform, &weight, &threads)?;
    let array_uniform = makers.fanin_ndarray(&uniform, &weight, &threads)?;
    let rand = makers
        .add("candle rand", &distribution, tensor, move || Ok(Tensor::rand(-high, high, shape, &Device::Cpu)?))?;
    let sampler = rand_distr::Uniform::new(-high, high)?;
    let random_uniform =
        makers.add("ndarray-rand", &distribution, ndarray, move || Ok(Array2::random(shape, sampler).into_dyn()))?;

    let Some(pace) = pace else {
        println!("| {} makers of {} elements checked |", makers.runs.len(), width * width);
        return Ok(());
    };
    let times = turns(pace, &mut (), &mut makers.runs)?;
    for (at, threads, over_candle, over_ndarray) in [(0, 1, 4.5, 3.0), (1, 2, 8.0, 5.5)] {
        let print = |ours, beside, floor, participants: [Participant; 2], other| {
            Row { ours, beside, elements: width * width, threads, floor }.print(&times, participants[at], other)
        };
        print("candle, normal", "candle `randn`", Some(over_candle), candle, randn)?;
        print("candle, normal", "candle_nn `VarMap`, Kaiming", Some(over_candle), candle, kaiming)?;
        print("candle, normal", "`vec![1.0; n]`", None, candle, plain)?;
        print("candle, uniform", "candle `rand`", None, candle_uniform, rand)?;
        print("candle, uniform", "`vec![1.0; n]`", None, candle_uniform, plain)?;
        print("ndarray, normal", "`ndarray-rand`", Some(over_ndarray), array, random)?;
        print("ndarray, normal", "`vec![1.0; n]`", None, array, plain)?;
        print("ndarray, uniform", "`ndarray-rand`", None, array_uniform, random_uniform)?;
        print("ndarray, uniform", "`vec![1.0; n]`", None, array_uniform, plain)?;
    }
    Ok(())
}

/// The constructors that take turns. Each tensor is dropped immediately.
struct Makers<'a> {
    runs: Vec<Run<'a, ()>>,
}

impl<'a> Makers<'a> {
    /// Adds a constructor after checking that its values follow their distribution.
    fn add<M: 'a>(
        &mut self,
        subject: &str,
        distribution: &Distribution,
        values: fn(&M) -> Vec<f32>,
        mut make: impl FnMut() -> Fallible<M> + 'a,
    ) -> Fallible<Participant> {
        match distribution {
            Distribution::Constant(value) if values(&make()?).iter().all(|seen| f64::from(*seen) == *value) => (),
            distribution => moments::check(subject, distribution, |_| Ok(values(&make()?)))?,
        }
        self.runs.push(Box::new(move |()| {
            black_box(make()?);
            Ok(())
        }));
        Ok(Participant(self.runs.len() - 1))
    }

    /// Adds fanin's constructor in each pool.
    fn fanin<M: Send + 'a>(
        &mut self,
        threads: &'a [Threads; 2],
        distribution: &Distribution,
        values: fn(&M) -> Vec<f32>,
        make: impl Fn(Seed) -> Fallible<M> + Copy + Send + Sync + 'a,
    ) -> Fallible<[Participant; 2]> {
        let mut on = |threads: &'a Threads| {
            let mut seed = 0;
            self.add("fanin", distribution, values, move || {
                seed += 1;
                // Errors cannot be sent between threads, but their text can.
                Ok(threads.run(|| make(Seed(seed)).map_err(|error| error.to_string()))?)
            })
        };
        Ok([on(&threads[0])?, on(&threads[1])?])
    }

    fn fanin_candle(
        &mut self,
        initializer: &'a impl Initializer,
        weight: &'a ParamSpec,
        threads: &'a [Threads; 2],
    ) -> Fallible<[Participant; 2]> {
        self.fanin(threads, &initializer.distribution(weight), tensor, move |seed| {
            Ok(fanin_candle::sample::<f32>(initializer, weight, seed, &Device::Cpu)?)
        })
    }

    fn fanin_ndarray(
        &mut self,
        initializer: &'a impl Initializer,
        weight: &'a ParamSpec,
        threads: &'a [Threads; 2],
    ) -> Fallible<[Participant; 2]> {
        self.fanin(threads, &initializer.distribution(weight), ndarray, move |seed| {
            Ok(fanin_ndarray::sample::<f32>(initializer, weight, seed)?)
        })
    }
}

fn variable(width: usize, init: Init) -> Fallible<Tensor> {
    Ok(VarMap::new().get((width, width), "weight", init, DType::F32, &Device::Cpu)?)
}

/// Returns the values; empty on failure, which every check rejects.
fn tensor(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().and_then(|flat| flat.to_vec1()).unwrap_or_default()
}

fn ndarray(array: &ArrayD<f32>) -> Vec<f32> {
    array.iter().copied().collect()
}
