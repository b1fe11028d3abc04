//! Progress on stderr, where a person looks; nothing where nobody does.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar that counts bytes. Hidden unless stderr is a terminal.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(super) fn new(bytes: u64, quiet: bool) -> Self {
        let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::new(bytes) };
        let template = "filling {wide_bar} {decimal_bytes}/{decimal_total_bytes}  {decimal_bytes_per_sec}  {eta}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar }
    }

    pub(super) fn advance(&self, bytes: u64) {
        self.bar.inc(bytes);
    }

    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
