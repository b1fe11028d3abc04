//! Command-line arguments of a benchmark.

/// Flags and words after the program's name, as passed on by `cargo bench`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// `--test`: check every result without timing.
    pub only_checks: bool,
    words: Vec<String>,
}

impl Asked {
    /// Reads the arguments of this program. Other flags, such as cargo's `--bench`, are ignored.
    #[must_use]
    pub fn of_this_program() -> Self {
        let (flags, words) = std::env::args().skip(1).partition::<Vec<_>, _>(|argument| argument.starts_with('-'));
        Self { only_checks: flags.iter().any(|flag| flag == "--test"), words }
    }

    /// Returns whether a name contains every word.
    #[must_use]
    pub fn takes(&self, name: &str) -> bool {
        self.words.iter().all(|word| name.contains(word.as_str()))
    }
}
