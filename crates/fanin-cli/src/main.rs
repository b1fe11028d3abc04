//! The `fanin` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    // First, because the environment can be changed only before other threads run.
    fanin_lab::prepare_process();
    fanin_cli::run(std::env::args_os()).into()
}
