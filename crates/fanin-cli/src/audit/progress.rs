//! Progress of an audit.

use std::sync::OnceLock;

use fanin_audit::Progress;
use fanin_checkpoint::reading::{Checkpoint, Tensor};
use indicatif::ProgressBar;

use crate::console::Console;

/// A bar of bytes while weights are read, then a bar of operations while spectra are computed.
pub(super) struct Shown {
    console: Console,
    bytes: ProgressBar,
    operations: OnceLock<ProgressBar>,
}

/// The approximate number of multiplications per second of one core; machines differ by a factor of three.
const A_SECOND: f64 = 1e9;

/// The number of operations that the bar counts as one unit.
const UNIT: f64 = 1e6;

impl Shown {
    pub(super) fn new(checkpoint: &Checkpoint, console: Console) -> Self {
        let size = |tensor: &Tensor| tensor.element().bytes(tensor.len()).unwrap_or(0) as u64;
        let template = "reading {wide_bar} {decimal_bytes}/{decimal_total_bytes}  {decimal_bytes_per_sec}";
        let bytes = console.progress(checkpoint.tensors().iter().map(size).sum(), template);
        Self { console, bytes, operations: OnceLock::new() }
    }

    pub(super) fn end(&self) {
        self.bytes.finish_and_clear();
        if let Some(operations) = self.operations.get() {
            operations.finish_and_clear();
        }
    }
}

impl Progress for Shown {
    fn read(&self, bytes: u64) {
        self.bytes.inc(bytes);
    }

    fn deep(&self, operations: f64) {
        self.bytes.finish_and_clear();
        // An empty sum is -0.
        let operations = operations.abs();
        self.console.note(format!(
            "--deep: spectra of {operations:.1e} multiplications; a core does about {A_SECOND:.0e} per second"
        ));
        let template = "spectra {wide_bar} {percent} %  {eta} left";
        self.operations.get_or_init(|| self.console.progress(units(operations), template));
    }

    fn solved(&self, operations: f64) {
        if let Some(bar) = self.operations.get() {
            bar.inc(units(operations));
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of f64 saturates")]
fn units(operations: f64) -> u64 {
    (operations / UNIT).ceil() as u64
}
