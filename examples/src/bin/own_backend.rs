//! A backend of your own, over plain vectors, in one file: the parameters, the pass and the step of a perceptron without
//! norms or residual blocks. It passes the conformance laws, and one line puts it into the lab beside ndarray. Copy it.
//!
//! `cargo run --release -p fanin-examples --bin own_backend`

use std::error::Error;
use std::ops::ControlFlow;

use fanin::conformance::ConformanceReport;
use fanin::lab::{Backend, Experiment, Preset};
use fanin::network::{
    Capabilities, Event, FromMlpSpec, Layer, Mode, Network, NetworkError, Observer, Outputs, Signal, Stage, Trainable,
};
use fanin::param::Slice;
use fanin::prelude::*;

/// Registers the backend: a name and a network type for each element type.
const OWN: Backend = Backend::new("own").f64::<Mlp>();

/// The perceptron. `values` holds the parameters in the order of the spec: weight `[out, in]` and bias of each layer.
#[derive(Clone, Debug)]
struct Mlp {
    spec: MlpSpec,
    values: Vec<Vec<f64>>,
    mode: Mode,
}

impl FromMlpSpec for Mlp {
    /// Tells the laws what does not apply.
    const CAPABILITIES: Capabilities = Capabilities::PLAIN;

    fn from_spec(spec: &MlpSpec) -> Result<Self, NetworkError> {
        Self::CAPABILITIES.check(spec)?;
        let values = spec.params().iter().map(|param| vec![0.0; param.len()]).collect();
        Ok(Self { spec: spec.clone(), values, mode: Mode::default() })
    }
}

impl Mlp {
    fn place(&self, name: &str) -> Result<usize, InitError> {
        let specs = self.spec.params();
        specs.iter().position(|spec| spec.name() == name).ok_or_else(|| InitError::unknown(name, specs))
    }

    /// Returns the weight and the bias of a layer.
    fn layer(&self, index: usize) -> (&[f64], &[f64]) {
        (&self.values[2 * index], &self.values[2 * index + 1])
    }
}

impl Parameters for Mlp {
    fn specs(&self) -> &[ParamSpec] {
        self.spec.params()
    }

    fn read(&self, name: &str, visit: &mut dyn FnMut(&ParamSpec, ParamView<'_>)) -> Result<(), InitError> {
        let place = self.place(name)?;
        visit(&self.spec.params()[place], ParamView::whole(&self.values[place]));
        Ok(())
    }
}

impl ParametersMut for Mlp {
    fn write(
        &mut self,
        name: &str,
        fill: &mut dyn FnMut(&ParamSpec, ParamViewMut<'_>) -> Result<(), InitError>,
    ) -> Result<(), InitError> {
        let place = self.place(name)?;
        fill(&self.spec.params()[place], ParamViewMut::whole(&mut self.values[place]))
    }
}

/// Samples, as owned lists.
struct Batch {
    inputs: Vec<f64>,
    features: usize,
    targets: Wanted,
}

enum Wanted {
    Classes(Vec<usize>),
    Values(Vec<f64>),
}

/// The inputs, pre-activations and outputs of a layer, row-major `[samples, neurons]`.
struct Pass {
    inputs: Vec<f64>,
    pre: Vec<f64>,
    post: Vec<f64>,
}

fn signal(layer: usize, values: &[f64], neurons: usize) -> Signal<'_> {
    Signal { layer, values: Slice::F64(values), samples: values.len() / neurons, neurons }
}

/// Sends an event if its stage is wanted.
fn show(observer: &mut dyn Observer, stage: Stage, event: Event<'_>) -> ControlFlow<()> {
    if observer.wants(stage) { observer.observe(event) } else { ControlFlow::Continue(()) }
}

impl Mlp {
    /// Refuses the batch of another network.
    fn fits(&self, batch: &Batch) -> Result<(), NetworkError> {
        let (features, inputs) = (batch.features, self.spec.inputs());
        let reason = || format!("{features} features for a network of {inputs} inputs; load the samples again");
        if features == inputs { Ok(()) } else { Err(NetworkError::Samples(reason())) }
    }

    /// Computes `z = W a + b` and `f(z)`, layer by layer.
    fn propagate(&self, batch: &Batch, observer: &mut dyn Observer) -> ControlFlow<(), Vec<Pass>> {
        let (mut passes, mut inputs) = (Vec::new(), batch.inputs.clone());
        for (index, layer) in self.spec.layers().iter().enumerate() {
            let (weight, bias) = self.layer(index);
            let neuron = |row: &[f64], (weights, bias): (&[f64], &f64)| dot(row, weights) + bias;
            let pre: Vec<f64> = inputs
                .chunks_exact(layer.inputs)
                .flat_map(|row| weight.chunks_exact(layer.inputs).zip(bias).map(move |unit| neuron(row, unit)))
                .collect();
            let post: Vec<f64> = pre.iter().map(|z| layer.activation.value(*z)).collect();
            show(observer, Stage::PreActivation, Event::PreActivation(signal(index, &pre, layer.neurons)))?;
            show(observer, Stage::Activation, Event::Activation(signal(index, &post, layer.neurons)))?;
            passes.push(Pass { inputs: std::mem::replace(&mut inputs, post.clone()), pre, post });
        }
        ControlFlow::Continue(passes)
    }

