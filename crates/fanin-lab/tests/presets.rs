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
#[cfg(feature = "burn")]
fn digits_on_burn() {
    digits("burn".parse().expect("a backend"));
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

/// Logistic regression learns from zeros as from random weights; the network does not. Equal neurons do as well as one line;
/// two that differ do better. Ten seeds, of which one may fail.
#[test]
fn article_on_both_backends() {
    for backend in Backend::built() {
        let experiment = Preset::Article.experiment().expect("a preset");
        let run = run(&Experiment { backend, seeds: (0..10).collect(), ..experiment });
        let accuracy = |lane: &LaneRecord| lane.accuracy.expect("an accuracy");
        let most = |at: usize, verdict: &str, within: std::ops::RangeInclusive<f64>| {
            let lanes = run.lanes_of(at);
            let holds = |lane: &&LaneRecord| lane.verdict == verdict && within.contains(&accuracy(lane));
            let outcomes: Vec<_> = lanes.iter().map(|lane| (&lane.verdict, accuracy(lane))).collect();
            assert!(lanes.iter().filter(holds).count() >= 9, "{backend}, {}: {outcomes:?}", lanes[0].initializer);
        };
        most(0, "frozen", 0.0..=0.6);
        most(1, "one neuron", 0.8..=0.92);
        most(2, "learning", 0.95..=1.0);
        most(3, "saturated", 0.0..=1.0);
        most(4, "learning", 0.95..=1.0);
        let first = run.control[0].final_loss.expect("a loss");
        for lane in &run.control {
            assert!((0.8..=0.92).contains(&accuracy(lane)), "{backend}: {}", accuracy(lane));
            let loss = lane.final_loss.expect("a loss");
            assert!((loss - first).abs() < 1e-6, "{backend}: {loss} and {first}");
        }
    }
}

/// No signal passes ten layers from small weights; scaled to the fans, it does.
#[test]
fn deep_learns_only_from_scaled_weights() {
    let run = run(&Experiment { seeds: vec![0, 1], ..Preset::Deep.experiment().expect("a preset") });
    for (at, verdict) in ["frozen", "plateau", "learning", "learning"].into_iter().enumerate() {
        let lanes = run.lanes_of(at);
        assert_eq!(verdicts(lanes), [verdict], "{}", run.arguments.initializers[at]);
        assert!(lanes.iter().all(|lane| (lane.accuracy > Some(0.4)) == (verdict == "learning")));
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
