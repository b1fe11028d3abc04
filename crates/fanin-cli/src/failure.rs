//! Failures of the command: messages and exit codes.

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

use crate::complaint::complain;
use crate::plain;

/// A check failed.
pub(crate) const UNMET: u8 = 1;
/// Bad usage or input.
pub(crate) const USAGE: u8 = 2;
/// A bug, or a machine that failed.
pub(crate) const INTERNAL: u8 = 3;

/// The exit code of an interrupted program: 128 and the number of the signal.
pub(crate) const INTERRUPTED: i32 = 130;

/// The reason why the command ends early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// One line: the problem, the value seen, what to do.
    Message { code: u8, text: String },
    /// All output is already printed.
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

    /// An error of writing to standard output.
    pub(crate) fn output(error: &io::Error) -> Self {
        match error.kind() {
            // The reader of the pipe, such as head, has closed it.
            io::ErrorKind::BrokenPipe => Self::Shown { code: 0 },
            _ => Self::usage(format!("cannot write to standard output: {error}")),
        }
    }

    /// Prints it on standard error, in one line.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::Shown { code } => ExitCode::from(code),
            Self::Message { code, text } => {
                complain(plain::message(&text.replace(['\n', '\r', '\t'], " ")));
                ExitCode::from(code)
            }
        }
    }
}
