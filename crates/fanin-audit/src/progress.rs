//! Progress callbacks of an audit.

/// Progress callbacks.
pub trait Progress: Sync {
    /// Called after a tensor of this size was read.
    fn read(&self, bytes: u64);
    /// Called once with the total number of operations for the spectra.
    fn deep(&self, operations: f64);
    /// Called after this many of these operations.
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
