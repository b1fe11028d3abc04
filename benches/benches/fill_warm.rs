//! Filling memory that has been used before, with each instruction set, on one thread and two, compared with loops over
//! `rand_distr` and with a plain `memset`.
//!
//! `cargo bench -p fanin-benches --bench fill_warm`; see this crate's README for how to read it. `-- --test` checks the
//! results without timing; `-- avx2 halves` runs only the cases whose names contain these words.

use std::error::Error;
use std::process::ExitCode;

use fanin_benches::asked::Asked;
use fanin_benches::conditions::{Threads, again_with, one_thread};
use fanin_benches::paired::{Pace, Participant, Run, turns};
use fanin_benches::peers::{self, Loop, MEMSET_BYTE, memset};
use fanin_benches::table::{Row, head};
use fanin_benches::{WrongResult, moments};
use fanin_core::initializers::{Normal, TruncatedNormal, Uniform};
use fanin_core::{Distribution, Element, Initializer, Key, ParamSpec, ParamViewMut, Seed};
use half::{bf16, f16};
use rand::RngExt;
use rand::rngs::{SmallRng, StdRng};

/// Selects fanin's instruction set; see `fanin_core::values`.
const SET: &str = "FANIN_INSTRUCTION_SET";

/// Few enough elements to fit in the L1 cache.
const CACHED: usize = 1 << 12;

/// The number of elements when only checking: enough for two threads.
const CHECKED: usize = 1 << 18;

/// Targets of `normal` relative to loops with `SmallRng` and `StdRng`, in memory and in the L1 cache.
struct Floors {
    memory: Option<(f64, f64)>,
    cache: Option<(f64, f64)>,
}

type Fallible<A> = Result<A, Box<dyn Error>>;

fn main() -> Fallible<ExitCode> {
    let asked = Asked::of_this_program();
    let sets = instruction_sets();
    if let Ok(named) = std::env::var(SET) {
        let set =
            sets.into_iter().find(|set| *set == named).ok_or("this processor does not have that instruction set")?;
        one_thread()?;
        measure(set, &asked)?;
        return Ok(ExitCode::SUCCESS);
    }
    // The instruction set is read once per process, so each needs its own.
    for set in sets {
        if !again_with(&[(SET, set)])? {
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The instruction sets of this processor, the widest first.
fn instruction_sets() -> Vec<&'static str> {
    let mut sets = vec!["baseline"];
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx2") {
            sets.insert(0, "avx2");
        }
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512dq") {
            sets.insert(0, "avx512");
        }
    }
    sets
}

/// Measures everything for one instruction set. Only the widest set fills the largest buffers.
fn measure(set: &'static str, asked: &Asked) -> Fallible<()> {
    let widest = instruction_sets().first() == Some(&set);
    let floors = match set {
        "avx512" => Floors { memory: Some((2.0, 4.0)), cache: Some((2.7, 5.0)) },
        "avx2" => Floors { memory: Some((1.6, 3.0)), cache: None },
        _ => Floors { memory: None, cache: None },
    };
    let sizes: &[(usize, usize, usize)] = match (asked.only_checks, widest) {
        (true, _) => &[(CHECKED, 1, 0), (CHECKED, 2, 0)],
        (false, false) => &[(CACHED, 1, 0), (1 << 24, 1, 7), (1 << 24, 2, 7)],
        (false, true) => &[(CACHED, 1, 0), (1 << 24, 1, 9), (1 << 24, 2, 9), (1 << 26, 1, 5), (1 << 26, 2, 5)],
    };
    for (name, table) in [("f32", singles as fn(&mut Work, &Floors) -> Fallible<()>), ("halves and doubles", others)] {
        let mut headed = false;
        for &(elements, threads, rounds) in sizes {
            if !asked.takes(&format!("{set} {name} 2^{} {threads}", elements.ilog2())) {
                continue;
            }
            if !headed {
                head(&format!("Warm memory, {name}, {set}"));
                headed = true;
            }
            let pace = if elements == CACHED { Pace { rounds: 9, ..Pace::BLOCKS } } else { Pace::single(rounds) };
            table(
                &mut Work { elements, pace: (!asked.only_checks).then_some(pace), threads: Threads::new(threads)? },
                &floors,
            )?;
        }
    }
    Ok(())
}

