//! The presets show what they are designed to show, on both backends.

use fanin_lab::data::PublishedLab;
use fanin_lab::record::{LaneRecord, RunRecord};
use fanin_lab::{Backend, Experiment, Preset};

fn run(experiment: &Experiment) -> RunRecord {
    experiment.run(2, &|_| {}).expect("the preset runs")
}

fn verdicts(lanes: &[LaneRecord]) -> Vec<&str> {
    let mut verdicts: Vec<&str> = lanes.iter().map(|lane| lane.verdict.as_str()).collect();
    verdicts.dedup();
    verdicts
}

/// The digits preset on one backend, with two seeds.
fn digits(backend: Backend) {
    let run = run(&Experiment { backend, seeds: vec![0, 1], ..Preset::Digits.experiment().expect("a preset") });
    let expected = ["frozen", "one neuron", "plateau", "saturated", "learning"];
    for (at, verdict) in expected.into_iter().enumerate() {
        let lanes = run.lanes_of(at);
        assert_eq!(verdicts(lanes), [verdict], "{}", run.arguments.initializers[at]);
        for lane in lanes {
            let accuracy = lane.accuracy.expect("an accuracy");
            assert_eq!(accuracy > 0.9, verdict == "learning", "{}: {accuracy}", lane.initializer);
            let distinct = if at < 2 { [1, 1, 1] } else { [32, 32, 32] };
            assert_eq!(lane.distinct_neurons, distinct, "{}", lane.initializer);
        }
    }
    for at in 0..2 {
        assert_eq!(verdicts(run.control_of(at)), ["learning"]);
        assert!(run.control_of(at).iter().all(|lane| lane.hidden_neurons.is_empty() && lane.accuracy > Some(0.9)));
    }
}

#[test]
fn digits_on_ndarray() {
    digits(Backend::default());
}

#[test]
#[cfg(feature = "candle")]
fn digits_on_candle() {
    digits("candle".parse().expect("a backend"));
}

#[test]
fn small_weights_are_enough_for_one_hidden_layer() {
    let deep = Preset::Digits.experiment().expect("a preset");
    let loss = deep.network.loss();
    let shallow =
        fanin_core::network::MlpSpec::new([64, 32, 10], fanin_core::Activation::Tanh, loss).expect("a network");
    let starts = vec![fanin_lab::Start::parse("normal(std = 0.01)").expect("an initializer")];
    let run = run(&Experiment { network: shallow, starts, seeds: vec![0, 1], ..deep });
    assert_eq!(verdicts(&run.lanes), ["learning"]);
    assert!(run.lanes.iter().all(|lane| lane.accuracy > Some(0.9)));
}

/// Two neurons separate the corners from small random weights; from equal weights, they act as one neuron and fail.
#[test]
fn article_on_both_backends() {
    for backend in Backend::built() {
        let run = run(&Experiment { backend, ..Preset::Article.experiment().expect("a preset") });
        let accuracy = |at: usize| -> Vec<f64> { run.lanes_of(at).iter().filter_map(|lane| lane.accuracy).collect() };
        assert_eq!(verdicts(run.lanes_of(0)), ["frozen"], "{backend}");
        assert_eq!(verdicts(run.lanes_of(1)), ["one neuron"], "{backend}");
        assert!(accuracy(1).iter().all(|accuracy| *accuracy < 0.8), "{backend}: {:?}", accuracy(1));
        assert_eq!(verdicts(run.lanes_of(2)), ["learning"], "{backend}");
        assert!(accuracy(2).iter().all(|accuracy| *accuracy > 0.95), "{backend}: {:?}", accuracy(2));
        let control: Vec<f64> = run.control.iter().filter_map(|lane| lane.final_loss).collect();
        assert!(control.iter().all(|loss| (loss - control[0]).abs() < 1e-6), "{backend}: {control:?}");
    }
}

/// The published accuracies and losses of deeplearning.ai's lab.
#[test]
fn lab_on_both_backends() {
    let published = PublishedLab::load().expect("the lab");
    for backend in Backend::built() {
        let run = run(&Experiment { backend, ..Preset::Lab.experiment().expect("a preset") });
        for (lane, start) in run.lanes.iter().zip(&published.starts) {
            let what = format!("{} on {backend}", start.name);
            assert_eq!(lane.initializer, start.name);
            let percent = |part: Option<f64>| part.map(|part| (part * 1e4).round() / 100.0);
            assert_eq!(percent(lane.train_accuracy), Some(start.train_accuracy), "{what}");
            assert_eq!(percent(lane.accuracy), Some(start.test_accuracy), "{what}");
        }
    }
}
