//! Synthetic records for tests, one story per initializer.

use std::collections::BTreeMap;

use super::number::real;
use crate::record::{
    ActivationHistogram, ArgumentsRecord, DataRecord, Histogram, LaneRecord, NeuronPath, NeuronPaths, RunRecord, SCHEMA,
};

/// The course of a network's training, named after its verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Story {
    Frozen,
    OneNeuron,
    Plateau,
    Saturated,
    Learning,
    Diverged,
}

impl Story {
    pub(super) const ALL: [Self; 6] =
        [Self::Frozen, Self::OneNeuron, Self::Plateau, Self::Saturated, Self::Learning, Self::Diverged];

    fn verdict(self) -> &'static str {
        match self {
            Self::Frozen => "frozen",
            Self::OneNeuron => "one neuron",
            Self::Plateau => "plateau",
            Self::Saturated => "saturated",
            Self::Learning => "learning",
            Self::Diverged => "diverged",
        }
    }

    fn loss(self, part: f64, noise: f64) -> Option<f64> {
        match self {
            Self::Frozen | Self::OneNeuron | Self::Plateau => Some(2.30 + 0.01 * noise),
            Self::Saturated => Some(4.0 + 8.0 * (-9.0 * part).exp() + noise),
            Self::Learning => Some(2.3 * (-3.3 * part).exp() * (1.0 + 0.2 * noise)),
            Self::Diverged => (part < 0.3).then(|| 2.3 * (90.0 * part * part).exp()),
        }
    }

    fn equal_neurons(self) -> bool {
        matches!(self, Self::Frozen | Self::OneNeuron)
    }
}

/// Pseudorandom numbers between -1 and 1 (Steele et al. 2014, section 3).
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        f64::from(u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap()) / f64::from(u32::MAX) * 2.0 - 1.0
    }
}

/// Generates a record for a network of these widths with `seeds` seeds per initializer and two controls that learn.
pub(super) fn run(widths: &[usize], steps: usize, seeds: u64, starts: &[(&str, Story)]) -> RunRecord {
    let hidden = &widths[1..widths.len() - 1];
    let lanes = |starts: &[(&str, Story)], hidden: &[usize]| -> Vec<LaneRecord> {
        let each = |(name, story): &(&str, Story)| {
            (0..seeds).map(|seed| lane(name, *story, seed, hidden, steps)).collect::<Vec<_>>()
        };
        starts.iter().flat_map(each).collect()
    };
    let control = [("zeros", Story::Learning), ("normal(std = 0.01)", Story::Learning)];
    RunRecord {
        schema: SCHEMA,
        arguments: ArgumentsRecord {
            preset: None,
            data: "digits".to_owned(),
            widths: widths.to_vec(),
            activations: vec!["tanh".to_owned(); hidden.len()],
            loss: "softmax_cross_entropy".to_owned(),
            initializers: starts.iter().map(|start| start.0.to_owned()).collect(),
            control: control.iter().map(|start| start.0.to_owned()).collect(),
            backend: "ndarray".to_owned(),
            dtype: "f32".to_owned(),
            optimizer: "sgd(rate = 0.1)".to_owned(),
            batch: Some(64),
            steps,
            seeds: (0..seeds).collect(),
        },
        data: DataRecord {
            name: "handwritten digits".to_owned(),
            source: "UCI Machine Learning Repository, set 80".to_owned(),
            license: "CC BY 4.0".to_owned(),
            train: 1437,
            held_out: 360,
            features: widths[0],
            classes: widths[widths.len() - 1],
        },
        versions: BTreeMap::from([("fanin".to_owned(), "0.1.0".to_owned()), ("values".to_owned(), "1".to_owned())]),
        lanes: lanes(starts, hidden),
        control: lanes(&control, &[]),
    }
}

/// The default record: every story once, three hidden layers.
pub(super) fn default_run() -> RunRecord {
    let starts = [
        ("zeros", Story::Frozen),
        ("constant(0.1)", Story::OneNeuron),
        ("normal(std = 0.01)", Story::Plateau),
        ("normal(std = 10)", Story::Saturated),
        ("glorot_normal", Story::Learning),
    ];
    run(&[64, 32, 32, 32, 10], 600, 5, &starts)
}