/// One size with one number of threads.
struct Work {
    elements: usize,
    /// `None` to check results without timing.
    pace: Option<Pace>,
    threads: Threads,
}

impl Work {
    fn row<'a>(&self, ours: &'a str, beside: &'a str, floor: impl Into<Option<f64>>) -> Row<'a> {
        Row { ours, beside, elements: self.elements, threads: self.threads.count, floor: floor.into() }
    }

    /// fanin's fill, with a new seed per call.
    fn fanin<'a, T: Element>(&'a self, initializer: impl Initializer + 'a) -> Fallible<Filler<'a, T>> {
        let param = ParamSpec::new("layers.0.weight", [self.elements])?;
        let distribution = initializer.distribution(&param);
        let mut seed = 0;
        let fill = move |out: &mut [T]| {
            seed += 1;
            let key = Key::new(Seed(seed), param.name());
            Ok(self.threads.run(|| initializer.fill(&param, key, ParamViewMut::whole(out)))?)
        };
        Ok(Filler { name: "fanin", distribution, fill: Box::new(fill) })
    }

    /// A loop over `rand_distr`.
    fn peer<'a, T: Element, R: rand::Rng + rand::SeedableRng + Send + 'a>(
        &'a self,
        name: &'static str,
        distribution: Distribution,
        draw: impl Fn(&mut R) -> T + Copy + Send + Sync + 'a,
    ) -> Filler<'a, T> {
        let mut generators = Loop::<R>::on(self.threads.count);
        let fill = move |out: &mut [T]| {
            self.threads.run(|| generators.fill(out, draw));
            Ok(())
        };
        Filler { name, distribution, fill: Box::new(fill) }
    }

    fn memset<T: Element + bytemuck::Pod>(&self) -> Filler<'_, T> {
        let fill = |out: &mut [T]| {
            self.threads.run(|| memset(self.threads.count, out));
            Ok(())
        };
        let value = bytemuck::pod_read_unaligned::<T>(&[MEMSET_BYTE; 8][..size_of::<T>()]).to_f64();
        Filler { name: "memset", distribution: Distribution::Constant(value), fill: Box::new(fill) }
    }
}

/// A way to fill memory, and the distribution that the values must follow.
struct Filler<'a, T> {
    name: &'static str,
    distribution: Distribution,
    fill: Fill<'a, T>,
}

type Fill<'a, T> = Box<dyn FnMut(&mut [T]) -> Fallible<()> + 'a>;

impl<'a, T: Element> Filler<'a, T> {
    /// Converts the filler to a participant, after checking that it fills the whole memory with values of its
    /// distribution.
    fn checked<S: 'a>(mut self, work: &Work, memory: &mut S, part: fn(&mut S) -> &mut Vec<T>) -> Fallible<Run<'a, S>> {
        let values = part(memory);
        values.fill(T::from_f64(f64::NAN));
        (self.fill)(values)?;
        // An odd stride covers every lane; the end is checked separately.
        let stride = (values.len() >> 18) | 1;
        let mut seen: Vec<f64> = values.iter().step_by(stride).map(|value| value.to_f64()).collect();
        seen.extend(values.iter().rev().take(64).map(|value| value.to_f64()));
        let subject = format!("{} of {} {} on {} threads", self.name, work.elements, T::DTYPE, work.threads.count);
        match &self.distribution {
            Distribution::Constant(value) if seen.iter().any(|seen| seen != value) => {
                return Err(WrongResult { subject, reason: format!("not all values are {value}") }.into());
            }
            Distribution::Constant(_) => (),
            distribution => moments::check_values(&subject, distribution, T::DTYPE, &seen)?,
        }
        Ok(Box::new(move |memory| (self.fill)(part(memory))))
    }
}

/// The participants that share one memory.
struct Group<'a, S> {
    work: &'a Work,
    memory: S,
    runs: Vec<Run<'a, S>>,
}

