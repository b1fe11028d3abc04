//! What a backend can build from an [`MlpSpec`].

use super::{MlpSpec, NetworkError};

/// The parts of a perceptron that a backend supports: [`FromMlpSpec::CAPABILITIES`](super::FromMlpSpec::CAPABILITIES).
///
/// The conformance laws skip what a backend lacks, except that it must refuse such a spec.
///
/// ```
/// use fanin_core::{Activation, network::{Capabilities, Loss, MlpSpec, Norm}};
///
/// let spec = MlpSpec::new([2, 4, 1], Activation::Tanh, Loss::BinaryCrossEntropy)?;
/// assert!(Capabilities::PLAIN.check(&spec).is_ok());
/// let error = Capabilities::PLAIN.check(&spec.norm(Norm::layer())?).unwrap_err().to_string();
/// assert_eq!(error, "network: this backend has no layer normalization; use a spec without it, or another backend");
/// # Ok::<(), fanin_core::network::NetworkError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "independent capabilities")]
pub struct Capabilities {
    /// Layer normalization.
    pub layer_norm: bool,
    /// Batch normalization, with its running statistics: parameters of [`Role::Buffer`](crate::Role::Buffer).
    pub batch_norm: bool,
    /// Residual blocks `x + f(z)`.
    pub residual: bool,
    /// The scale and the input bias of residual blocks.
    pub block_scalars: bool,
}

impl Capabilities {
    /// Everything: the default.
    pub const ALL: Self = Self { layer_norm: true, batch_norm: true, residual: true, block_scalars: true };

    /// Linear layers and activations only.
    pub const PLAIN: Self = Self { layer_norm: false, batch_norm: false, residual: false, block_scalars: false };

    /// Returns the first part of a spec that is not supported, by name; `None` if all are.
    #[must_use]
    pub fn lacks(self, spec: &MlpSpec) -> Option<&'static str> {
        let layers = spec.layers();
        let norm =
            |batch: bool| layers.iter().filter_map(|layer| layer.norm.as_ref()).any(|n| n.norm.is_batch() == batch);
        let leaf = |param: &crate::ParamSpec| param.name().rsplit('.').next().map(str::to_owned);
        let scalar = |param| matches!(leaf(param).as_deref(), Some("scale" | "input_bias"));
        if !self.layer_norm && norm(false) {
            Some("layer normalization")
        } else if !self.batch_norm && norm(true) {
            Some("batch normalization")
        } else if !self.residual && layers.iter().any(|layer| layer.skip.is_some()) {
            Some("residual blocks")
        } else if !self.block_scalars && spec.params().iter().any(scalar) {
            Some("scales and input biases of residual blocks")
        } else {
            None
        }
    }

    /// Refuses a spec with an unsupported part, for [`FromMlpSpec::from_spec`](super::FromMlpSpec::from_spec).
    ///
    /// # Errors
    /// [`NetworkError::Spec`], which names the part.
    pub fn check(self, spec: &MlpSpec) -> Result<(), NetworkError> {
        let Some(part) = self.lacks(spec) else { return Ok(()) };
        let reason = format!("this backend has no {part}; use a spec without it, or another backend");
        Err(NetworkError::Spec(reason))
    }
}
