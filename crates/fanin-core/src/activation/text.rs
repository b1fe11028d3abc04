//! Activations as text: `relu`, `leaky_relu(slope = 0.2)`.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::Activation;
use crate::message::did_you_mean;
use crate::notation::{Call, Printer, TextError};

impl Activation {
    /// The name in the text form, without arguments.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.page().name
    }

    /// The formula, for display.
    #[must_use]
    pub const fn formula(self) -> &'static str {
        self.page().formula
    }

    /// Looks up an activation by name or alias, with its default argument.
    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name || known.page().aliases.contains(&name))
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let printer = Printer::new(self.name());
        let default = Self::named(self.name()).and_then(Self::parameter);
        let text = match (self.parameter(), default) {
            (Some((argument, value)), Some((_, default))) => printer.number(argument, value, default),
            _ => printer,
        };
        f.pad(&text.finish())
    }
}

/// An error from looking up an activation.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum UnknownActivation {
    /// An unknown name.
    #[error("unknown activation '{name}'; {}the activations are \
             {}", near(name), Activation::ALL.map(Activation::name).join(", "))]
    Name {
        /// The name.
        name: String,
    },
    /// Text rejected by the grammar or by the activation's arguments.
    #[error(transparent)]
    Text(#[from] TextError),
}

fn near(name: &str) -> String {
    let aliases = Activation::ALL.into_iter().flat_map(|known| known.page().aliases.iter().copied());
    did_you_mean(name, Activation::ALL.into_iter().map(Activation::name).chain(aliases))
}

impl FromStr for Activation {
    type Err = UnknownActivation;

    /// Parses the grammar of [`text`](crate::text). Also accepts `leaky_relu_0.2`, as written in tables of gains, for
    /// `leaky_relu(slope = 0.2)`.
    fn from_str(text: &str) -> Result<Self, UnknownActivation> {
        let call = Call::parse(text)?;
        let mut arguments = call.arguments();
        let activation = match Self::named(call.name()).or_else(|| with_suffix(call.name())) {
            None => return Err(UnknownActivation::Name { name: call.name().to_owned() }),
            Some(known) => match known.parameter() {
                // A suffix replaces the argument.
                Some(_) if Self::named(call.name()).is_none() => known.with_parameter(suffix(call.name())),
                Some((argument, default)) => known.with_parameter(arguments.number(argument, default)?),
                None => Ok(known),
            },
        };
        arguments.finish()?;
        Ok(activation.map_err(TextError::from)?)
    }
}

/// The activation before a suffix such as `_0.2`, if it takes an argument.
fn with_suffix(name: &str) -> Option<Activation> {
    let known = Activation::named(name.rsplit_once('_')?.0)?;
    (known.parameter().is_some() && suffix(name).is_finite()).then_some(known)
}

/// The number after the last underscore, or NaN.
fn suffix(name: &str) -> f64 {
    name.rsplit_once('_').and_then(|(_, number)| number.parse().ok()).unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips() {
        let others = ["leaky_relu(slope = 0.3)", "prelu(slope = -1e-9)", "elu(alpha = 0)", "celu(alpha = 2)"];
        for text in Activation::ALL.map(|activation| activation.to_string()).iter().map(String::as_str).chain(others) {
            assert_eq!(text.parse::<Activation>().map(|activation| activation.to_string()).as_deref(), Ok(text));
        }
        for (text, same) in [
            ("swish", "silu"),
            ("leaky_relu_0.01", "leaky_relu"),
            ("leaky_relu_0.2", "leaky_relu(slope = 0.2)"),
            ("leaky_relu(0.2)", "leaky_relu(slope = 0.2)"),
            ("celu_2", "celu(alpha = 2)"),
            ("elu(alpha = 1.0)", "elu"),
        ] {
            assert_eq!(text.parse::<Activation>().unwrap().to_string(), same, "{text}");
        }
    }

    #[test]
    fn errors_name_the_problem() {
        for (text, words) in [
            ("swish9", "did you mean 'swish'?"),
            ("gleu", "did you mean 'gelu'?"),
            ("softmax", "tanh_shrink"),
            ("tanh(slope = 2)", "no argument 'slope'; it takes none"),
            ("tanh_2", "unknown activation 'tanh_2'"),
            ("leaky_relu(alpha = 2)", "no argument 'alpha'; its arguments are slope"),
            ("leaky_relu(slope = nan)", "slope = NaN"),
            ("leaky_relu_inf", "unknown activation"),
            ("leaky_relu_0.1(0.2)", "no argument"),
            ("elu(alpha = inf)", "alpha = inf"),
            ("celu(alpha = 0)", "use a positive width"),
            ("", "expected a name"),
        ] {
            let message = text.parse::<Activation>().unwrap_err().to_string();
            assert!(message.contains(words), "{text}: {message}");
        }
    }

    #[test]
    fn no_two_activations_share_a_name() {
        let mut names: Vec<&str> = Activation::ALL.into_iter().map(Activation::name).collect();
        names.extend(Activation::ALL.into_iter().flat_map(|known| known.page().aliases.iter().copied()));
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