impl<'a, S: 'a> Group<'a, S> {
    fn add<T: Element>(&mut self, filler: Filler<'a, T>, part: fn(&mut S) -> &mut Vec<T>) -> Fallible<Participant> {
        self.runs.push(filler.checked(self.work, &mut self.memory, part)?);
        Ok(Participant(self.runs.len() - 1))
    }

    /// Prints the rows, or that all checks passed.
    fn print(mut self, rows: &[(Row<'_>, Participant, Participant)]) -> Fallible<()> {
        let Some(pace) = self.work.pace else {
            println!(
                "| {} fills of {} elements on {} threads checked |",
                self.runs.len(),
                self.work.elements,
                self.work.threads.count
            );
            return Ok(());
        };
        let times = turns(pace, &mut self.memory, &mut self.runs)?;
        rows.iter().try_for_each(|(row, ours, beside)| row.print(&times, *ours, *beside))
    }
}

/// Measures normal, truncated and uniform in `f32`.
fn singles(work: &mut Work, floors: &Floors) -> Fallible<()> {
    let work = &*work;
    let whole: fn(&mut Vec<f32>) -> &mut Vec<f32> = |memory| memory;
    let mut group = Group { work, memory: vec![0.0_f32; work.elements], runs: Vec::new() };
    let unit = Distribution::Normal { mean: 0.0, std: 1.0 };
    let side = Distribution::Uniform { low: -0.5, high: 0.5 };

    let memset = group.add(work.memset(), whole)?;
    let normal = group.add(work.fanin(Normal::new(0.0, 1.0)?)?, whole)?;
    let at_two = group.add(work.fanin(TruncatedNormal::new(0.0, 1.0, -2.0, 2.0)?)?, whole)?;
    let lopsided = group.add(work.fanin(TruncatedNormal::new(0.0, 1.0, -0.5, 3.0)?)?, whole)?;
    let tail = group.add(work.fanin(TruncatedNormal::new(0.0, 1.0, 4.0, 6.0)?)?, whole)?;
    // Computed in `f64`, because the probabilities at the bounds are outside the range of `f32`.
    let one_sided = group.add(work.fanin(TruncatedNormal::new(0.0, 1.0, 1.0, f64::INFINITY)?)?, whole)?;
    let far = group.add(work.fanin(TruncatedNormal::new(0.0, 1.0, 8.0, 9.0)?)?, whole)?;
    let uniform = group.add(work.fanin(Uniform::new(-0.5, 0.5)?)?, whole)?;
    let small = group.add(work.peer("SmallRng", unit.clone(), peers::normal::<_, SmallRng>), whole)?;
    let std = group.add(work.peer("StdRng", unit, peers::normal::<_, StdRng>), whole)?;
    let between = rand_distr::Uniform::new(-0.5_f32, 0.5)?;
    let small_uniform =
        group.add(work.peer("SmallRng", side.clone(), move |rng: &mut SmallRng| rng.sample(between)), whole)?;
    let std_uniform = group.add(work.peer("StdRng", side, move |rng: &mut StdRng| rng.sample(between)), whole)?;

    let floors = if work.elements <= CACHED { &floors.cache } else { &floors.memory };
    let [over_small, over_std] = [floors.map(|floors| floors.0), floors.map(|floors| floors.1)];
    group.print(&[
        (work.row("normal", "loop, `SmallRng`", over_small), normal, small),
        (work.row("normal", "loop, `StdRng`", over_std), normal, std),
        (work.row("normal", "memset", None), normal, memset),
        (work.row("truncated, ±2", "our normal", 0.55), at_two, normal),
        (work.row("truncated, -0.5 to 3", "our normal", 0.55), lopsided, normal),
        (work.row("truncated, 4 to 6", "our normal", 0.55), tail, normal),
        (work.row("truncated, 1 to ∞", "our normal", 0.55), one_sided, normal),
        (work.row("truncated, 8 to 9", "our normal", 0.55), far, normal),
        (work.row("truncated, ±2", "memset", None), at_two, memset),
        (work.row("truncated, -0.5 to 3", "memset", None), lopsided, memset),
        (work.row("truncated, 4 to 6", "memset", None), tail, memset),
        (work.row("truncated, 1 to ∞", "memset", None), one_sided, memset),
        (work.row("truncated, 8 to 9", "memset", None), far, memset),
        (work.row("uniform", "our normal", 1.15), uniform, normal),
        (work.row("uniform", "loop, `SmallRng`", None), uniform, small_uniform),
        (work.row("uniform", "loop, `StdRng`", None), uniform, std_uniform),
        (work.row("uniform", "memset", None), uniform, memset),
    ])
}

/// One buffer per type.
struct Memory(Vec<f32>, Vec<f16>, Vec<bf16>, Vec<f64>);

/// Measures the other types: the normal distribution in all of them, the other distributions in 16 bits only.
fn others(work: &mut Work, _: &Floors) -> Fallible<()> {
    let work = &*work;
    let n = work.elements;
    let memory = Memory(vec![0.0; n], vec![f16::ZERO; n], vec![bf16::ZERO; n], vec![0.0; n]);
    let mut group = Group { work, memory, runs: Vec::new() };
    let unit = Normal::new(0.0, 1.0)?;
    let distribution = Distribution::Normal { mean: 0.0, std: 1.0 };

    let single = group.add(work.fanin::<f32>(unit)?, |memory: &mut Memory| &mut memory.0)?;
    let half = group.add(work.fanin::<f16>(unit)?, |memory| &mut memory.1)?;
    let brain = group.add(work.fanin::<bf16>(unit)?, |memory| &mut memory.2)?;
    let double = group.add(work.fanin::<f64>(unit)?, |memory| &mut memory.3)?;
    let std =
        group.add(work.peer("StdRng", distribution.clone(), peers::normal::<_, StdRng>), |memory| &mut memory.3)?;
    let small = group.add(work.peer("SmallRng", distribution, peers::normal::<_, SmallRng>), |memory| &mut memory.3)?;
    let two = TruncatedNormal::new(0.0, 1.0, -2.0, 2.0)?;
    let single_two = group.add(work.fanin::<f32>(two)?, |memory| &mut memory.0)?;
    let half_two = group.add(work.fanin::<f16>(two)?, |memory| &mut memory.1)?;
    let brain_two = group.add(work.fanin::<bf16>(two)?, |memory| &mut memory.2)?;
    let between = Uniform::new(-0.5, 0.5)?;
    let single_between = group.add(work.fanin::<f32>(between)?, |memory| &mut memory.0)?;
    let half_between = group.add(work.fanin::<f16>(between)?, |memory| &mut memory.1)?;
    let brain_between = group.add(work.fanin::<bf16>(between)?, |memory| &mut memory.2)?;
    let memset_half = group.add(work.memset::<f16>(), |memory| &mut memory.1)?;
    let memset_double = group.add(work.memset::<f64>(), |memory| &mut memory.3)?;

    let vectors = std::env::var(SET).is_ok_and(|set| set != "baseline");
    group.print(&[
        (work.row("normal, `f16`", "our normal, `f32`", 0.85), half, single),
        (work.row("normal, `bf16`", "our normal, `f32`", 0.85), brain, single),
        (work.row("truncated, ±2, `f16`", "our truncated, `f32`", 0.85), half_two, single_two),
        (work.row("truncated, ±2, `bf16`", "our truncated, `f32`", 0.85), brain_two, single_two),
        (work.row("uniform, `f16`", "our uniform, `f32`", 0.85), half_between, single_between),
        (work.row("uniform, `bf16`", "our uniform, `f32`", 0.85), brain_between, single_between),
        (work.row("normal, `f64`", "loop, `StdRng`, `f64`", vectors.then_some(1.0)), double, std),
        (work.row("normal, `f64`", "loop, `SmallRng`, `f64`", None), double, small),
        (work.row("normal, `f16`", "memset", None), half, memset_half),
        (work.row("normal, `bf16`", "memset", None), brain, memset_half),
        (work.row("normal, `f64`", "memset", None), double, memset_double),
    ])
}
