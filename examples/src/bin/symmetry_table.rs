//! Networks whose weights start equal, and what breaks the symmetry. Every row of the table is checked on both
//! backends, in f32 and f64, and the program fails if one does not hold. "Equal" means bitwise equal; tolerances are
//! stated.
//!
//! `cargo run --release -p fanin-examples --bin symmetry_table`
//!
//! candle queries the number of cores at every matrix product, which takes most of the time here. Set
//! `RAYON_NUM_THREADS=1` to avoid it.

use std::collections::BTreeSet;
use std::error::Error;

use fanin::diagnostics::{Diagnosis, RunningMoments, Share, Snapshot, Update, constant_prediction_loss};
use fanin::lab::data::DataSource;
use fanin::prelude::*;

type Seen = Result<String, Box<dyn Error>>;
type Try = fn() -> Seen;

/// Full-batch steps of gradient descent, enough to count as "forever" in this table.
const STEPS: usize = 250;

const BACKENDS: [&str; 4] = ["ndarray f32", "ndarray f64", "candle f32", "candle f64"];

/// Instantiates a function that is generic over the network for every backend and element type.
macro_rules! everywhere {
    ($row:ident) => {
        [
            $row::<fanin::ndarray::Mlp<f32>>,
            $row::<fanin::ndarray::Mlp<f64>>,
            $row::<fanin::candle::Mlp<f32>>,
            $row::<fanin::candle::Mlp<f64>>,
        ]
    };
}

