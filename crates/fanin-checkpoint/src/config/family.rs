//! A family of models.

use super::error::ConfigError;
use super::fields::Fields;
use super::tensors::Tensors;

/// A family of models.
pub(super) struct Family {
    /// Its names in `model_type`.
    pub(super) model_types: &'static [&'static str],
    /// Its architectures.
    pub(super) architectures: fn(&'static str) -> Vec<&'static str>,
    /// The architecture to use if the configuration names none.
    pub(super) default: fn(&'static str) -> &'static str,
    pub(super) build: fn(&Described<'_>) -> Result<Parts, ConfigError>,
    pub(super) recipe: &'static str,
    /// Field aliases and the family's own field names: the `attribute_map` of its configuration class.
    pub(super) aliases: &'static [(&'static str, &'static str)],
}

/// A configuration with its family and architecture resolved.
pub(super) struct Described<'a> {
    pub(super) model_type: &'static str,
    pub(super) architecture: &'static str,
    pub(super) fields: Fields<'a>,
}

/// The tensors and recipe variables of a configuration.
pub(super) struct Parts {
    pub(super) tensors: Tensors,
    pub(super) settings: Vec<(&'static str, f64)>,
}
