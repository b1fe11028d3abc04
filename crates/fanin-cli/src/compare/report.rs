//! The report that a person reads.

use std::io::IsTerminal;
use std::path::Path;

use fanin_lab::record::RunRecord;

use super::table::table;

/// What was compared, the table, and where the files are.
pub(super) fn report(run: &RunRecord, out: &Path) -> String {
    let arguments = &run.arguments;
    let join = |numbers: &[usize]| numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join("-");
    let mut activations = arguments.activations.clone();
    activations.dedup();
    let batch = arguments.batch.map_or("all samples".to_owned(), |batch| format!("batches of {batch}"));
    let headline = format!(
        "{} {} on {} ({} to learn from, {} held out): {}, {batch}, {} steps, {}, {} on {}\n",
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
    let width = std::io::stdout().is_terminal().then(|| comfy_table::Table::new().width()).flatten().map(usize::from);
    let table = table(run, width);
    let notes = run.lanes.iter().chain(&run.control).filter_map(|lane| {
        let found = lane.non_finite.as_ref()?;
        Some(format!("{}, seed {}: {found}\n", lane.initializer, lane.seed))
    });
    let notes: String = notes.collect();
    let out = out.display();
    format!("{headline}{notes}\n{table}\nwritten to {out}: run.json, picture.svg, picture.png\n")
}

/// `1 seed`, `5 seeds`.
fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}