/// Start, activations, outcome, and the check for every backend.
type Row = (&'static str, &'static str, &'static str, [Try; 4]);

fn rows() -> [Row; 11] {
    [
        ("all zeros", "tanh relu silu gelu", "frozen: only the output bias moves", everywhere!(frozen)),
        (
            "all zeros",
            "sigmoid softplus",
            "one more layer starts learning at each step; one neuron",
            everywhere!(wakes),
        ),
        ("constant 0.1", "all", "learns; one neuron forever", everywhere!(one_neuron)),
        ("constant -0.1", "all", "one neuron forever", everywhere!(one_negative_neuron)),
        ("first layer 0, second random", "tanh", "breaks the symmetry", everywhere!(first_zero_tanh)),
        ("first layer 0, second random", "relu", "frozen", everywhere!(first_zero_relu)),
        ("first random, second 0", "all", "breaks the symmetry from step 1", everywhere!(second_zero)),
        ("(w, b, v) and (-w, -b, -v)", "odd: tanh identity", "stays mirrored", everywhere!(mirrored)),
        ("zeros", "no hidden layer", "fine: same optimum as from random weights", everywhere!(logistic)),
        ("N(0, 0.01^2)", "tanh sigmoid relu", "shallow learns, deep stays on the plateau", everywhere!(small)),
        ("N(0, 10^2)", "sigmoid tanh", "symmetry broken; saturated, so weights move slowly", everywhere!(large)),
    ]
}

fn main() -> Result<(), Box<dyn Error>> {
    fanin::candle::fix_thread_count();
    // Small products gain nothing from more threads, and a single thread keeps the sums of equal neurons in the same
    // order.
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global()?;
    for (start, activations, holds, trials) in rows() {
        println!("{start} | {activations} | {holds}");
        for (backend, trial) in BACKENDS.iter().zip(trials) {
            println!(
                "    {backend:<12} {}",
                trial().map_err(|error| format!("{start}, {activations}, {backend}: {error}"))?
            );
        }
    }
    println!("\nEvery row holds on both backends, in f32 and f64.");
    Ok(())
}

fn frozen<N: Trainable + FromMlpSpec>() -> Seen {
    let data = Points::unbalanced()?;
    let logit = (data.mean() / (1.0 - data.mean())).ln();
    let mut farthest = 0.0_f64;
    for f in [Activation::Tanh, Activation::Relu, Activation::Silu, Activation::Gelu] {
        let run = Run::<N>::new(&[2, 4, 4, 1], f, &all(Zeros), &data)?.steps(STEPS)?;
        for spec in run.network.specs().iter().filter(|spec| spec.name() != "layers.2.bias") {
            let moved = run.network.values(spec.name())?.iter().any(|value| *value != 0.0);
            hold(!moved, || format!("{f}: {} moved", spec.name()))?;
        }
        farthest = farthest.max((run.network.values("layers.2.bias")?[0] - logit).abs());
    }
    hold(farthest < 1e-4, || format!("the output bias is {farthest:e} from logit(mean y)"))?;
    Ok(format!("all else 0; output bias at logit(mean y) = {logit:.4}, to {farthest:.0e}"))
}

fn wakes<N: Trainable + FromMlpSpec>() -> Seen {
    for f in [Activation::Sigmoid, Activation::Softplus] {
        let mut run = Run::<N>::new(&[2, 4, 4, 1], f, &all(Zeros), &Points::unbalanced()?)?;
        for step in 1..=3 {
            run = run.steps(1)?;
            let awake = |layer: usize| Ok::<_, InitError>(run.weights(layer)?.iter().any(|value| *value != 0.0));
            let seen = [awake(0)?, awake(1)?, awake(2)?];
            hold(seen == [step >= 3, step >= 2, true], || format!("{f}: learning after step {step}: {seen:?}"))?;
        }
        run = run.steps(STEPS)?;
        hold(run.distinct()? == [1, 1], || format!("{f}: {:?} distinct neurons", run.distinct()))?;
        let balanced = Run::<N>::new(&[2, 4, 4, 1], f, &all(Zeros), &Points::balanced()?)?.steps(STEPS)?;
        hold(balanced.distinct()? == [1, 1], || format!("{f}: balanced labels make the neurons differ"))?;
    }
    Ok("layers learning after steps 1, 2, 3: 1, 2, 3 of 3; finally 1 distinct of 4 in both hidden layers".to_owned())
}

fn one_neuron<N: Trainable + FromMlpSpec>() -> Seen {
    let data = Points::unbalanced()?;
    let mut worst = 0.0_f64;
    for f in Activation::ALL {
        let run = Run::<N>::new(&[2, 4, 1], f, &weights(Constant::new(0.1)?), &data)?.steps(STEPS)?;
        hold(run.distinct()? == [1], || format!("{f}: {:?} distinct neurons", run.distinct()))?;
        worst = worst.max(run.loss()? / data.constant_loss());
    }
    hold(worst < 0.9, || format!("a loss of {worst} times the constant prediction's means no learning"))?;
    Ok(format!("1 distinct of 4; loss at most {worst:.2} times a constant prediction's"))
}

fn one_negative_neuron<N: Trainable + FromMlpSpec>() -> Seen {
    for f in Activation::ALL {
        let plan = weights(Constant::new(-0.1)?);
        let run = Run::<N>::new(&[2, 4, 1], f, &plan, &Points::unbalanced()?)?.steps(STEPS)?;
        hold(run.distinct()? == [1], || format!("{f}: {:?} distinct neurons", run.distinct()))?;
    }
    Ok("1 distinct of 4".to_owned())
}

fn first_zero() -> Result<Plan, Box<dyn Error>> {
    let plan = Plan::new().rule("*.bias", Zeros).rule("layers.0.weight", Zeros);
    Ok(plan.rule("layers.1.weight", Normal::new(0.0, 1.0)?))
}

fn first_zero_tanh<N: Trainable + FromMlpSpec>() -> Seen {
    let start = Run::<N>::new(&[2, 4, 1], Activation::Tanh, &first_zero()?, &Points::unbalanced()?)?;
    let before = distinct(start.weights(0)?.chunks(2));
    let after = distinct(start.steps(1)?.weights(0)?.chunks(2));
    hold((before, after) == (1, 4), || format!("{before} distinct rows at the start, {after} after a step"))?;
    Ok(format!("distinct rows of the first layer: {before} at the start, {after} after 1 step"))
}

fn first_zero_relu<N: Trainable + FromMlpSpec>() -> Seen {
    let start = Run::<N>::new(&[2, 4, 1], Activation::Relu, &first_zero()?, &Points::unbalanced()?)?;
    let before = [start.weights(0)?, start.weights(1)?];
    let end = start.steps(STEPS)?;
    let after = [end.weights(0)?, end.weights(1)?];
    hold(before == after, || format!("weights moved from {before:?} to {after:?}"))?;
    Ok("no weight moved".to_owned())
}

fn second_zero<N: Trainable + FromMlpSpec>() -> Seen {
    for f in Activation::ALL {
        let plan = Plan::new().rule("*.bias", Zeros).rule("layers.1.weight", Zeros);
        let plan = plan.rule("layers.0.weight", Normal::new(0.0, 1.0)?);
        let start = Run::<N>::new(&[2, 4, 1], f, &plan, &Points::unbalanced()?)?;
        let before = distinct(start.weights(1)?.chunks(1));
        let after = distinct(start.steps(1)?.weights(1)?.chunks(1));
        hold((before, after) == (1, 4), || format!("{f}: {before} outgoing weights, {after} after a step"))?;
    }
    Ok("distinct outgoing weights: 1 at the start, 4 after 1 step".to_owned())
}

/// Fills neuron `2 k + 1` with the negated values of neuron `2 k`, in any parameter of a layer of `neurons` neurons.
#[derive(Debug)]
struct Mirrored {
    neurons: usize,
}

impl Initializer for Mirrored {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let values: Vec<f64> = Normal::new(0.0, 1.0)?.sample(param, key.seed())?;
        let of_neuron = param.len() / self.neurons;
        out.fill_each(|index| {
            let index = usize::try_from(index).unwrap_or(usize::MAX);
            let is_mirror = index / of_neuron % 2 == 1;
            if is_mirror { -values[index - of_neuron] } else { values[index] }
        });
        Ok(())
    }
}

