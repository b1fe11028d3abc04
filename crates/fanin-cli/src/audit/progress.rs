//! Progress on stderr, where a person looks; nothing where nobody does.

use std::io::{self, Write};

use fanin_checkpoint::audit::Progress;
use fanin_checkpoint::reading::Checkpoint;
use indicatif::{ProgressBar, ProgressStyle};

/// A bar of bytes while the weights are read, then one of operations while spectra are computed. Hidden unless stderr is a
/// terminal.
pub(super) struct Shown {
    bytes: ProgressBar,
    operations: ProgressBar,
}

/// Multiplications of one core in a second, roughly: machines differ by a factor of three.
const A_SECOND: f64 = 1e9;

/// Operations that the bar counts as one.
const UNIT: f64 = 1e6;

impl Shown {
    pub(super) fn new(checkpoint: &Checkpoint) -> Self {
        let size =
            |tensor: &fanin_checkpoint::reading::Tensor| tensor.element().bytes(tensor.len()).unwrap_or(0) as u64;
        let bytes = ProgressBar::new(checkpoint.tensors().iter().map(size).sum());
        let style = |bar: &ProgressBar, template: &str| {
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
        };
        style(&bytes, "reading {bar:30} {decimal_bytes}/{decimal_total_bytes}  {decimal_bytes_per_sec}");
        let operations = ProgressBar::hidden();
        style(&operations, "spectra {bar:30} {percent} %  {eta} left");
        Self { bytes, operations }
    }

    pub(super) fn end(&self) {
        self.bytes.finish_and_clear();
        self.operations.finish_and_clear();
    }
}

impl Progress for Shown {
    fn read(&self, bytes: u64) {
        self.bytes.inc(bytes);
    }

    fn deep(&self, operations: f64) {
        self.bytes.finish_and_clear();
        // A sum of nothing is -0.
        let operations = operations.abs();
        let cost =
            format!("--deep: spectra of {operations:.1e} multiplications; a core does about {A_SECOND:.0e} a second");
        // Where nothing can be told nothing is.
        let _ = writeln!(io::stderr(), "fanin: {cost}");
        self.operations.set_draw_target(indicatif::ProgressDrawTarget::stderr());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of f64 saturates")]
        self.operations.set_length((operations / UNIT).ceil() as u64);
    }

    fn solved(&self, operations: f64) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of f64 saturates")]
        self.operations.inc((operations / UNIT).ceil() as u64);
    }
}
