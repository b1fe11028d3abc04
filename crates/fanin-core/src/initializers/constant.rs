//! Constants.

use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::notation::{Elsewhere, Entry, Required, boxed};
use crate::param::{ParamSpec, ParamViewMut};

const VALUE: Required<f64> = Required::new("value");

pub(super) static ZEROS: Entry = Entry {
    name: "zeros",
    aliases: &[],
    arguments: &[],
    summary: "every weight 0; the neurons of a hidden layer stay identical",
    formula: "w = 0",
    distribution: "constant 0: mean 0, std 0",
    shapes: "any",
    errors: "none",
    caution: "not for the weights of hidden layers; right for biases, and for the last layer of a residual branch",
    source: "at the end of a branch: Goyal et al. 2017, section 5.1",
    example: "zeros",
    elsewhere: Elsewhere { torch: "`zeros_`", jax: "`zeros`", keras: "`Zeros`", candle: "`Const`", burn: "`Zeros`" },
    build: |_| boxed(Zeros),
};

pub(super) static ONES: Entry = Entry {
    name: "ones",
    aliases: &["mamba_d"],
    arguments: &[],
    summary: "every weight 1: gains of norms, Mamba's D",
    formula: "w = 1",
    distribution: "constant 1: mean 1, std 0",
    shapes: "any",
    errors: "none",
    caution: "for the gains of normalization layers and Mamba's D, not for weights",
    source: "as gains of norms: Ioffe & Szegedy 2015, algorithm 1; as D: Gu & Dao 2023, section 3.6",
    example: "ones",
    elsewhere: Elsewhere { torch: "`ones_`", jax: "`ones`", keras: "`Ones`", candle: "`Const`", burn: "`Ones`" },
    build: |_| boxed(Ones),
};

pub(super) static CONSTANT: Entry = Entry {
    name: "constant",
    aliases: &[],
    arguments: &[&VALUE],
    summary: "every weight the same value",
    formula: "w = value",
    distribution: "constant: mean value, std 0",
    shapes: "any",
    errors: "a value that is not finite; a value that the element type cannot hold",
    caution: "the neurons of a hidden layer stay identical forever",
    source: "no paper; layer scale: Touvron et al. 2021 (CaiT), equation 4",
    example: "constant(0.5)",
    elsewhere: Elsewhere {
        torch: "`constant_`",
        jax: "`constant`",
        keras: "`Constant`",
        candle: "`Const`",
        burn: "`Constant`",
    },
    build: |arguments| boxed(Constant::new(VALUE.of(arguments)?)?),
};

/// Sets every element to 0. Suitable for biases, but not for the weights of hidden layers: if `f(0) = 0`, a hidden
/// layer whose weights all start at zero never trains.
///
/// Text: `zeros`. Any shape.
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

/// Sets every element to 1, as for the gain of a normalization layer.
///
/// Text: `ones` or `mamba_d`, the skip connection `D` of a state-space layer (Gu & Dao 2023, section 3.6). Any shape.
/// Not for weights: the neurons of a hidden layer would stay identical forever.
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

/// Sets every element to the same value, rounded to the element type. Not for the weights of a hidden layer, whose
/// neurons would stay identical forever.
///
/// Text: `constant(value)`. Any shape. Values that the element type cannot represent are rejected.
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
    /// Creates a constant.
    ///
    /// # Errors
    /// [`ArgumentError`] if the value is not finite.
    pub fn new(value: f64) -> Result<Self, ArgumentError> {
        Ok(Self { value: ArgumentError::finite(CONSTANT.name, VALUE.name, value)? })
    }

    /// Returns the value.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }
}

macro_rules! constant {
    ($type:ty, $self:ident => $value:expr, $printer:expr) => {
        impl Initializer for $type {
            fn fill(&$self, _: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
                out.fill_constant(key, $value)
            }
            fn distribution(&$self, _: &ParamSpec) -> Distribution {
                Distribution::Constant($value)
            }
            fn text(&$self) -> Option<String> {
                Some($printer.finish())
            }
        }
    };
}

constant!(Zeros, self => 0.0, ZEROS.print());
constant!(Ones, self => 1.0, ONES.print());
constant!(Constant, self => self.value, CONSTANT.print().required(&self.value));
