//! Progress on stderr, where a person looks; nothing where nobody does.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar that counts lanes. Hidden unless stderr is a terminal.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(super) fn new(lanes: usize) -> Self {
        let bar = ProgressBar::new(lanes as u64);
        if let Ok(style) = ProgressStyle::with_template("training {bar:30} {pos}/{len} networks  {msg}") {
            bar.set_style(style);
        }
        Self { bar }
    }

    pub(super) fn finished(&self, what: &str) {
        self.bar.set_message(what.to_owned());
        self.bar.inc(1);
    }

    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
