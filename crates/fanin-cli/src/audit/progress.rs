//! Progress on stderr, where a person looks; nothing where nobody does.

use fanin_checkpoint::audit::Progress;
use fanin_checkpoint::reading::Checkpoint;
use indicatif::{ProgressBar, ProgressStyle};

/// A bar of bytes while the weights are read, then one of operations while spectra are computed. Hidden unless stderr is a
/// terminal.
pub(super) struct Shown {
    bytes: ProgressBar,
    operations: ProgressBar,
}

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
        style(&operations, "spectra {bar:30} {percent} %  {eta} left  {msg}");
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
        self.operations.set_draw_target(indicatif::ProgressDrawTarget::stderr());
        self.operations.set_message(format!("{operations:.1e} operations in all"));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of f64 saturates")]
        self.operations.set_length((operations / UNIT).ceil() as u64);
    }

    fn solved(&self, operations: f64) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of f64 saturates")]
        self.operations.inc((operations / UNIT).ceil() as u64);
    }
}