fn mirrored<N: Trainable + FromMlpSpec>() -> Seen {
    for f in [Activation::Tanh, Activation::Identity] {
        let plan = Plan::new().rule("layers.1.bias", Zeros).rule("*", Mirrored { neurons: 4 });
        let run = Run::<N>::new(&[2, 4, 1], f, &plan, &Points::unbalanced()?)?.steps(STEPS)?;
        for (name, of_neuron) in [("layers.0.weight", 2), ("layers.0.bias", 1), ("layers.1.weight", 1)] {
            let values = run.network.values(name)?;
            for pair in values.chunks(2 * of_neuron) {
                let (one, other) = pair.split_at(of_neuron);
                let is_mirror = one.iter().zip(other).all(|(a, b)| *a == -*b);
                hold(is_mirror, || format!("{f}: {name} holds {one:?} and {other:?}"))?;
            }
        }
    }
    Ok("each pair is still each other's negative".to_owned())
}

fn logistic<N: Trainable + FromMlpSpec>() -> Seen {
    let data = Points::balanced()?;
    let from = |plan: Plan| -> Result<Vec<f64>, Box<dyn Error>> {
        Ok(Run::<N>::new(&[2, 1], Activation::Identity, &plan, &data)?.steps(STEPS)?.weights(0)?)
    };
    let (zeros, random) = (from(all(Zeros))?, from(weights(Normal::new(0.0, 1.0)?))?);
    let apart = zeros.iter().zip(&random).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    hold(apart < 1e-3, || format!("weights {zeros:?} from zeros, {random:?} from random"))?;
    Ok(format!("weights {zeros:.3?} from both, to {apart:.0e}"))
}

fn small<N: Trainable + FromMlpSpec>() -> Seen {
    let data = Points::unbalanced()?;
    let (mut worst_shallow, mut best_deep) = (0.0_f64, f64::INFINITY);
    for f in [Activation::Tanh, Activation::Sigmoid, Activation::Relu] {
        let of = |widths: &[usize]| -> Result<f64, Box<dyn Error>> {
            let run = Run::<N>::new(widths, f, &weights(Normal::new(0.0, 0.01)?), &data)?.steps(STEPS)?;
            let distinct = run.distinct()?;
            hold(distinct.iter().all(|distinct| *distinct == 8), || format!("{f}: {distinct:?} distinct neurons"))?;
            Ok(run.loss()? / data.constant_loss())
        };
        let (shallow, deep) = (of(&[2, 8, 1])?, of(&[2, 8, 8, 8, 8, 1])?);
        (worst_shallow, best_deep) = (worst_shallow.max(shallow), best_deep.min(deep));
    }
    hold(worst_shallow < 0.9 && best_deep > 0.99, || {
        format!("losses are {worst_shallow} and {best_deep} times a constant's")
    })?;
    Ok(format!(
        "loss relative to a constant's: at most {worst_shallow:.2} with 1 hidden layer, at least {best_deep:.3} with 4"
    ))
}

