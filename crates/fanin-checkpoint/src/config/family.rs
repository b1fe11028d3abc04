//! A family of models: what its file states.

use super::error::ConfigError;
use super::fields::Fields;
use super::tensors::Tensors;

/// What is known of a family of models.
pub(super) struct Family {
    /// Its names in `model_type`.
    pub(super) model_types: &'static [&'static str],
    /// The architectures that it can be built as.
    pub(super) architectures: fn(&'static str) -> Vec<&'static str>,
    /// Which of them a configuration without one describes.
    pub(super) default: fn(&'static str) -> &'static str,
    pub(super) build: fn(&Described<'_>) -> Result<Parts, ConfigError>,
    pub(super) recipe: &'static str,
    /// Other names of fields, and the family's own: the `attribute_map` of its configuration.
    pub(super) aliases: &'static [(&'static str, &'static str)],
}

/// A configuration whose family and architecture are known.
pub(super) struct Described<'a> {
    pub(super) model_type: &'static str,
    pub(super) architecture: &'static str,
    pub(super) fields: Fields<'a>,
}

/// What a family makes of a configuration.
pub(super) struct Parts {
    pub(super) tensors: Tensors,
    pub(super) settings: Vec<(&'static str, f64)>,
}
