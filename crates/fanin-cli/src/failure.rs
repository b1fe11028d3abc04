//! Failures of the command: messages and exit codes.

use std::fmt::Display;
use std::io;

use crate::complaint::complain_of_failure;
use crate::plain;

/// A check failed.
pub(crate) const UNMET: u8 = 1;
/// Bad usage or input.
pub(crate) const USAGE: u8 = 2;
/// A bug, or a failure of the system.
pub(crate) const INTERNAL: u8 = 3;

/// The exit code of an interrupted program: 128 plus the signal number.
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

    /// A bug, or a failure of the system.
    pub(crate) fn internal(reason: impl Display) -> Self {
        Self::Message { code: INTERNAL, text: reason.to_string() }
    }

    /// A failure to write to standard output.
    pub(crate) fn output(error: &io::Error) -> Self {
        match error.kind() {
            // The reader of the pipe, such as head, has exited.
            io::ErrorKind::BrokenPipe => Self::Shown { code: 0 },
            _ => Self::usage(format!("cannot write to standard output: {error}")),
        }
    }

    /// Returns the message in one line; empty if all output is already printed.
    pub(crate) fn line(&self) -> String {
        match self {
            Self::Shown { .. } => String::new(),
            Self::Message { text, .. } => line(text),
        }
    }

    /// Prints the message on standard error in one line. Returns the exit code.
    pub(crate) fn report(&self) -> u8 {
        match self {
            Self::Shown { code } => *code,
            Self::Message { code, .. } => {
                complain_of_failure(self.line());
                *code
            }
        }
    }
}

/// Formats a message in one line without control characters.
fn line(text: &str) -> String {
    plain::message(&text.replace(['\n', '\r', '\t'], " "))
}
