//! Arguments of `fanin completions`.

use clap::Args;
use clap_complete::Shell;

use super::Ending;

pub(super) const ENDING: Ending = Ending {
    notes: "\
Where the script goes:
  bash        ~/.local/share/bash-completion/completions/fanin
  zsh         a folder of $fpath, as _fanin
  fish        ~/.config/fish/completions/fanin.fish
  powershell  a file that $PROFILE runs
",
    examples: ["fanin completions bash > fanin.bash", "fanin completions zsh > _fanin"],
};

/// Print a shell completion script.
#[derive(Debug, Args)]
#[command(after_help = ENDING.short(), after_long_help = ENDING.long())]
#[command(override_usage = "\
fanin completions [OPTIONS]
       <SHELL>")]
pub(crate) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}