fn large<N: Trainable + FromMlpSpec>() -> Seen {
    let data = Points::unbalanced()?;
    let mut seen = Vec::new();
    for f in [Activation::Sigmoid, Activation::Tanh] {
        let of = |plan: Plan| -> Result<(f64, Vec<usize>, f64), Box<dyn Error>> {
            let start = Run::<N>::new(&[2, 8, 8, 1], f, &plan, &data)?;
            let saturated = Diagnosis::of(&start.network, &start.batch)?.saturated().and_then(Share::fraction);
            let before = Snapshot::of(&start.network)?;
            let end = start.steps(STEPS)?;
            let updates = before.updates(&end.network)?;
            let moved = updates.get("layers.0.weight").and_then(Update::ratio).unwrap_or(f64::NAN);
            Ok((saturated.unwrap_or(f64::NAN), end.distinct()?, moved))
        };
        let (saturated, distinct, moved) = of(weights(Normal::new(0.0, 10.0)?))?;
        let (_, _, scaled) = of(weights(glorot_normal()))?;
        hold(distinct == [8, 8], || format!("{f}: {distinct:?} distinct neurons"))?;
        hold(saturated > 0.6, || format!("{f}: {saturated} of the activations are saturated"))?;
        hold(moved < 0.5 * scaled, || format!("{f}: weights moved by {moved}, Glorot's by {scaled}"))?;
        let [saturated, moved, scaled] = [saturated, moved, scaled].map(|share| 100.0 * share);
        seen.push(format!("{f}: {saturated:.0} % saturated, weights moved {moved:.1} % (Glorot's {scaled:.0} %)"));
    }
    Ok(seen.join("; "))
}

fn hold(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

fn all(initializer: impl Initializer + 'static) -> Plan {
    Plan::new().rule("*", initializer)
}

fn weights(initializer: impl Initializer + 'static) -> Plan {
    Plan::new().rule("*.bias", Zeros).rule("*.weight", initializer)
}

/// Counts bitwise distinct rows; -0.0 equals 0.
fn distinct<'a>(rows: impl Iterator<Item = &'a [f64]>) -> usize {
    rows.map(|row| row.iter().map(|value| (value + 0.0).to_bits()).collect::<Vec<_>>()).collect::<BTreeSet<_>>().len()
}

/// Points with classes.
struct Points {
    inputs: Vec<f64>,
    labels: Vec<usize>,
}

impl Points {
    /// Two overlapping clouds with equally many points per class.
    fn balanced() -> Result<Self, Box<dyn Error>> {
        let blobs = "blobs(n = 100)".parse::<DataSource>()?.load()?;
        Ok(Self { inputs: blobs.train().inputs().to_vec(), labels: blobs.train().labels().to_vec() })
    }

    /// The same points, with some labels changed from class 1 to class 0.
    fn unbalanced() -> Result<Self, Box<dyn Error>> {
        let mut points = Self::balanced()?;
        points.labels.iter_mut().step_by(5).for_each(|label| *label = 0);
        Ok(points)
    }

    fn samples(&self) -> Samples<'_> {
        Samples { inputs: &self.inputs, features: 2, targets: Targets::Classes(&self.labels) }
    }

    fn mean(&self) -> f64 {
        let mut moments = RunningMoments::default();
        self.labels.iter().for_each(|label| moments.push(if *label == 0 { 0.0 } else { 1.0 }));
        moments.finish().map_or(f64::NAN, |moments| moments.mean)
    }

    fn constant_loss(&self) -> f64 {
        constant_prediction_loss(Loss::BinaryCrossEntropy, 1, &self.samples().targets).unwrap_or(f64::NAN)
    }
}

/// A network with its batch and optimizer.
struct Run<N: Trainable> {
    network: N,
    batch: N::Batch,
    optimizer: N::Optimizer,
}

impl<N: Trainable + FromMlpSpec> Run<N> {
    fn new(widths: &[usize], activation: Activation, plan: &Plan, data: &Points) -> Result<Self, Box<dyn Error>> {
        let mut network = N::from_spec(&MlpSpec::new(widths, activation, Loss::BinaryCrossEntropy)?)?;
        plan.apply(&mut network, Seed(0))?;
        let batch = network.load(&data.samples())?;
        let optimizer = network.optimizer(&OptimizerSpec::sgd(1.0))?;
        Ok(Self { network, batch, optimizer })
    }

    fn steps(mut self, steps: usize) -> Result<Self, Box<dyn Error>> {
        for _ in 0..steps {
            self.network.step(&self.batch, &mut self.optimizer)?;
        }
        Ok(self)
    }

    fn weights(&self, layer: usize) -> Result<Vec<f64>, InitError> {
        self.network.values(&format!("layers.{layer}.weight"))
    }

    fn distinct(&self) -> Result<Vec<usize>, Box<dyn Error>> {
        Ok(Diagnosis::of(&self.network, &self.batch)?.distinct_neurons())
    }

    fn loss(&self) -> Result<f64, Box<dyn Error>> {
        Ok(Diagnosis::of(&self.network, &self.batch)?.loss.unwrap_or(f64::NAN))
    }
}
