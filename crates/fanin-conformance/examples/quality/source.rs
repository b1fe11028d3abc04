//! Sources of values: the fills of fanin-core, or an impostor.

use fanin_core::Element;
use fanin_core::values::{Stream, TruncatedUnitNormal, WindowError, fill_normal, fill_truncated_normal, fill_uniform};

/// Values by address.
pub(crate) trait Source<T>: Sync {
    /// Fills a window of the parameter `name` under `seed`.
    fn fill(&self, seed: u64, name: &str, start: u64, out: &mut [T]) -> Result<(), WindowError>;
}

/// Uniform values on [0, 1).
#[derive(Debug)]
pub(crate) struct Uniform;

impl<T: Element> Source<T> for Uniform {
    fn fill(&self, seed: u64, name: &str, start: u64, out: &mut [T]) -> Result<(), WindowError> {
        fill_uniform(Stream::values(seed, name), start, out, 0.0, 1.0)
    }
}

/// Unit normal values.
#[derive(Debug)]
pub(crate) struct Normal;

impl<T: Element> Source<T> for Normal {
    fn fill(&self, seed: u64, name: &str, start: u64, out: &mut [T]) -> Result<(), WindowError> {
        fill_normal(Stream::values(seed, name), start, out, 0.0, 1.0)
    }
}

/// Truncated unit normal values.
#[derive(Debug)]
pub(crate) struct Truncated(pub(crate) TruncatedUnitNormal);

impl<T: Element> Source<T> for Truncated {
    fn fill(&self, seed: u64, name: &str, start: u64, out: &mut [T]) -> Result<(), WindowError> {
        fill_truncated_normal(Stream::values(seed, name), start, out, &self.0, 0.0, 1.0)
    }
}
