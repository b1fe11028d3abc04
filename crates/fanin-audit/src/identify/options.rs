//! Options of an identification.

use std::ops::RangeInclusive;

use fanin_core::Layout;
use fanin_core::resolve::Pattern;

use crate::judge::named::Named;

/// Options of an identification.
#[derive(Clone, Debug)]
pub struct IdentifyOptions {
    /// Layouts by name pattern; the first match wins. The other layouts are inferred from names and shapes.
    pub layouts: Vec<(Pattern, Layout)>,
    /// Further candidates.
    pub more: Vec<Named>,
    /// The seeds tried when looking for fanin's own values.
    pub seeds: Option<RangeInclusive<u64>>,
}

impl Default for IdentifyOptions {
    /// Inferred layouts and seeds 0 to 100.
    fn default() -> Self {
        Self { layouts: Vec::new(), more: Vec::new(), seeds: Some(0..=100) }
    }
}
