//! `fanin compare`: trains the same network from different initial weights.

mod flags;
mod report;
mod results;
mod sparkline;
mod table;

use std::io::Write;
use std::path::Path;
use std::thread::available_parallelism;

use fanin_checkpoint::atomic_file::write_atomically;
use fanin_lab::picture;
use fanin_lab::record::{LaneRecord, RunRecord};

use crate::arguments::CompareArguments;
use crate::console::{self, Console};
use crate::failure::Failure;
use crate::prose;
use results::Results;

pub(crate) fn run(arguments: &CompareArguments, console: Console) -> Result<(), Failure> {
    let experiment = flags::experiment(arguments)?;
    experiment.check().map_err(Failure::usage)?;
    // Fail before training rather than after it.
    writable(&arguments.out)?;
    let bar = console.progress(experiment.lanes() as u64, "training {wide_bar} {pos}/{len} networks  {msg}");
    let threads = arguments.threads.or_else(|| available_parallelism().ok().map(usize::from)).unwrap_or(1);
    let finished = |lane: &LaneRecord| {
        bar.set_message(lane.initializer.clone());
        bar.inc(1);
    };
    let run = experiment.run(threads, &finished).map_err(Failure::usage);
    bar.finish_and_clear();
    let run = run?;
    write_all(&arguments.out, &run)?;
    if arguments.json {
        return console::print_json(&Results::of(&run));
    }
    console::print(&report::report(&run, console.width()))?;
    let out = arguments.out.display();
    console.report(&format!(
        "\n{}",
        prose::fitted(&format!("wrote run.json, picture.svg and picture.png to {out}"), console.width())
    ))
}

fn unwritable(out: &Path, reason: impl std::fmt::Display) -> Failure {
    Failure::usage(format!("{} cannot be written: {reason}; use another folder with --out", out.display()))
}

fn writable(out: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(out).map_err(|error| unwritable(out, error))?;
    tempfile::tempfile_in(out).map(drop).map_err(|error| unwritable(out, error))
}

fn write_all(out: &Path, run: &RunRecord) -> Result<(), Failure> {
    let picture = picture::draw(run).map_err(Failure::internal)?;
    let files = [
        ("run.json", run.to_json().map_err(Failure::internal)?.into_bytes()),
        ("picture.svg", picture.svg().as_bytes().to_vec()),
        ("picture.png", picture.png().map_err(Failure::internal)?),
    ];
    for (name, bytes) in files {
        let path = out.join(name);
        write_atomically(&path, |file| file.write_all(&bytes)).map_err(|error| unwritable(&path, error))?;
    }
    Ok(())
}
