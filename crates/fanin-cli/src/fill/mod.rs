//! `fanin fill`: a whole checkpoint from a recipe and a seed.

mod model;
mod progress;
mod share;
mod summary;

use std::time::Instant;

use fanin_checkpoint::fill::{Destination, FillOptions, NewCheckpoint};
use fanin_core::Seed;

use crate::arguments::FillArguments;
use crate::failure::Failure;
use crate::page;
use model::Model;
use progress::Progress;
use summary::Summary;

pub(crate) fn run(arguments: &FillArguments) -> Result<(), Failure> {
    let begun = Instant::now();
    let Model { entries, recipe, settings, dtype, config } = Model::read(arguments)?;
    let mut checkpoint =
        NewCheckpoint::new(&entries, &recipe, &settings, dtype, arguments.max_shard_size).map_err(Failure::usage)?;
    if let Some(config) = config {
        checkpoint = checkpoint.with_config(config);
    }
    let defaults = FillOptions::default();
    let options = FillOptions {
        seed: Seed(arguments.seed),
        share: share::of(arguments)?,
        threads: arguments.threads.unwrap_or(defaults.threads),
        force: arguments.force,
    };
    let destination = Destination::of(&arguments.out);
    let progress = Progress::new(checkpoint.bytes(options.share), arguments.quiet);
    let written = checkpoint.write(&destination, &options, &|bytes| progress.advance(bytes));
    progress.end();
    let written = written.map_err(Failure::usage)?;
    let summary = Summary { checkpoint: &checkpoint, written, options, out: &arguments.out, seconds: begun.elapsed() };
    if arguments.json {
        return page::print(&summary.json()?);
    }
    if arguments.quiet { Ok(()) } else { page::print(&summary.text()) }
}
