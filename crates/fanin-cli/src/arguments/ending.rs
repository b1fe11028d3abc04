//! The end of a help text: notes, then two examples.

use crate::{console, prose};

/// Separates a line of an example from its continuation.
const CONTINUED: &str = " \\\n      ";

/// The maximum width of a help text.
const WIDEST: usize = 100;

/// The end of a subcommand's help.
pub(crate) struct Ending {
    /// Paragraphs shown only by `--help`; may be empty.
    pub(crate) notes: &'static str,
    /// Command lines that can be run as written.
    pub(crate) examples: [&'static str; 2],
}

impl Ending {
    /// Formats the end of `-h`.
    pub(crate) fn short(&self) -> String {
        let examples = self.examples.map(|example| wrapped(example, width()));
        format!("Examples:\n  {}\n  {}", examples[0], examples[1])
    }

    /// Formats the end of `--help`.
    pub(crate) fn long(&self) -> String {
        if self.notes.is_empty() {
            return self.short();
        }
        format!("{}\n{}", prose::fitted(self.notes, Some(width())), self.short())
    }
}

/// The width of help texts: that of the terminal, at most 100.
pub(crate) fn width() -> usize {
    console::terminal_width().unwrap_or(WIDEST).min(WIDEST)
}

/// Wraps a command line at its options, with backslashes so that it can still be pasted.
fn wrapped(example: &str, width: usize) -> String {
    let mut text = String::new();
    let mut column = 2;
    for (at, word) in words(example).into_iter().enumerate() {
        let length = prose::columns(&word);
        // Includes the space before the word and the backslash after it.
        if at > 0 && column + length + 3 > width {
            text.push_str(CONTINUED);
            column = 6;
        } else if at > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(&word);
        column += length;
    }
    text
}

/// Splits a command line into words, keeping quoted text together, and an option with its value.
fn words(example: &str) -> Vec<String> {
    let mut quoted = false;
    let mut words: Vec<String> = Vec::new();
    let parts = example.split(|c| {
        quoted ^= c == '\'';
        c == ' ' && !quoted
    });
    for word in parts {
        let is_value = !word.starts_with(['-', '>', '|']);
        match words.last_mut() {
            Some(option) if is_value && option.starts_with("--") && !option.contains(' ') => {
                option.push(' ');
                option.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_break_before_options() {
        let example = "fanin sample --init 'normal(std = 0.02)' --shape 4,4 --json > a.txt";
        let narrow = wrapped(example, 40);
        assert_eq!(narrow, "fanin sample \\\n      --init 'normal(std = 0.02)' \\\n      --shape 4,4 --json > a.txt");
        assert_eq!(wrapped(example, 100), example);
    }
}
