//! Options of an identification.

use std::ops::RangeInclusive;

use fanin_core::Layout;
use fanin_core::resolve::Pattern;

use super::named::Named;

/// Options of an identification.
#[derive(Clone, Debug)]
pub struct IdentifyOptions {
    /// The layout of tensors that no pattern of [`IdentifyOptions::layouts`] matches.
    pub layout: Layout,
    /// Layouts by name pattern; the first match wins.
    pub layouts: Vec<(Pattern, Layout)>,
    /// Further candidates.
    pub more: Vec<Named>,
    /// The seeds tried when looking for fanin's own values.
    pub seeds: Option<RangeInclusive<u64>>,
}

impl Default for IdentifyOptions {
    /// Layout `[out, in, k...]` and seeds 0 to 100.
    fn default() -> Self {
        Self { layout: Layout::OutIn, layouts: Vec::new(), more: Vec::new(), seeds: Some(0..=100) }
    }
}
