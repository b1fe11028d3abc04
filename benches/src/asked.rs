//! What was asked for on the command line.

/// Flags and words after the program's name, as `cargo bench` hands them on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// `--test`: check every result and time nothing.
    pub only_checks: bool,
    words: Vec<String>,
}

impl Asked {
    /// Of this program. Other flags, such as cargo's `--bench`, say nothing.
    #[must_use]
    pub fn of_this_program() -> Self {
        let (flags, words) = std::env::args().skip(1).partition::<Vec<_>, _>(|argument| argument.starts_with('-'));
        Self { only_checks: flags.iter().any(|flag| flag == "--test"), words }
    }

    /// Whether a name has every word.
    #[must_use]
    pub fn takes(&self, name: &str) -> bool {
        self.words.iter().all(|word| name.contains(word.as_str()))
    }
}