    /// Returns the loss and the gradient of every parameter, in the order of the spec.
    fn differentiate(&self, batch: &Batch, observer: &mut dyn Observer) -> ControlFlow<(), (f64, Vec<Vec<f64>>)> {
        let passes = self.propagate(batch, observer)?;
        let outputs = passes.last().map_or(&batch.inputs, |pass| &pass.post);
        let (loss, mut above) = loss_and_slopes(self.spec.loss(), outputs, self.spec.outputs(), &batch.targets);
        let mut gradients = vec![Vec::new(); self.values.len()];
        for (index, (layer, pass)) in self.spec.layers().iter().zip(&passes).enumerate().rev() {
            let event = Event::ActivationGradient(signal(index, &above, layer.neurons));
            show(observer, Stage::ActivationGradient, event)?;
            let slopes = pass.pre.iter().map(|z| layer.activation.derivative(*z));
            let below: Vec<f64> = above.iter().zip(slopes).map(|(above, slope)| above * slope).collect();
            let event = Event::PreActivationGradient(signal(index, &below, layer.neurons));
            show(observer, Stage::PreActivationGradient, event)?;
            let (by_weight, by_bias, by_input) = self.by_parts(index, layer, pass, &below);
            above = by_input;
            for (place, values) in [(2 * index, by_weight), (2 * index + 1, by_bias)] {
                let param = &self.spec.params()[place];
                let event = Event::ParameterGradient { layer: index, param, values: Slice::F64(&values) };
                show(observer, Stage::ParameterGradient, event)?;
                gradients[place] = values;
            }
        }
        ControlFlow::Continue((loss, gradients))
    }

    /// Computes `dW = dz' a`, `db = sum dz` and `da = dz W`.
    fn by_parts(&self, index: usize, layer: &Layer, pass: &Pass, below: &[f64]) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
        let (weight, _) = self.layer(index);
        let mut by_weight = vec![0.0; weight.len()];
        let mut by_bias = vec![0.0; layer.neurons];
        let mut by_input = vec![0.0; pass.inputs.len()];
        let samples = below.chunks_exact(layer.neurons).zip(pass.inputs.chunks_exact(layer.inputs));
        for ((dz, a), da) in samples.zip(by_input.chunks_exact_mut(layer.inputs)) {
            for (neuron, slope) in dz.iter().enumerate() {
                let row = neuron * layer.inputs..(neuron + 1) * layer.inputs;
                by_bias[neuron] += slope;
                by_weight[row.clone()].iter_mut().zip(a).for_each(|(sum, a)| *sum += slope * a);
                da.iter_mut().zip(&weight[row]).for_each(|(sum, w)| *sum += slope * w);
            }
        }
        (by_weight, by_bias, by_input)
    }
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

#[expect(clippy::cast_precision_loss, reason = "numbers of samples and outputs")]
/// Returns the mean loss and its gradient with respect to the outputs, in numerically stable form.
fn loss_and_slopes(loss: Loss, outputs: &[f64], columns: usize, targets: &Wanted) -> (f64, Vec<f64>) {
    let samples = outputs.len() / columns;
    let single = |z: f64, y: f64| match loss {
        Loss::MeanSquaredError => ((z - y) * (z - y), 2.0 * (z - y)),
        // max(z, 0) - z y + ln(1 + exp(-|z|))
        _ => (z.max(0.0) - z * y + (-z.abs()).exp().ln_1p(), 1.0 / (1.0 + (-z).exp()) - y),
    };
    let pairs: Vec<(f64, f64)> = match targets {
        Wanted::Classes(classes) if loss == Loss::SoftmaxCrossEntropy => {
            let softmax = |(logits, class): (&[f64], &usize)| {
                let greatest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let total: f64 = logits.iter().map(|z| (z - greatest).exp()).sum();
                let loss = total.ln() - (logits[*class] - greatest);
                let slope = |(j, z): (usize, &f64)| (z - greatest).exp() / total - f64::from(u8::from(j == *class));
                let slopes: Vec<f64> = logits.iter().enumerate().map(slope).collect();
                // The loss of the sample, counted once.
                slopes.into_iter().enumerate().map(move |(j, slope)| (if j == 0 { loss } else { 0.0 }, slope))
            };
            outputs.chunks_exact(columns).zip(classes).flat_map(softmax).collect()
        }
        Wanted::Classes(classes) => {
            let target = |class: &usize| f64::from(u8::from(*class != 0));
            outputs.iter().zip(classes).map(|(z, class)| single(*z, target(class))).collect()
        }
        Wanted::Values(values) => {
            let shared = |(loss, slope): (f64, f64)| (loss / columns as f64, slope / columns as f64);
            outputs.iter().zip(values).map(|(z, y)| shared(single(*z, *y))).collect()
        }
    };
    let total: f64 = pairs.iter().map(|(loss, _)| loss).sum();
    (total / samples as f64, pairs.iter().map(|(_, slope)| slope / samples as f64).collect())
}

impl Network for Mlp {
    type Batch = Batch;

