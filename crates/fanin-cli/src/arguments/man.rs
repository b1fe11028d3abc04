//! Arguments of `fanin man`.

use std::path::PathBuf;

use clap::Args;

use super::Ending;

pub(super) const ENDING: Ending =
    Ending { notes: "", examples: ["fanin man > fanin.1", "fanin man --out share/man/man1"] };

/// Print the manual page fanin(1), or write the pages of all subcommands to a folder.
#[derive(Debug, Args)]
#[command(after_help = ENDING.short(), after_long_help = ENDING.long())]
pub(crate) struct ManArguments {
    /// Write fanin.1, fanin-compare.1 and so on to this folder, created if missing
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
}
