//! How tensors are identified.

use std::ops::RangeInclusive;

use fanin_core::Layout;
use fanin_core::plan::Pattern;

use super::named::Named;

/// How tensors are identified.
#[derive(Clone, Debug)]
pub struct IdentifyOptions {
    /// The order of axes of tensors that [`IdentifyOptions::layouts`] says nothing of.
    pub layout: Layout,
    /// Patterns of names with the order of their axes; the first that matches counts.
    pub layouts: Vec<(Pattern, Layout)>,
    /// More initializers to compare with.
    pub more: Vec<Named>,
    /// The seeds that are tried for fanin's own values.
    pub seeds: Option<RangeInclusive<u64>>,
}

impl Default for IdentifyOptions {
    /// `[out, in, k...]`, and the seeds from 0 to 100.
    fn default() -> Self {
        Self { layout: Layout::OutIn, layouts: Vec::new(), more: Vec::new(), seeds: Some(0..=100) }
    }
}
