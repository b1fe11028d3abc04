//! The macro that makes [`Activation`](super::Activation) of one list: each activation's name, formulas, kinks and page stand together.

/// Declares the activations. Of each:
///
/// ```text
/// Variant(argument: default, "what it is", positive: "why it must be") {
///     name: "name", "alias";
///     value(z): "formula" = expression;
///     slope(z): "formula" = expression;          or slope(z, f), where f(z) is used
///     kinks: [places] "f' there";                if there are any
///     range: "..."; purpose: "..."; source: "...";
///     second_moment: expression;                 if f is two lines that meet at 0: of value and slope alike
///     pytorch: expression;                       if torch.nn.init.calculate_gain knows it
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
        /// The function after a layer's sum. `S(z)` is the sigmoid, `Phi` the normal distribution function, `phi` its density.
        ///
        /// A kink belongs to the piece on its outside, as in the frameworks: relu'(0) = 0, and the hard tanh has f'(1) = 0. NaN gives
        /// NaN. For finite `z`, value and derivative are finite unless the number type cannot hold them (`relu_squared` from 1e19 on
        /// in `f32`). [`Activation::page`] has the kinks, the range and the source of each.
        ///
        /// For a function of your own see [`gain::Function`](crate::gain::Function), which has gains too.
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

        #[allow(unused_variables, reason = "arguments that an expression does not use")]
        impl Activation {
            const COUNT: usize = [$($name),+].len();

            /// Every activation, with its default argument.
            pub const ALL: [Self; Self::COUNT] = [$(Self::$variant $({ $argument: $default })?),+];

            /// `f(z)`.
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

            /// `f'(z)`, given `f(z)`, which a backward pass has.
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

            /// Whether [`Activation::derivative_given`] uses the value.
            #[inline]
            pub(super) const fn derives_from_value(self) -> bool {
                match self {
                    $(Self::$variant { .. } => !<[&str]>::is_empty(&[$(stringify!($f))?]),)+
                }
            }

            /// The page.
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

            /// The one argument of the text form and its value; most have none.
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

            /// The same activation with another value of its argument.
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

            /// `E[f(z)^2] = E[f'(z)^2]` for `z ~ N(0, 1)` in closed form, where `f` is two straight lines that meet at 0.
            pub(crate) fn moment_of_two_lines(self) -> Option<f64> {
                match self {
                    $(Self::$variant $({ $argument })? => activations!(@optional $($moment)?),)+
                }
            }

            /// The gain of `torch.nn.init.calculate_gain`; `None` if it refuses the activation.
            pub(crate) fn pytorch_gain(self) -> Option<f64> {
                match self {
                    $(Self::$variant $({ $argument })? => activations!(@optional $($pytorch)?),)+
                }
            }
        }
    };
}
pub(super) use activations;
