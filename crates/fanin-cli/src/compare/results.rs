//! The output of `--json`: the results of every lane, without their series.

use fanin_lab::record::{LaneRecord, RunRecord};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Results<'a> {
    schema: u32,
    lanes: Vec<LaneResult<'a>>,
    control: Vec<LaneResult<'a>>,
}

#[derive(Serialize)]
struct LaneResult<'a> {
    initializer: &'a str,
    seed: u64,
    final_loss: Option<f64>,
    accuracy: Option<f64>,
    train_accuracy: Option<f64>,
    distinct_neurons: &'a [usize],
    hidden_neurons: &'a [usize],
    saturated: Option<f64>,
    verdict: &'a str,
}

impl<'a> From<&'a LaneRecord> for LaneResult<'a> {
    fn from(lane: &'a LaneRecord) -> Self {
        Self {
            initializer: &lane.initializer,
            seed: lane.seed,
            final_loss: lane.final_loss,
            accuracy: lane.accuracy,
            train_accuracy: lane.train_accuracy,
            distinct_neurons: &lane.distinct_neurons,
            hidden_neurons: &lane.hidden_neurons,
            saturated: lane.saturated,
            verdict: &lane.verdict,
        }
    }
}

impl<'a> Results<'a> {
    pub(super) fn of(run: &'a RunRecord) -> Self {
        Self {
            schema: run.schema,
            lanes: run.lanes.iter().map(LaneResult::from).collect(),
            control: run.control.iter().map(LaneResult::from).collect(),
        }
    }
}
