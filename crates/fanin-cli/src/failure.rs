//! How the program ends when it does not succeed.

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

use crate::plain;

/// What was asked to hold does not.
pub(crate) const UNMET: u8 = 1;
/// Bad usage or input.
pub(crate) const USAGE: u8 = 2;
/// A bug, or a machine that failed.
pub(crate) const INTERNAL: u8 = 3;

/// What shells expect of a program that was interrupted: 128 and the signal.
pub(crate) const INTERRUPTED: i32 = 130;

/// Why the program ends early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// One line that names the thing and says what to do.
    Message { code: u8, text: String },
    /// All is said already.
    Shown { code: u8 },
}

impl Failure {
    /// Bad usage or input.
    pub(crate) fn usage(reason: impl Display) -> Self {
        Self::Message { code: USAGE, text: reason.to_string() }
    }

    /// A bug, or a machine that failed.
    pub(crate) fn internal(reason: impl Display) -> Self {
        Self::Message { code: INTERNAL, text: reason.to_string() }
    }

    /// What writing to the terminal or a pipe met.
    pub(crate) fn output(error: &io::Error) -> Self {
        match error.kind() {
            // The reader of the output went away: no error.
            io::ErrorKind::BrokenPipe => Self::Shown { code: 0 },
            _ => Self::usage(format!("the output cannot be written: {error}")),
        }
    }

    /// Says it on stderr, in one line.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::Shown { code } => ExitCode::from(code),
            Self::Message { code, text } => {
                eprintln!("fanin: {}", plain::message(&text.replace(['\n', '\r', '\t'], " ")));
                ExitCode::from(code)
            }
        }
    }
}
