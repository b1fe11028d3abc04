//! The `fanin` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    fanin_cli::run(std::env::args_os()).into()
}
