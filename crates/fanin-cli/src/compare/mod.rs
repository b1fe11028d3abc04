//! `fanin compare`: the same network from different starts.

mod flags;
mod progress;
mod report;
mod results;
mod sparkline;
mod table;

use std::path::Path;
use std::thread::available_parallelism;

use fanin_lab::record::RunRecord;
use fanin_lab::{picture, write_whole};

use crate::arguments::CompareArguments;
use crate::failure::Failure;
use crate::page;
use progress::Progress;

pub(crate) fn run(arguments: &CompareArguments) -> Result<(), Failure> {
    let experiment = flags::experiment(arguments)?;
    experiment.check().map_err(Failure::usage)?;
    // What cannot be written is better known before the work than after it.
    writable(&arguments.out)?;
    let progress = Progress::new(experiment.lanes());
    let threads = arguments.threads.or_else(|| available_parallelism().ok().map(usize::from)).unwrap_or(1);
    let run = experiment.run(threads, &|lane| progress.finished(&lane.initializer)).map_err(Failure::usage);
    progress.end();
    let run = run?;
    write_all(&arguments.out, &run)?;
    if arguments.json {
        return page::print(&results::json(&run)?);
    }
    page::print(&report::report(&run, &arguments.out))
}

fn unwritable(out: &Path, reason: impl std::fmt::Display) -> Failure {
    Failure::usage(format!("{}: {reason}; give a folder that can be written with --out", out.display()))
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
        write_whole(&path, |path| std::fs::write(path, &bytes)).map_err(|error| unwritable(&path, error))?;
    }
    Ok(())
}
