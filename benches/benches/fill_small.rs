//! The cost of a small tensor, including hashing its name, compared with each framework's own way and with loops over
//! `rand_distr`.
//!
//! `cargo bench -p fanin-benches --bench fill_small`; see this crate's README for how to read it. `-- --test` checks
//! the results without timing; `-- uniform 64` runs only the cases whose names contain these words.

use std::error::Error;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Duration;

use candle_core::{Device, Tensor};
use fanin_benches::asked::Asked;
use fanin_benches::conditions::under_conditions;
use fanin_benches::moments;
use fanin_benches::paired::{Pace, Participant, Run, turns};
use fanin_benches::peers::Loop;
use fanin_benches::table::{Row, head};
use fanin_core::initializers::{Normal, Uniform};
use fanin_core::{Distribution, Initializer, Key, ParamSpec, ParamViewMut, Seed};
use ndarray::Array1;
use ndarray_rand::RandomExt;
use rand::rngs::{SmallRng, StdRng};
use rand::{Rng, RngExt, SeedableRng};
use rand_distr::Distribution as Sampler;

/// Seven runs of nine rounds with blocks of one millisecond.
const PACE: Pace = Pace { block: Duration::from_millis(1), rounds: 9, runs: 7 };

type Fallible<A> = Result<A, Box<dyn Error>>;

fn main() -> Fallible<ExitCode> {
    under_conditions(compare)
}

fn compare() -> Fallible<ExitCode> {
    let asked = Asked::of_this_program();
    head("Small tensors");
    for elements in (4..=12).map(|power| 1 << power) {
        if asked.takes(&format!("normal {elements}")) {
            let sampler = rand_distr::Normal::new(0.0, 0.02)?;
            let of_ndarray = ndarray_rand::rand_distr::Normal::new(0.0, 0.02)?;
            let randn = || Ok(Tensor::randn(0.0_f32, 0.02, elements, &Device::Cpu)?);
            let random = || Array1::random(elements, of_ndarray);
            let peers = Peers { sampler, candle_name: "candle `randn`", candle: randn, ndarray: random };
            one_size("normal", elements, Normal::new(0.0, 0.02)?, peers, &asked)?;
        }
        if asked.takes(&format!("uniform {elements}")) {
            let sampler = rand_distr::Uniform::new(-0.05, 0.05)?;
            let of_ndarray = ndarray_rand::rand_distr::Uniform::new(-0.05, 0.05)?;
            let rand = || Ok(Tensor::rand(-0.05_f32, 0.05, elements, &Device::Cpu)?);
            let random = || Array1::random(elements, of_ndarray);
            let peers = Peers { sampler, candle_name: "candle `rand`", candle: rand, ndarray: random };
            one_size("uniform", elements, Uniform::new(-0.05, 0.05)?, peers, &asked)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Other ways to draw from the distribution.
struct Peers<D, C, N> {
    sampler: D,
    candle_name: &'static str,
    candle: C,
    ndarray: N,
}

/// Measures one distribution and size: each of fanin's ways against the alternatives with the same kind of memory.
fn one_size(
    distribution_name: &str,
    elements: usize,
    initializer: impl Initializer,
    peers: Peers<impl Sampler<f32> + Copy + Sync, impl Fn() -> Fallible<Tensor>, impl Fn() -> Array1<f32>>,
    asked: &Asked,
) -> Fallible<()> {
    let param = ParamSpec::new("model.layers.10.self_attn.q_proj.bias", [elements])?;
    let (param, initializer) = (&param, &initializer);
    let distribution = initializer.distribution(param);
    let Peers { sampler, candle_name, candle, ndarray } = peers;
    let mut makers =
        Makers { distribution: &distribution, subject: format!("{distribution_name} {elements}"), runs: Vec::new() };

    let mut seed = 0;
    let slice = makers.slice(elements, move |out| {
        seed += 1;
        Ok(initializer.fill(param, Key::new(Seed(seed), param.name()), ParamViewMut::whole(out))?)
    })?;
    let small = makers.slice(elements, by_loop::<SmallRng>(sampler))?;
    let std = makers.slice(elements, by_loop::<StdRng>(sampler))?;
    let mut seed = 0;
    let tensor = makers.add(
        |tensor: &Tensor| tensor.to_vec1().unwrap_or_default(),
        move || {
            seed += 1;
            Ok(fanin_candle::sample::<f32>(initializer, param, Seed(seed), &Device::Cpu)?)
        },
    )?;
    let candle = makers.add(|tensor: &Tensor| tensor.to_vec1().unwrap_or_default(), candle)?;
    let mut seed = 0;
    let array = makers.add(
        |array: &ndarray::ArrayD<f32>| array.iter().copied().collect(),
        move || {
            seed += 1;
            Ok(fanin_ndarray::sample::<f32>(initializer, param, Seed(seed))?)
        },
    )?;
    let random = makers.add(|array: &Array1<f32>| array.to_vec(), move || Ok(ndarray()))?;

    if asked.only_checks {
        println!("| {} checked |", makers.subject);
        return Ok(());
    }
    let times = turns(PACE, &mut (), &mut makers.runs)?;
    // The target is for `randn`; `rand` is reported for information.
    let randn_from = if distribution_name == "normal" { 64 } else { usize::MAX };
    let print = |way, beside, from, ours, other| {
        let ours_name = format!("{distribution_name}, {way}");
        let floor = (elements >= from).then_some(1.0);
        Row { ours: &ours_name, beside, elements, threads: 1, floor }.print(&times, ours, other)
    };
    print("a warm slice", "loop, `SmallRng`", 512, slice, small)?;
    print("a warm slice", "loop, `StdRng`", usize::MAX, slice, std)?;
    print("candle", candle_name, randn_from, tensor, candle)?;
    print("ndarray", "`ndarray-rand`", usize::MAX, array, random)
}

/// A loop that keeps drawing from one generator.
fn by_loop<R: Rng + SeedableRng + Send>(
    sampler: impl Sampler<f32> + Copy + Sync,
) -> impl FnMut(&mut [f32]) -> Fallible<()> {
    let mut generator = Loop::<R>::on(1);
    move |out| {
        generator.fill(out, |rng| rng.sample(sampler));
        Ok(())
    }
}

/// The participants, all with the same distribution.
struct Makers<'a> {
    distribution: &'a Distribution,
    subject: String,
    runs: Vec<Run<'a, ()>>,
}

impl<'a> Makers<'a> {
    /// Adds a participant that creates and immediately drops a tensor, after checking its distribution.
    fn add<M: 'a>(
        &mut self,
        values: fn(&M) -> Vec<f32>,
        mut make: impl FnMut() -> Fallible<M> + 'a,
    ) -> Fallible<Participant> {
        moments::check(&self.subject, self.distribution, |_| Ok(values(&make()?)))?;
        self.runs.push(Box::new(move |()| {
            black_box(make()?);
            Ok(())
        }));
        Ok(Participant(self.runs.len() - 1))
    }

    /// Adds a participant that refills one slice.
    fn slice(
        &mut self,
        elements: usize,
        mut fill: impl FnMut(&mut [f32]) -> Fallible<()> + 'a,
    ) -> Fallible<Participant> {
        let mut warm = vec![0.0; elements];
        moments::check(&self.subject, self.distribution, |_| {
            warm.fill(f32::NAN);
            fill(&mut warm)?;
            Ok(warm.clone())
        })?;
        self.runs.push(Box::new(move |()| fill(black_box(&mut warm))));
        Ok(Participant(self.runs.len() - 1))
    }
}
