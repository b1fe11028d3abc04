//! What is wrong with a text.

use thiserror::Error;

use crate::initializer::ArgumentError;

/// Why a text is no initializer or activation.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum TextError {
    /// The text does not follow the grammar.
    #[error("'{text}': {expected} was expected at '{rest}'")]
    Syntax {
        /// The whole text.
        text: String,
        /// What the grammar asks for.
        expected: &'static str,
        /// What stands there; empty at the end.
        rest: String,
    },
    /// A name that no initializer has.
    #[error("unknown initializer '{name}'; {hint}")]
    UnknownName {
        /// The name.
        name: String,
        /// The nearest name, or all of them.
        hint: String,
    },
    /// An argument that is not declared, or too many.
    #[error("{call} has no argument {argument}; {}", arguments_text(.declared))]
    UnknownArgument {
        /// Whose argument.
        call: String,
        /// The argument.
        argument: String,
        /// What is declared.
        declared: Vec<&'static str>,
    },
    /// An argument that is given twice.
    #[error("{call}: {argument} is given twice; give it once")]
    Twice {
        /// Whose argument.
        call: String,
        /// The argument.
        argument: String,
    },
    /// An argument that has no default is left out.
    #[error("{call}: {argument} is missing; write {call}({argument} = ...)")]
    Missing {
        /// Whose argument.
        call: String,
        /// The argument.
        argument: &'static str,
    },
    /// An argument of the wrong kind.
    #[error("{call}: {argument} = {value} is not {wanted}")]
    Kind {
        /// Whose argument.
        call: String,
        /// The argument.
        argument: &'static str,
        /// Its value, as written.
        value: String,
        /// What it should be.
        wanted: String,
    },
    /// A value that the initializer refuses.
    #[error(transparent)]
    Argument(#[from] ArgumentError),
}

fn arguments_text(declared: &[&str]) -> String {
    if declared.is_empty() { "it takes none".to_owned() } else { format!("its arguments are {}", declared.join(", ")) }
}
