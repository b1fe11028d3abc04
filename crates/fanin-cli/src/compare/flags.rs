//! Builds the experiment from a preset and the options.

use fanin_core::message::did_you_mean;
use fanin_core::text::Call;
use fanin_core::{
    Activation,
    network::{Loss, MlpSpec, OptimizerSpec},
};
use fanin_lab::{Experiment, Preset, Start};

use crate::arguments::{CompareArguments, PresetName};
use crate::failure::Failure;

/// Applies the options to the preset.
pub(super) fn experiment(arguments: &CompareArguments) -> Result<Experiment, Failure> {
    let preset = match arguments.preset {
        None | Some(PresetName::Digits) => Preset::Digits,
        Some(PresetName::Article) => Preset::Article,
        Some(PresetName::Deep) => Preset::Deep,
        Some(PresetName::Lab) => Preset::Lab,
    };
    let mut experiment = preset.experiment().map_err(Failure::internal)?;
    if let Some(data) = &arguments.data {
        experiment.source = data.parse().map_err(Failure::usage)?;
        experiment.data = experiment.source.load().map_err(Failure::usage)?;
    }
    experiment.network = network(arguments, &experiment)?;
    if !arguments.init.is_empty() {
        let texts = arguments.init.iter().flat_map(|list| split(list));
        experiment.starts = texts.map(Start::parse).collect::<Result<_, _>>().map_err(Failure::usage)?;
    }
    experiment.backend = arguments.backend.unwrap_or(experiment.backend);
    experiment.dtype = arguments.dtype.unwrap_or(experiment.dtype);
    experiment.steps = arguments.steps.unwrap_or(experiment.steps);
    experiment.optimizer = optimizer(arguments, experiment.optimizer)?;
    if let Some(batch) = &arguments.batch {
        experiment.batch = self::batch(batch)?;
    }
    if let Some(seeds) = &arguments.seeds {
        experiment.seeds = self::seeds(seeds)?;
    }
    Ok(experiment)
}

/// Builds the network from the options, for the experiment's data.
fn network(arguments: &CompareArguments, experiment: &Experiment) -> Result<MlpSpec, Failure> {
    let preset = &experiment.network;
    let classes = experiment.data.classes().len();
    let features = experiment.data.features();
    let binary = classes == 2 && arguments.widths.as_ref().is_none_or(|widths| widths.last() != Some(&2));
    let (outputs, loss) = if binary { (1, Loss::BinaryCrossEntropy) } else { (classes, Loss::SoftmaxCrossEntropy) };
    let hidden = match (&arguments.widths, &arguments.hidden) {
        (Some(widths), _) => match &widths[..] {
            [first, hidden @ .., last] if (*first, *last) == (features, outputs) => hidden.to_vec(),
            _ => {
                return Err(Failure::usage(format!(
                    "widths {widths:?} do not fit {}: start with its {features} features and end with {outputs} \
                     outputs, \
                     or give only the hidden layers with --hidden",
                    experiment.data.name()
                )));
            }
        },
        (None, Some(hidden)) => hidden.clone(),
        (None, None) => preset.widths()[1..preset.widths().len() - 1].to_vec(),
    };
    let default = preset.layers().first().filter(|layer| layer.is_hidden()).map_or(Activation::Tanh, |l| l.activation);
    let given = arguments.activation.iter().flat_map(|list| split(list));
    let given: Vec<Activation> = given.map(str::parse).collect::<Result<_, _>>().map_err(Failure::usage)?;
    let activations = match &given[..] {
        [] => vec![default; hidden.len()],
        [one] => vec![*one; hidden.len()],
        many => many.to_vec(),
    };
    let widths: Vec<usize> = [features].into_iter().chain(hidden).chain([outputs]).collect();
    MlpSpec::with_activations(widths, &activations, loss).map_err(Failure::usage)
}

/// Builds the optimizer. The learning-rate option takes precedence over the optimizer's own rate.
fn optimizer(arguments: &CompareArguments, preset: OptimizerSpec) -> Result<OptimizerSpec, Failure> {
    let spec = match &arguments.optimizer {
        None => with_rate(preset, arguments.rate.unwrap_or(preset.rate())),
        Some(text) => {
            let call = Call::parse(text).map_err(Failure::usage)?;
            let mut values = call.arguments();
            let mut rate = |default| {
                let written = values.number("rate", default).map_err(Failure::usage)?;
                Ok(arguments.rate.unwrap_or(written))
            };
            let spec = match call.name() {
                "sgd" => {
                    let rate = rate(preset.rate())?;
                    OptimizerSpec::Sgd { rate, momentum: values.number("momentum", 0.0).map_err(Failure::usage)? }
                }
                "adam" => OptimizerSpec::Adam {
                    rate: rate(1e-3)?,
                    beta1: values.number("beta1", 0.9).map_err(Failure::usage)?,
                    beta2: values.number("beta2", 0.999).map_err(Failure::usage)?,
                    epsilon: values.number("epsilon", 1e-8).map_err(Failure::usage)?,
                },
                other => {
                    let near = did_you_mean(other, ["sgd", "adam"]);
                    return Err(Failure::usage(format!(
                        "unknown optimizer '{other}'; {near}the optimizers are sgd and adam"
                    )));
                }
            };
            values.finish().map_err(Failure::usage)?;
            spec
        }
    };
    spec.check().map_err(Failure::usage)?;
    Ok(spec)
}

fn with_rate(spec: OptimizerSpec, rate: f64) -> OptimizerSpec {
    match spec {
        OptimizerSpec::Adam { beta1, beta2, epsilon, .. } => OptimizerSpec::Adam { rate, beta1, beta2, epsilon },
        OptimizerSpec::Sgd { momentum, .. } => OptimizerSpec::Sgd { rate, momentum },
        other => other,
    }
}

fn batch(text: &str) -> Result<Option<usize>, Failure> {
    match text {
        "full" => Ok(None),
        number => number.parse().map(Some).map_err(|_| {
            Failure::usage(format!("batch '{number}' is not a number of samples; use 1 or more, or full"))
        }),
    }
}

/// Parses seeds: `5` means 0 to 4; `3,7,11` lists three seeds.
fn seeds(text: &str) -> Result<Vec<u64>, Failure> {
    let refuse =
        |word: &str| Failure::usage(format!("'{word}' is not a seed; use a number of seeds, or a list such as 3,7,11"));
    let number = |word: &str| word.trim().parse::<u64>().map_err(|_| refuse(word));
    match text.contains(',') {
        true => text.split(',').filter(|word| !word.trim().is_empty()).map(number).collect(),
        false => match number(text)? {
            0 => Err(Failure::usage("seeds = 0 trains no network; use at least 1")),
            count if count > 10_000 => Err(Failure::usage(format!(
                "{count} seeds are too many; use at most 10000, or write '{count},' for that single seed"
            ))),
            count => Ok((0..count).collect()),
        },
    }
}

/// Splits a list at commas outside parentheses.
fn split(list: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_i32, 0);
    for (at, c) in list.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth <= 0 => {
                parts.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&list[start..]);
    parts
}
