//! The picture's text alternative for screen readers.

use super::number::count;
use super::wording::{accuracy, counted, distinct, final_loss, network, verdict};
use crate::record::{LaneRecord, RunRecord};

/// Describes the training and the outcome of each start.
pub(super) fn description(run: &RunRecord) -> String {
    let arguments = &run.arguments;
    let trained = format!(
        "The network {} was trained on {} ({} and {} held out) with {} for {} from {}.",
        network(run),
        run.data.name,
        counted(run.data.train, "training sample"),
        count(run.data.held_out),
        arguments.optimizer,
        counted(arguments.steps, "step"),
        counted(arguments.seeds.len(), "seed"),
    );
    let compared = arguments.initializers.iter().enumerate().map(|(index, name)| {
        let lanes = run.lanes_of(index);
        let neurons = match distinct(lanes) {
            none if none.is_empty() => none,
            some => format!(", distinct neurons {some}"),
        };
        format!(" From {name}: {}{neurons}, verdict {}.", ending(lanes), verdict(lanes).0)
    });
    let control = arguments.control.iter().enumerate().map(|(index, name)| {
        format!(" The control, logistic regression from {name}: {}.", ending(run.control_of(index)))
    });
    std::iter::once(trained).chain(compared).chain(control).collect()
}

/// `final loss 2.30, held-out accuracy 10 %`
fn ending(lanes: &[LaneRecord]) -> String {
    format!("final loss {}, held-out accuracy {}", final_loss(lanes).0, accuracy(lanes).0)
}
