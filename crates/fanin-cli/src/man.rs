//! `fanin man`: prints manual pages.

use std::io::{self, Write};
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};
use fanin_checkpoint::atomic_file::write_atomically;

use crate::arguments::{self, Arguments, Ending, ManArguments};
use crate::console::{self, Console};
use crate::failure::Failure;

pub(crate) fn run(arguments: &ManArguments, console: Console) -> Result<(), Failure> {
    let mut root = Arguments::command().disable_help_subcommand(true);
    root.build();
    let Some(out) = &arguments.out else {
        return console::print_bytes(&page(&root).map_err(Failure::internal)?);
    };
    let commands: Vec<&Command> = root.get_subcommands().chain([&root]).collect();
    for command in &commands {
        let page = page(command).map_err(Failure::internal)?;
        write(&out.join(file_name(command)), &page)?;
    }
    console.report(&format!("wrote {} pages to {}\n", commands.len(), out.display()))
}

/// Returns the file name of a page: `fanin-compare.1` for `fanin compare`.
fn file_name(command: &Command) -> String {
    format!("{}.1", command.get_display_name().unwrap_or_else(|| command.get_name()))
}

fn write(path: &Path, page: &[u8]) -> Result<(), Failure> {
    write_atomically(path, |file| file.write_all(page))
        .map_err(|error| Failure::usage(format!("{} cannot be written: {error}; use another --out", path.display())))
}

/// Formats the page in roff. The end of the help text becomes the sections NOTES and EXAMPLES.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let man = Man::new(command.clone()).manual("fanin manual");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let Ending { notes, examples } = arguments::ending(command.get_name());
    let mut roff = Roff::new();
    if !notes.is_empty() {
        roff.control("SH", ["NOTES"]);
    }
    for line in notes.lines() {
        match line.strip_prefix("  ") {
            None if line.is_empty() => roff.control("PP", []),
            None => roff.text([roman(line)]),
            Some(indented) => roff.control("RS", ["2"]).text([roman(indented)]).control("RE", []),
        };
    }
    roff.control("SH", ["EXAMPLES"]).control("nf", []);
    for example in examples {
        roff.text([roman(*example)]);
    }
    roff.control("fi", []).to_writer(&mut page)?;
    Ok(page)
}