fn lane(name: &str, story: Story, seed: u64, hidden: &[usize], steps: usize) -> LaneRecord {
    let mut noise = Noise(seed + 1000 * u64::from(story.verdict().as_bytes()[0]));
    let part = |step: usize| real(step) / real(steps.max(1));
    let end = story.loss(1.0, 0.1 * noise.next());
    let learned = story == Story::Learning;
    LaneRecord {
        initializer: name.to_owned(),
        seed,
        final_loss: end,
        accuracy: end.map(|_| if learned { 0.97 + 0.01 * noise.next() } else { 0.1 }),
        train_accuracy: end.map(|_| if learned { 0.99 } else { 0.1 }),
        distinct_neurons: hidden.iter().map(|width| if story.equal_neurons() { 1 } else { *width }).collect(),
        hidden_neurons: hidden.to_vec(),
        saturated: (!hidden.is_empty()).then_some(if story == Story::Saturated { 0.9 } else { 0.1 }),
        verdict: story.verdict().to_owned(),
        non_finite: end.is_none().then(|| "the loss at step 180".to_owned()),
        steps: (0..steps).collect(),
        losses: (0..steps).map(|step| story.loss(part(step), noise.next())).collect(),
        observations: Vec::new(),
        activations: hidden.iter().enumerate().map(|(layer, _)| activations(layer, story)).collect(),
        paths: hidden.first().filter(|_| seed == 0).map(|width| paths(*width, story, &mut noise)),
    }
}

fn activations(layer: usize, story: Story) -> ActivationHistogram {
    let histogram = |center: f64, width: f64, extreme: f64| {
        let bin = |bin: usize| -1.0 + 2.0 * (real(bin) + 0.5) / 64.0;
        let peak = |x: f64| 1000.0 * (-((x - center) / width).powi(2)).exp();
        let height = |x: f64| peak(x) + extreme * x.powi(6) + if (x - center).abs() < 0.016 { 500.0 } else { 0.0 };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "heights are small and positive")]
        let counts = (0..64).map(|index| height(bin(index)) as u64).collect();
        Histogram { low: -1.0, high: 1.0, counts }
    };
    let (start, end) = match story {
        Story::Frozen => (histogram(0.0, 0.005, 0.0), histogram(0.0, 0.005, 0.0)),
        Story::OneNeuron => (histogram(0.7, 0.1, 0.0), histogram(0.75, 0.05, 0.0)),
        Story::Plateau => (histogram(0.0, 0.1, 0.0), histogram(0.0, 0.08, 0.0)),
        Story::Saturated | Story::Diverged => (histogram(0.0, 0.05, 9000.0), histogram(0.0, 0.01, 9000.0)),
        Story::Learning => (histogram(0.0, 0.4, 0.0), histogram(0.0, 0.5, 1500.0)),
    };
    ActivationHistogram { layer, start, end }
}

fn paths(width: usize, story: Story, noise: &mut Noise) -> NeuronPaths {
    let steps = (0..=40).map(|step| 15 * step).collect::<Vec<_>>();
    let mut path = |count: usize, reach: f64| {
        let (from, to) = ([noise.next(), noise.next()], [reach * noise.next(), reach * noise.next()]);
        let points = (0..steps.len()).map(|step| {
            let part = real(step) / 40.0;
            let bend = 0.3 * reach * (3.0 * part).sin();
            if story == Story::Frozen {
                [0.0, 0.0]
            } else {
                [from[0] + part * to[0] - bend, from[1] + part * to[1] + bend]
            }
        });
        NeuronPath { count, points: points.collect() }
    };
    let neurons = match story {
        Story::Frozen | Story::OneNeuron => vec![path(width, 1.0)],
        Story::Saturated => (0..width).map(|_| path(1, 0.05)).collect(),
        _ => (0..width).map(|_| path(1, 1.0)).collect(),
    };
    let axes = ["direction of widest spread".to_owned(), "second direction".to_owned()];
    NeuronPaths { layer: 0, axes, steps, neurons }
}
