//! Named variants of variance scaling: Glorot's, He's, LeCun's and `PyTorch`'s.

use super::choices::{FanMode, ScalingDistribution};
use super::scaling::{GAIN, MODE, VarianceScaling};
use crate::notation::{Elsewhere, Entry, boxed};

/// A named combination of scale, mode and distribution.
pub(super) struct Name {
    of: VarianceScaling,
    /// Whether the name covers every mode; the mode is then an argument.
    pub(super) any_mode: bool,
    pub(super) entry: &'static Entry,
}

/// Returns the name of a variance scaling, if it has one. Ignores the gain.
pub(super) fn name(scaling: &VarianceScaling) -> Option<&'static Name> {
    NAMES.iter().find(|name| {
        let VarianceScaling { scale, mode, distribution, .. } = name.of;
        scaling.scale.to_bits() == scale.to_bits()
            && scaling.distribution == distribution
            && (name.any_mode || scaling.mode == mode)
    })
}

/// One third; three times this value is exactly 1.
const THIRD: f64 = 1.0 / 3.0;

const SHAPES: &str = "two or more axes, with a stated layout";
const ERRORS: &str =
    "gain below 0; a shape of fewer than two axes, an axis of length 0, no stated layout, groups that do not divide";

/// Defines the constructor of a name, as a method and as a function.
macro_rules! constructor {
    ($(#[$doc:meta])* $name:ident($scale:expr, $mode:ident, $distribution:ident), $variance:literal $std:literal $not:literal) => {
        impl VarianceScaling {
            $(#[$doc])*
            #[must_use]
            pub const fn $name() -> Self {
                let (mode, distribution) = (FanMode::$mode, ScalingDistribution::$distribution);
                Self { scale: $scale, gain: GAIN.default, mode, distribution }
            }
        }

        #[doc = concat!("Mean 0, variance `", $variance, "`: [`VarianceScaling::", stringify!($name), "`], as a \
         function. ", $not)]
        ///
        /// ```
        #[doc = concat!("use fanin_core::{Initializer, Layout, ParamSpec, initializers::", stringify!($name), "};")]
        ///
        /// let weight = ParamSpec::new("w", [128, 256])?.with_layout(Layout::OutIn);
        #[doc = concat!("let std = ", stringify!($name), "().distribution(&weight).std().unwrap_or(0.0);")]
        #[doc = concat!("assert!((std - ", $std, ").abs() < 1e-15);")]
        /// # Ok::<(), fanin_core::InitError>(())
        /// ```
        #[must_use]
        pub const fn $name() -> VarianceScaling {
            VarianceScaling::$name()
        }
    };
}

constructor! {
    /// Variance `2 / (fan_in + fan_out)`, normal (Glorot & Bengio 2010, eq. 12).
    glorot_normal(1.0, FanAvg, Normal),
    "2 / (fan_in + fan_out)" "(2.0_f64 / 384.0).sqrt()"
    "Not for deep `ReLU` networks, which lose half of the variance at each layer."
}

pub(super) static GLOROT_NORMAL: Entry = Entry {
    name: "glorot_normal",
    aliases: &["xavier_normal"],
    arguments: &[&GAIN],
    summary: "normal with variance gain^2 * 2 / (fan_in + fan_out); for tanh and other odd activations",
    formula: "std = gain sqrt(2 / (fan_in + fan_out))",
    distribution: "normal: mean 0, variance gain^2 2 / (fan_in + fan_out); not truncated",
    shapes: SHAPES,
    errors: ERRORS,
    caution: "in deep ReLU networks the signal vanishes: each layer loses half of the variance",
    source: "Glorot & Bengio 2010, equation 12",
    example: "glorot_normal",
    elsewhere: Elsewhere {
        torch: "`xavier_normal_`[^guessed]",
        jax: "`glorot_normal`[^cut]",
        keras: "`GlorotNormal`[^cut]",
        burn: "`XavierNormal`",
        ..Elsewhere::NONE
    },
    build: |arguments| boxed(VarianceScaling::glorot_normal().gain_of(arguments)?),
};

constructor! {
    /// Uniform on `±sqrt(6 / (fan_in + fan_out))` (Glorot & Bengio 2010, eq. 16).
    glorot_uniform(1.0, FanAvg, Uniform),
    "2 / (fan_in + fan_out)" "(2.0_f64 / 384.0).sqrt()"
    "Not for deep `ReLU` networks, which lose half of the variance at each layer."
}

pub(super) static GLOROT_UNIFORM: Entry = Entry {
    name: "glorot_uniform",
    aliases: &["xavier_uniform"],
    arguments: &[&GAIN],
    summary: "uniform with variance gain^2 * 2 / (fan_in + fan_out)",
    formula: "limit = gain sqrt(6 / (fan_in + fan_out))",
    distribution: "uniform: mean 0, variance gain^2 2 / (fan_in + fan_out)",
    shapes: SHAPES,
    errors: ERRORS,
    caution: "in deep ReLU networks the signal vanishes: each layer loses half of the variance",
    source: "Glorot & Bengio 2010, equation 16",
    example: "glorot_uniform",
    elsewhere: Elsewhere {
        torch: "`xavier_uniform_`[^guessed]",
        jax: "`glorot_uniform`",
        keras: "`GlorotUniform`",
        burn: "`XavierUniform`",
        ..Elsewhere::NONE
    },
    build: |arguments| boxed(VarianceScaling::glorot_uniform().gain_of(arguments)?),
};

constructor! {
    /// Variance `2 / fan_in`, normal (He et al. 2015, eq. 10).
    he_normal(2.0, FanIn, Normal),
    "2 / fan_in" "(2.0_f64 / 256.0).sqrt()"
    "For `ReLU`; other activations need another factor."
}

pub(super) static HE_NORMAL: Entry = Entry {
    name: "he_normal",
    aliases: &["kaiming_normal"],
    arguments: &[&GAIN, &MODE],
    summary: "normal with variance gain^2 * 2 / fan_in; for ReLU",
    formula: "std = gain sqrt(2 / n), n the fan of the mode",
    distribution: "normal: mean 0, variance gain^2 2 / n; not truncated",
    shapes: SHAPES,
    errors: ERRORS,
    caution: "the factor 2 is for ReLU only; residual branches need a smaller gain",
    source: "He et al. 2015, equation 10; with fan_out equation 14",
    example: "he_normal",
    elsewhere: Elsewhere {
        torch: "`kaiming_normal_`[^guessed]",
        jax: "`he_normal`[^cut]",
        keras: "`HeNormal`[^cut]",
        candle: "`Kaiming`[^no-groups]",
        burn: "`KaimingNormal`",
    },
    build: |arguments| boxed(VarianceScaling::he_normal().gain_and_mode_of(arguments)?),
};

constructor! {
    /// Uniform on `±sqrt(6 / fan_in)`, with the variance of He et al. 2015, eq. 10.
    he_uniform(2.0, FanIn, Uniform),
    "2 / fan_in" "(2.0_f64 / 256.0).sqrt()"
    "For `ReLU`; other activations need another factor."
}

pub(super) static HE_UNIFORM: Entry = Entry {
    name: "he_uniform",
    aliases: &["kaiming_uniform"],
    arguments: &[&GAIN, &MODE],
    summary: "uniform with variance gain^2 * 2 / fan_in",
    formula: "limit = gain sqrt(6 / n), n the fan of the mode",
    distribution: "uniform: mean 0, variance gain^2 2 / n",
    shapes: SHAPES,
    errors: ERRORS,
    caution: "PyTorch's kaiming_uniform_(a = sqrt 5) is fan_in_uniform",
    source: "He et al. 2015, equation 10",
    example: "he_uniform",
    elsewhere: Elsewhere {
        torch: "`kaiming_uniform_`[^guessed]",
        jax: "`he_uniform`",
        keras: "`HeUniform`",
        candle: "`Kaiming`[^no-groups]",
        burn: "`KaimingUniform`",
    },
    build: |arguments| boxed(VarianceScaling::he_uniform().gain_and_mode_of(arguments)?),
};

constructor! {
    /// Variance `1 / fan_in`, normal (LeCun et al. 1998, section 4.6; Klambauer et al. 2017 for SELU).
    lecun_normal(1.0, FanIn, Normal),
    "1 / fan_in" "(1.0_f64 / 256.0).sqrt()"
    "Flax and Keras truncate theirs: use [`VarianceScaling::new`] for that."
}

pub(super) static LECUN_NORMAL: Entry = Entry {
    name: "lecun_normal",
    aliases: &[],
    arguments: &[&GAIN],
    summary: "normal with variance gain^2 / fan_in; for SELU",
    formula: "std = gain sqrt(1 / fan_in)",
    distribution: "normal: mean 0, variance gain^2 / fan_in; not truncated",
    shapes: SHAPES,
    errors: ERRORS,
    caution: "Flax and Keras truncate theirs at 2 sigma: use variance_scaling for that",
    source: "LeCun et al. 1998, section 4.6; Klambauer et al. 2017",
    example: "lecun_normal",
    elsewhere: Elsewhere { jax: "`lecun_normal`[^cut]", keras: "`LecunNormal`[^cut]", ..Elsewhere::NONE },
    build: |arguments| boxed(VarianceScaling::lecun_normal().gain_of(arguments)?),
};

constructor! {
    /// Uniform on `±sqrt(3 / fan_in)`, with LeCun's variance.
    lecun_uniform(1.0, FanIn, Uniform),
    "1 / fan_in" "(1.0_f64 / 256.0).sqrt()"
    "Not for deep `ReLU` networks, which lose half of the variance at each layer."
}

pub(super) static LECUN_UNIFORM: Entry = Entry {
    name: "lecun_uniform",
    aliases: &[],
    arguments: &[&GAIN],
    summary: "uniform with variance gain^2 / fan_in",
    formula: "limit = gain sqrt(3 / fan_in)",
    distribution: "uniform: mean 0, variance gain^2 / fan_in",
    shapes: SHAPES,
    errors: ERRORS,
    caution: "in deep ReLU networks the signal vanishes: each layer loses half of the variance",
    source: "LeCun et al. 1998, section 4.6",
    example: "lecun_uniform",
    elsewhere: Elsewhere { jax: "`lecun_uniform`", keras: "`LecunUniform`", ..Elsewhere::NONE },
    build: |arguments| boxed(VarianceScaling::lecun_uniform().gain_of(arguments)?),
};

constructor! {
    /// Uniform on `±1 / sqrt(fan_in)`, variance `1 / (3 fan_in)`: the default of PyTorch and candle for linear layers
    /// and convolutions, and of Mamba for the time-step weight. For a bias, state the fan of its weight with
    /// [`ParamSpec::with_fans`](crate::ParamSpec::with_fans). `sqrt 6` times narrower than He's, so the signal of a
    /// deep ReLU network fades.
    fan_in_uniform(THIRD, FanIn, Uniform),
    "1 / (3 fan_in)" "(1.0_f64 / 768.0).sqrt()"
    "Not for deep `ReLU` networks, whose signal fades."
}

pub(super) static FAN_IN_UNIFORM: Entry = Entry {
    name: "fan_in_uniform",
    aliases: &["torch_uniform", "mamba_dt_weight"],
    arguments: &[&GAIN],
    summary: "uniform on +-gain / sqrt(fan_in): PyTorch's default for linear layers and convolutions, Mamba's dt \
              weight",
    formula: "limit = gain / sqrt(fan_in); variance gain^2 / (3 fan_in)",
    distribution: "uniform: mean 0, variance gain^2 / (3 fan_in)",
    shapes: "two or more axes, with a stated layout; for a bias, state the fan of its weight",
    errors: ERRORS,
    caution: "in deep ReLU networks the signal vanishes: each layer loses five sixths of the variance",
    source: "LeCun et al. 1998, section 4.6; Gu & Dao 2023",
    example: "fan_in_uniform",
    elsewhere: Elsewhere {
        torch: "`kaiming_uniform_(a=5**0.5)`, the default of layers",
        candle: "`Uniform`, by hand",
        burn: "`KaimingUniform`, gain 1/sqrt 3",
        ..Elsewhere::NONE
    },
    build: |arguments| boxed(VarianceScaling::fan_in_uniform().gain_of(arguments)?),
};

/// All names, in listing order.
pub(super) static NAMES: &[Name] = &[
    Name { of: glorot_normal(), any_mode: false, entry: &GLOROT_NORMAL },
    Name { of: glorot_uniform(), any_mode: false, entry: &GLOROT_UNIFORM },
    Name { of: he_normal(), any_mode: true, entry: &HE_NORMAL },
    Name { of: he_uniform(), any_mode: true, entry: &HE_UNIFORM },
    Name { of: lecun_normal(), any_mode: false, entry: &LECUN_NORMAL },
    Name { of: lecun_uniform(), any_mode: false, entry: &LECUN_UNIFORM },
    Name { of: fan_in_uniform(), any_mode: false, entry: &FAN_IN_UNIFORM },
];
