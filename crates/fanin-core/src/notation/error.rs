//! Errors of the text form.

use thiserror::Error;

use crate::initializer::ArgumentError;
use crate::message::{alternatives, did_you_mean};

/// An error from parsing a text.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum TextError {
    /// The text does not follow the grammar.
    #[error("{}", syntax_text(.text, .expected, .rest))]
    Syntax {
        /// The whole text.
        text: String,
        /// The expected token.
        expected: &'static str,
        /// The text at that position; empty at the end.
        rest: String,
    },
    /// No initializer has this name.
    #[error("unknown initializer '{name}'; {}", unknown_text(.suggestions, .known))]
    UnknownName {
        /// The name.
        name: String,
        /// Similar names; empty if there are none.
        suggestions: Vec<&'static str>,
        /// All known names.
        known: Vec<&'static str>,
    },
    /// A lone positional number may stand for several arguments.
    #[error("{call}({value}) is ambiguous; write {}", named_text(.call, .value, .candidates))]
    Ambiguous {
        /// The call.
        call: String,
        /// The number, as text.
        value: String,
        /// The arguments it may stand for.
        candidates: Vec<&'static str>,
    },
    /// An argument is unknown, or there are too many.
    #[error("{call} has no argument {argument}; {}", arguments_text(.argument, .declared))]
    UnknownArgument {
        /// The call.
        call: String,
        /// The argument.
        argument: String,
        /// The declared arguments.
        declared: Vec<&'static str>,
    },
    /// An argument is given twice.
    #[error("{call}: {argument} is given twice; use it once")]
    Twice {
        /// The call.
        call: String,
        /// The argument.
        argument: String,
    },
    /// A required argument is missing.
    #[error("{call}: {argument} is missing; write {call}({argument} = ...)")]
    Missing {
        /// The call.
        call: String,
        /// The argument.
        argument: &'static str,
    },
    /// An argument has the wrong type.
    #[error("{call}: {argument} = {value} is not {wanted}")]
    Kind {
        /// The call.
        call: String,
        /// The argument.
        argument: &'static str,
        /// The value, as text.
        value: String,
        /// The expected type.
        wanted: String,
    },
    /// The initializer rejected a value.
    #[error(transparent)]
    Argument(#[from] ArgumentError),
}

fn arguments_text(argument: &str, declared: &[&'static str]) -> String {
    match declared {
        [] => "it takes none".to_owned(),
        _ => {
            let hint = did_you_mean(argument.trim_matches('\''), declared.iter().copied());
            format!("{hint}its arguments are {}", declared.join(", "))
        }
    }
}

fn unknown_text(suggestions: &[&str], known: &[&str]) -> String {
    if suggestions.is_empty() {
        return format!("the initializers are {}", known.join(", "));
    }
    format!("did you mean {}?", alternatives(suggestions.iter().map(|name| format!("'{name}'"))))
}

fn named_text(call: &str, value: &str, candidates: &[&str]) -> String {
    alternatives(candidates.iter().map(|argument| format!("{call}({argument} = {value})")))
}

fn syntax_text(text: &str, expected: &str, rest: &str) -> String {
    if !rest.is_empty() {
        return format!("'{text}': expected {expected} at '{rest}'");
    }
    if text.trim().is_empty() {
        return format!("the text is empty; expected {expected}");
    }
    let closers = closers(text);
    if closers.chars().next().is_some_and(|closer| expected.ends_with(&format!("'{closer}'"))) {
        return format!("'{text}' is not closed; add '{closers}' at the end");
    }
    format!("'{text}' ends too early; expected {expected}")
}

/// Returns the brackets that close those still open at the end of `text`, innermost first.
fn closers(text: &str) -> String {
    let mut open = Vec::new();
    for c in text.chars() {
        match c {
            '(' => open.push(')'),
            '[' => open.push(']'),
            ')' | ']' => drop(open.pop()),
            _ => {}
        }
    }
    open.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::super::Call;

    #[test]
    fn missing_ends_are_reported() {
        for (text, message) in [
            ("normal(std = 1", "'normal(std = 1' is not closed; add ')' at the end"),
            ("packed(eye, parts = [1, 2", "'packed(eye, parts = [1, 2' is not closed; add '])' at the end"),
            ("scaled(center(eye", "'scaled(center(eye' is not closed; add '))' at the end"),
            ("normal(", "'normal(' is not closed; add ')' at the end"),
            ("normal(std =", "'normal(std =' ends too early; expected a value"),
            ("", "the text is empty; expected a name"),
            ("normal(1 2)", "'normal(1 2)': expected ',' or ')' at '2)'"),
        ] {
            assert_eq!(Call::parse(text).map_err(|error| error.to_string()), Err(message.to_owned()));
        }
    }
}
