//! The words of the picture: titles, verdicts, outcomes.

use super::number::{count, number, percent, real, short};
use crate::record::{LaneRecord, RunRecord, Spread};

/// The title.
pub(super) const TITLE: &str = "Same network, same data, same batches. Only the initial weights differ.";

/// Describes the experiment.
pub(super) fn subtitle(run: &RunRecord) -> String {
    let arguments = &run.arguments;
    let batch = match arguments.batch {
        Some(samples) => format!("batches of {}", count(samples)),
        None => "all samples at once".to_owned(),
    };
    let parts = [
        format!("{} on {} ({})", network(run), run.data.name, counted(run.data.train, "sample")),
        arguments.optimizer.clone(),
        batch,
        counted(arguments.steps, "step"),
        counted(arguments.seeds.len(), "seed"),
        format!("{} {}", arguments.backend, arguments.dtype),
    ];
    parts.join(" · ")
}

/// Describes the network: `64-32-32-10 tanh`.
pub(super) fn network(run: &RunRecord) -> String {
    let widths: Vec<String> = run.arguments.widths.iter().map(ToString::to_string).collect();
    let mut activations = run.arguments.activations.clone();
    activations.dedup();
    format!("{} {}", widths.join("-"), activations.join(", ")).trim_end().to_owned()
}

/// `1 step`, `1,204 steps`
pub(super) fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(number))
}

/// Returns the verdict of most seeds (the first one on a tie) and how many seeds agree.
pub(super) fn verdict(lanes: &[LaneRecord]) -> (String, usize) {
    let agree = |verdict: &str| lanes.iter().filter(|lane| lane.verdict == verdict).count();
    let mut most = ("", 0);
    for lane in lanes {
        if agree(&lane.verdict) > most.1 {
            most = (&lane.verdict, agree(&lane.verdict));
        }
    }
    (most.0.to_owned(), most.1)
}

/// Explains a verdict in one sentence; `hidden` is whether there is a hidden layer.
pub(super) fn sentence(verdict: &str, hidden: bool) -> &'static str {
    match verdict {
        "diverged" => "The loss explodes.",
        "frozen" => "No gradient reaches the weights, so they never change.",
        "one neuron" => "The neurons of a layer stay equal: at any width, it acts as one neuron.",
        "saturated" => "Activations are on the flat part of the function, so little gradient passes through.",
        "plateau" => "The weights change, but the loss does not fall.",
        "learning" if !hidden => "The loss falls.",
        "learning" => "The neurons differ and the loss falls.",
        _ => "",
    }
}

/// Returns the median of a value over the seeds, and its range if the seeds differ.
pub(super) fn over_seeds(values: &[Option<f64>], print: fn(f64) -> String) -> (String, Option<String>) {
    let Some(spread) = Spread::of(values.iter().copied()) else { return ("–".to_owned(), None) };
    let (low, high) = (print(spread.low), print(spread.high));
    let range = (low != high).then(|| format!("{}–{high}", low.trim_end_matches(" %")));
    (print(spread.median), range)
}

/// Returns the final loss over the training samples.
pub(super) fn final_loss(lanes: &[LaneRecord]) -> (String, Option<String>) {
    over_seeds(&lanes.iter().map(|lane| lane.final_loss).collect::<Vec<_>>(), number)
}

/// Returns the held-out accuracy.
pub(super) fn accuracy(lanes: &[LaneRecord]) -> (String, Option<String>) {
    over_seeds(&lanes.iter().map(|lane| lane.accuracy).collect::<Vec<_>>(), percent)
}

/// Formats the median number of distinct neurons: `1 of 32` per layer. For layers of different widths, `10/10, 5/5` for
/// two, and the sum for more. Empty without hidden layers.
pub(super) fn distinct(lanes: &[LaneRecord]) -> String {
    let Some(first) = lanes.first() else { return "–".to_owned() };
    let layers: Vec<(f64, usize)> = first
        .hidden_neurons
        .iter()
        .enumerate()
        .map(|(layer, width)| {
            let counts = lanes.iter().map(|lane| lane.distinct_neurons.get(layer).map(|distinct| real(*distinct)));
            (Spread::of(counts).map_or(0.0, |spread| spread.median), *width)
        })
        .collect();
    match layers.as_slice() {
        [] => String::new(),
        [(distinct, width), rest @ ..] if rest.iter().all(|other| *other == (*distinct, *width)) => {
            format!("{} of {}", short(*distinct), count(*width))
        }
        [(one, of), (other, of_other)] => {
            format!("{}/{}, {}/{}", short(*one), count(*of), short(*other), count(*of_other))
        }
        all => {
            let sums = all.iter().fold((0.0, 0), |sums, layer| (sums.0 + layer.0, sums.1 + layer.1));
            format!("{} of {}", short(sums.0), count(sums.1))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::made_up::{Story, run};
    use super::*;

    fn lanes(hidden: &[usize], story: Story) -> Vec<LaneRecord> {
        run(&[&[4], hidden, &[2]].concat(), 10, 3, &[("any", story)]).lanes
    }

    #[test]
    fn the_verdict_is_that_of_most_seeds() {
        let mut lanes = lanes(&[3], Story::Learning);
        assert_eq!(verdict(&lanes), ("learning".to_owned(), 3));
        lanes[0].verdict = "plateau".to_owned();
        assert_eq!(verdict(&lanes), ("learning".to_owned(), 2));
        assert_eq!(verdict(&lanes[..2]), ("plateau".to_owned(), 1));
        assert_eq!(verdict(&[]), (String::new(), 0));
    }

    #[test]
    fn every_verdict_has_a_sentence() {
        for story in Story::ALL {
            assert!(!sentence(&lanes(&[3], story)[0].verdict, true).is_empty());
        }
    }

    #[test]
    fn distinct_neurons_by_layer() {
        for (hidden, equal, different) in [
            (&[32, 32, 32][..], "1 of 32", "32 of 32"),
            (&[10, 5], "1/10, 1/5", "10/10, 5/5"),
            (&[1000, 500, 500], "3 of 2,000", "2,000 of 2,000"),
            (&[], "", ""),
        ] {
            assert_eq!(distinct(&lanes(hidden, Story::OneNeuron)), equal);
            assert_eq!(distinct(&lanes(hidden, Story::Learning)), different);
        }
    }

    #[test]
    fn a_range_is_shown_where_seeds_differ_visibly() {
        let shown = |values: &[f64]| over_seeds(&values.iter().map(|value| Some(*value)).collect::<Vec<_>>(), percent);
        assert_eq!(shown(&[0.9, 0.8, 0.95]), ("90 %".to_owned(), Some("80–95 %".to_owned())));
        assert_eq!(shown(&[0.9, 0.900_01]), ("90 %".to_owned(), None));
        assert_eq!(over_seeds(&[None], number), ("–".to_owned(), None));
    }

    #[test]
    fn the_subtitle_says_what_was_trained() {
        let text = subtitle(&run(&[64, 32, 10], 600, 1, &[("zeros", Story::Frozen)]));
        let parts =
            ["64-32-10 tanh", "(1,437 samples)", "sgd(rate = 0.1)", "batches of 64", "600 steps", "1 seed", "f32"];
        assert!(parts.iter().all(|part| text.contains(part)), "{text}");
    }
}
