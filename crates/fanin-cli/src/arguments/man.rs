//! Arguments of `fanin man`.

use std::path::PathBuf;

use clap::Args;

use super::Ending;

pub(super) const ENDING: Ending =
    Ending { notes: "", examples: ["fanin man > fanin.1", "fanin man --out share/man/man1"] };

/// Prints the manual page fanin(1), or writes it and the page of every subcommand to a folder.
#[derive(Debug, Args)]
#[command(after_help = ENDING.short(), after_long_help = ENDING.long())]
pub(crate) struct ManArguments {
    /// Write fanin.1, fanin-compare.1 and so on to this folder, which is created if it is missing
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
}
