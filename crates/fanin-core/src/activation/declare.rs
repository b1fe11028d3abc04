//! The macro that generates [`Activation`](super::Activation) from one list of declarations.

/// Declares the activations. Syntax:
///
/// ```text
/// Variant(argument: default, "description", positive: "why it must be positive") {
///     name: "name", "alias";
///     value(z): "formula" = expression;
///     slope(z): "formula" = expression;          or slope(z, f), where f(z) is needed
///     kinks: [points] "f' at the kinks";         if any
///     range: "..."; purpose: "..."; source: "...";
///     second_moment: expression;                 if f consists of two lines that meet at 0: E[f^2], also that of f'
///     pytorch: expression;                       if torch.nn.init.calculate_gain supports it
/// }
/// ```
macro_rules! activations {
    (@optional) => { None };
    (@optional $value:expr) => { Some($value) };
    ($(
        $variant:ident $(($argument:ident: $default:literal, $meaning:literal $(, positive: $refusal:literal)?))? {
            name: $name:literal $(, $alias:literal)*;
            value($z:ident): $formula:literal = $value:expr;
            slope($at:ident $(, $f:ident)?): $derivative:literal = $slope:expr;
            $(kinks: [$($kink:literal),+] $at_kinks:literal;)?
            range: $range:literal;
            purpose: $purpose:literal;
            source: $source:literal;
            $(second_moment: $moment:expr;)?
            $(pytorch: $pytorch:expr;)?
        }
    )+) => {
        /// The activation function of a layer. `S(z)` is the sigmoid, `Phi` the normal distribution function, `phi` its
        /// density.
        ///
        /// At a kink, the derivative is that of the outer piece, as in the frameworks: 0 for `relu` at 0 and for
        /// `hard_tanh` at 1. NaN propagates. For finite `z`, value and derivative are finite unless the number type
        /// overflows (`relu_squared` from 1e19 in `f32`). [`Activation::page`] lists kinks, range and source of each
        /// activation.
        ///
        /// For gains of custom functions, see [`gain::Function`](crate::gain::Function).
        ///
        /// ```
        /// use fanin_core::Activation;
        ///
        /// assert_eq!(Activation::Relu.derivative(0.0_f64), 0.0);
        /// assert_eq!("leaky_relu(slope = 0.2)".parse::<Activation>()?.value(-1.0_f64), -0.2);
        /// # Ok::<(), Box<dyn std::error::Error>>(())
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Activation {
            $(
                #[doc = concat!("`", $name, "`: `", $formula, "`; derivative `", $derivative, "`")]
                $variant $({
                    #[doc = concat!($meaning, "; ", $default, " by default")]
                    $argument: f64,
                })?,
            )+
        }

        #[allow(unused_variables, reason = "some expressions do not use all arguments")]
        impl Activation {
            const COUNT: usize = [$($name),+].len();

            /// Every activation, with its default argument.
            pub const ALL: [Self; Self::COUNT] = [$(Self::$variant $({ $argument: $default })?),+];

            /// Computes `f(z)`.
            #[inline]
            #[must_use]
            pub fn value<R: Real>(self, z: R) -> R {
                match self {
                    $(Self::$variant $({ $argument })? => {
                        let $z = z;
                        $value
                    })+
                }
            }

            /// Computes `f'(z)` from `z` and `f(z)`, which a backward pass already has.
            #[inline]
            #[must_use]
            pub fn derivative_given<R: Real>(self, z: R, value: R) -> R {
                match self {
                    $(Self::$variant $({ $argument })? => {
                        let $at = z;
                        $(let $f = value;)?
                        $slope
                    })+
                }
            }

            /// Returns whether [`Activation::derivative_given`] uses the value.
            #[inline]
            pub(super) const fn derives_from_value(self) -> bool {
                match self {
                    $(Self::$variant { .. } => !<[&str]>::is_empty(&[$(stringify!($f))?]),)+
                }
            }

            /// Returns the activation's page.
            #[must_use]
            pub const fn page(self) -> &'static ActivationPage {
                match self {
                    $(Self::$variant { .. } => &ActivationPage {
                        name: $name,
                        aliases: &[$($alias),*],
                        formula: $formula,
                        derivative: $derivative,
                        kinks: &[$($($kink),+)?],
                        at_kinks: concat!($($at_kinks)?),
                        range: $range,
                        purpose: $purpose,
                        source: $source,
                    },)+
                }
            }

            /// The name and value of the activation's argument, if it has one.
            ///
            /// ```
            /// use fanin_core::Activation;
            ///
            /// assert_eq!(Activation::Celu { alpha: 2.0 }.parameter(), Some(("alpha", 2.0)));
            /// assert_eq!(Activation::Relu.parameter(), None);
            /// ```
            #[must_use]
            pub const fn parameter(self) -> Option<(&'static str, f64)> {
                match self {
                    $(Self::$variant $({ $argument })? => {
                        activations!(@optional $((stringify!($argument), $argument))?)
                    })+
                }
            }

            /// Returns the activation with another value of its argument.
            pub(super) fn with_parameter(self, value: f64) -> Result<Self, ArgumentError> {
                Ok(match self {
                    $(Self::$variant { .. } => {
                        $(
                            let $argument = ArgumentError::finite($name, stringify!($argument), value)?;
                            $(
                                if $argument <= 0.0 {
                                    let (initializer, argument, reason) = ($name, stringify!($argument), $refusal);
                                    return Err(ArgumentError { initializer, argument, value: value.to_string(), reason });
                                }
                            )?
                        )?
                        Self::$variant $({ $argument })?
                    })+
                })
            }

            /// `E[f(z)^2] = E[f'(z)^2]` for `z ~ N(0, 1)` in closed form, if `f` consists of two lines that meet at 0.
            pub(crate) fn moment_of_two_lines(self) -> Option<f64> {
                match self {
                    $(Self::$variant $({ $argument })? => activations!(@optional $($moment)?),)+
                }
            }

            /// The gain from `torch.nn.init.calculate_gain`; `None` if it rejects the activation.
            pub(crate) fn pytorch_gain(self) -> Option<f64> {
                match self {
                    $(Self::$variant $({ $argument })? => activations!(@optional $($pytorch)?),)+
                }
            }
        }
    };
}
pub(super) use activations;
