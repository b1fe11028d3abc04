//! Errors that describe a parameter by its spec.

use super::ParamSpec;
use crate::error::InitError;

impl InitError {
    /// Creates the error for an unsupported shape. `reason` states the problem and what to do.
    ///
    /// ```
    /// use fanin_core::{InitError, ParamSpec};
    ///
    /// let bias = ParamSpec::new("head.bias", [10])?;
    /// let error = InitError::shape(&bias, "checkerboard", "a vector has no rows; use a matrix");
    /// assert!(error.to_string().starts_with("parameter 'head.bias' of shape [10]"));
    /// # Ok::<(), InitError>(())
    /// ```
    #[must_use]
    pub fn shape(param: &ParamSpec, initializer: &str, reason: impl Into<String>) -> Self {
        Self::Shape {
            name: param.name().to_owned(),
            shape: param.shape().to_vec(),
            initializer: initializer.to_owned(),
            reason: reason.into(),
        }
    }

    /// Creates the error for a name that is not among `specs`.
    #[must_use]
    pub fn unknown(name: &str, specs: &[ParamSpec]) -> Self {
        Self::UnknownParameter {
            name: name.to_owned(),
            known: specs.iter().map(|spec| spec.name().to_owned()).collect(),
        }
    }
}
