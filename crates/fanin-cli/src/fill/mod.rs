//! `fanin fill`: writes a checkpoint from a recipe and a seed.

mod model;
mod share;
mod summary;

use std::time::Instant;

use fanin_checkpoint::fill::{Destination, FillOptions, NewCheckpoint};
use fanin_core::Seed;

use crate::arguments::FillArguments;
use crate::console::{self, Console};
use crate::failure::Failure;
use crate::input;
use crate::report::Report;
use model::Model;
pub(crate) use summary::Summary;

pub(crate) fn run(arguments: &FillArguments, console: Console) -> Result<(), Failure> {
    let summary = report(arguments, console)?;
    if arguments.json {
        return console::print_bytes(summary.json()?.as_bytes());
    }
    console.report(&summary.text(console.width()))
}

/// Writes the checkpoint.
pub(crate) fn report(arguments: &FillArguments, console: Console) -> Result<Summary, Failure> {
    let begun = Instant::now();
    if input::is_standard(&arguments.out) {
        return Err(Failure::usage(
            "--out -: a checkpoint cannot be written to standard output; use a folder or a .safetensors file",
        ));
    }
    let Model { entries, recipe, dtype, config } = Model::read(arguments)?;
    let mut checkpoint =
        NewCheckpoint::new(&entries, &recipe, dtype, arguments.max_shard_size).map_err(Failure::usage)?;
    if let Some(config) = config {
        checkpoint = checkpoint.with_config(config);
    }
    let defaults = FillOptions::default();
    let options = FillOptions {
        seed: Seed(arguments.seed),
        share: share::of(arguments, console)?,
        threads: arguments.threads.unwrap_or(defaults.threads),
        force: arguments.force,
    };
    let destination = Destination::of(&arguments.out);
    let template = "filling {wide_bar} {decimal_bytes}/{decimal_total_bytes}  {decimal_bytes_per_sec}  {eta}";
    let bar = console.progress(checkpoint.bytes(options.share), template);
    let written = checkpoint.write(&destination, &options, &|bytes| bar.inc(bytes));
    bar.finish_and_clear();
    let written = written.map_err(Failure::usage)?;
    Ok(Summary { checkpoint, written, options, out: arguments.out.clone(), seconds: begun.elapsed() })
}
