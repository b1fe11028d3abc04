//! Progress callbacks of an audit.

/// Progress callbacks.
pub trait Progress: Sync {
    /// Called when `bytes` more bytes of tensors were read.
    fn read(&self, bytes: u64);
    /// Called once, before the spectra are computed, with the total number of operations.
    fn deep(&self, operations: f64);
    /// Called when `operations` more operations are done.
    fn solved(&self, operations: f64);
}

/// Ignores all progress.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn read(&self, _: u64) {}
    fn deep(&self, _: f64) {}
    fn solved(&self, _: f64) {}
}
