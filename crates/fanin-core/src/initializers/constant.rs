//! One value for every element.

use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::param::{ParamSpec, ParamViewMut};
use crate::text::Printer;

/// Every element 0: right for biases, and for weights only where nothing is hidden. A hidden layer whose weights all start
/// at zero is, with `f(0) = 0`, frozen for ever.
///
/// Text: `zeros`. Any shape. Never refuses.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::Zeros};
///
/// let bias = ParamSpec::new("bias", [3])?;
/// assert_eq!(Zeros.sample::<f32>(&bias, Seed(0))?, [0.0; 3]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Zeros;

/// Every element 1: the gain of a normalization layer.
///
/// Text: `ones`, also `mamba_d`: the skip connection `D` of a state-space layer (Gu & Dao 2023, section 3.6). Any shape. Never refuses. Not
/// for weights: the neurons of a layer that starts so stay equal for ever.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::Ones};
///
/// let gain = ParamSpec::new("norm.weight", [3])?;
/// assert_eq!(Ones.sample::<f32>(&gain, Seed(0))?, [1.0; 3]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ones;

/// Every element the same value, rounded to the parameter's type. The neurons of a layer that starts so stay equal for ever.
///
/// Text: `constant(value)`. Any shape. A value that the element type cannot hold is refused.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::Constant};
///
/// let layer_scale = ParamSpec::new("ls1.gamma", [2])?;
/// assert_eq!(Constant::new(1e-5)?.sample::<f64>(&layer_scale, Seed(0))?, [1e-5; 2]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constant {
    value: f64,
}

impl Constant {
    /// A constant.
    ///
    /// # Errors
    /// [`ArgumentError`] if the value is not finite.
    pub fn new(value: f64) -> Result<Self, ArgumentError> {
        Ok(Self { value: ArgumentError::finite("constant", "value", value)? })
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }
}

macro_rules! constant {
    ($type:ty, $self:ident => $value:expr, $text:expr) => {
        impl Initializer for $type {
            fn fill(&$self, _: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
                out.fill_constant(key, $value)
            }
            fn distribution(&$self, _: &ParamSpec) -> Distribution {
                Distribution::Constant($value)
            }
            fn text(&$self) -> Option<String> {
                Some($text)
            }
        }
    };
}

constant!(Zeros, self => 0.0, "zeros".to_owned());
constant!(Ones, self => 1.0, "ones".to_owned());
constant!(Constant, self => self.value, Printer::new("constant").required(self.value).finish());
