//! The human-readable report.

use fanin_lab::record::RunRecord;

use super::table::table;
use crate::number::count;
use crate::prose;

/// Formats the experiment in one line, followed by the table.
pub(super) fn report(run: &RunRecord, width: Option<usize>) -> String {
    let arguments = &run.arguments;
    let join = |numbers: &[usize]| numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join("-");
    let mut activations = arguments.activations.clone();
    activations.dedup();
    let batch = arguments.batch.map_or("all samples".to_owned(), |batch| format!("batches of {batch}"));
    let headline = format!(
        "{} {} on {} ({} training samples, {} held out): {}, {batch}, {} steps, {}, {} on {}\n",
        join(&arguments.widths),
        activations.join(" "),
        run.data.name,
        run.data.train,
        run.data.held_out,
        arguments.optimizer,
        arguments.steps,
        count(arguments.seeds.len(), "seed"),
        arguments.dtype,
        arguments.backend,
    );
    let notes = run.lanes.iter().chain(&run.control).filter_map(|lane| {
        let found = lane.non_finite.as_ref()?;
        Some(format!("{}, seed {}: {found}\n", lane.initializer, lane.seed))
    });
    let notes: String = notes.collect();
    format!("{}\n{}", prose::fitted(&(headline + &notes), width), table(run, width))
}