    fn layers(&self) -> &[Layer] {
        self.spec.layers()
    }

    fn loss(&self) -> Loss {
        self.spec.loss()
    }

    fn mode(&self) -> Mode {
        self.mode
    }

    fn set_mode(&mut self, mode: Mode) {
        self.mode = mode;
    }

    fn load(&self, samples: &Samples<'_>) -> Result<Batch, NetworkError> {
        samples.check(self.spec.inputs(), self.spec.outputs(), self.spec.loss())?;
        let targets = match samples.targets {
            Targets::Classes(classes) => Wanted::Classes(classes.to_vec()),
            Targets::Values(values) => Wanted::Values(values.to_vec()),
        };
        Ok(Batch { inputs: samples.inputs.to_vec(), features: samples.features, targets })
    }

    fn forward(&self, batch: &Batch, observer: &mut dyn Observer) -> Result<Option<Outputs>, NetworkError> {
        self.fits(batch)?;
        let ControlFlow::Continue(mut passes) = self.propagate(batch, observer) else { return Ok(None) };
        let values = passes.pop().map(|pass| pass.post).unwrap_or_default();
        Ok(Some(Outputs { values, columns: self.spec.outputs() }))
    }
}

/// The optimizer: the first and second moment of every parameter.
struct Optimizer {
    spec: OptimizerSpec,
    moments: Vec<Vec<[f64; 2]>>,
    steps: i32,
}

impl Trainable for Mlp {
    type Optimizer = Optimizer;

    fn optimizer(&self, spec: &OptimizerSpec) -> Result<Optimizer, NetworkError> {
        spec.check()?;
        let moments = self.values.iter().map(|values| vec![[0.0; 2]; values.len()]).collect();
        Ok(Optimizer { spec: *spec, moments, steps: 0 })
    }

    fn gradients(&self, batch: &Batch, observer: &mut dyn Observer) -> Result<Option<f64>, NetworkError> {
        self.fits(batch)?;
        Ok(match self.differentiate(batch, observer) {
            ControlFlow::Continue((loss, _)) => Some(loss),
            ControlFlow::Break(()) => None,
        })
    }

    fn step(&mut self, batch: &Batch, optimizer: &mut Optimizer) -> Result<f64, NetworkError> {
        self.fits(batch)?;
        let sizes = optimizer.moments.iter().map(Vec::len);
        if !sizes.eq(self.values.iter().map(Vec::len)) {
            return Err(NetworkError::Optimizer("it belongs to another network; create it again".to_owned()));
        }
        let ControlFlow::Continue((loss, gradients)) = self.differentiate(batch, &mut fanin::network::Unobserved)
        else {
            return Err(NetworkError::Backend("an unobserved pass ended early".into()));
        };
        optimizer.steps = optimizer.steps.saturating_add(1);
        for ((values, slopes), moments) in self.values.iter_mut().zip(&gradients).zip(&mut optimizer.moments) {
            for ((w, g), [m, v]) in values.iter_mut().zip(slopes).zip(moments) {
                *w -= match optimizer.spec {
                    OptimizerSpec::Sgd { rate, momentum } => {
                        *m = momentum * *m + g;
                        rate * *m
                    }
                    OptimizerSpec::Adam { rate, beta1, beta2, epsilon } => {
                        *m = beta1 * *m + (1.0 - beta1) * g;
                        *v = beta2 * *v + (1.0 - beta2) * g * g;
                        let corrected = |moment: f64, beta: f64| moment / (1.0 - beta.powi(optimizer.steps));
                        rate * corrected(*m, beta1) / (corrected(*v, beta2).sqrt() + epsilon)
                    }
                    _ => return Err(NetworkError::Optimizer("unknown kind; use sgd or adam".to_owned())),
                };
            }
        }
        Ok(loss)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let report = ConformanceReport::of_backend::<Mlp>()?;
    println!("{report}");
    assert!(report.is_conforming(), "a law is violated");

    let article = || Preset::Article.experiment();
    let run = |backend| Experiment { backend, seeds: vec![0, 1], ..article()? }.run(2, &|_| {});
    let (own, ndarray) = (run(OWN)?, run(Backend::default())?);
    println!("{:<24} {:>4} {:>12} {:>12}", "start", "seed", "own", "ndarray");
    for (own, ndarray) in own.lanes.iter().zip(&ndarray.lanes) {
        println!("{:<24} {:>4} {:>12} {:>12}", own.initializer, own.seed, own.verdict, ndarray.verdict);
        assert_eq!(own.verdict, ndarray.verdict, "the backends start from the same bits");
    }
    Ok(())
}
