//! What an initializer declares of itself.

use super::argument::Declared;
use super::arguments::Arguments;
use super::call::Call;
use super::error::TextError;
use super::printer::Printer;
use crate::initializer::Initializer;

/// One initializer of the text form: its name, its arguments, its page, and how it is built from a call. Each stands beside the
/// initializer's code, and nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The name.
    pub name: &'static str,
    /// Other names for it.
    pub aliases: &'static [&'static str],
    /// The arguments, in order; those without a default come first.
    pub(crate) arguments: &'static [&'static dyn Declared],
    /// What it does, in a line.
    pub summary: &'static str,
    /// The values, as a formula.
    pub formula: &'static str,
    /// The distribution of the values: mean, std, bounds, dependence.
    pub distribution: &'static str,
    /// The shapes and axes that it accepts.
    pub shapes: &'static str,
    /// What it refuses: arguments and parameters.
    pub errors: &'static str,
    /// Where not to use it, or what to know first.
    pub caution: &'static str,
    /// The paper with its equation or section, or "no paper".
    pub source: &'static str,
    /// A text that parses.
    pub example: &'static str,
    /// Its names in other libraries.
    pub elsewhere: Elsewhere,
    pub(crate) build: fn(&mut Arguments) -> Result<Box<dyn Initializer>, TextError>,
}

/// What other libraries call an initializer, in Markdown: names in backticks, footnotes of `INITIALIZERS.md`; empty where a library
/// has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Elsewhere {
    /// `torch.nn.init`.
    pub torch: &'static str,
    /// `jax.nn.initializers` and Flax.
    pub jax: &'static str,
    /// `keras.initializers`.
    pub keras: &'static str,
    /// `candle_nn::Init`.
    pub candle: &'static str,
    /// `burn::module::Initializer`.
    pub burn: &'static str,
}

impl Elsewhere {
    /// No counterpart.
    pub const NONE: Self = Self { torch: "", jax: "", keras: "", candle: "", burn: "" };

    /// The cells of the five libraries.
    #[must_use]
    pub const fn cells(&self) -> [&'static str; 5] {
        [self.torch, self.jax, self.keras, self.candle, self.burn]
    }
}

impl Entry {
    /// The arguments with their defaults: `mean = 0, std = 1`.
    #[must_use]
    pub fn arguments(&self) -> String {
        let written = |argument: &&dyn Declared| match argument.default() {
            Some(default) => format!("{} = {default}", argument.name()),
            None => argument.name().to_owned(),
        };
        self.arguments.iter().map(written).collect::<Vec<_>>().join(", ")
    }

    /// The call with every default: `normal(mean = 0, std = 1)`.
    #[must_use]
    pub fn signature(&self) -> String {
        if self.arguments.is_empty() { self.name.to_owned() } else { format!("{}({})", self.name, self.arguments()) }
    }

    /// Each argument's name, and its default if it has one.
    pub fn defaults(&self) -> impl Iterator<Item = (&'static str, Option<String>)> {
        self.arguments.iter().map(|argument| (argument.name(), argument.default()))
    }

    /// The name and the aliases.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        [self.name].into_iter().chain(self.aliases.iter().copied())
    }

    /// Prints a call of it.
    pub(crate) fn print(&self) -> Printer {
        Printer::new(self.name)
    }

    /// Refuses a lone number without a name that may stand for several arguments: `normal(0.02)` is a mean to one reader and a
    /// std to another.
    pub(super) fn refuse_ambiguity(&self, call: &Call) -> Result<(), TextError> {
        let Some(value) = call.lone_number() else { return Ok(()) };
        let candidates: Vec<&'static str> =
            self.arguments.iter().take_while(|argument| argument.is_optional_number()).map(|a| a.name()).collect();
        match candidates[..] {
            [_, second, ..] if !call.gives(second) => {
                Err(TextError::Ambiguous { call: call.name().to_owned(), value, candidates })
            }
            _ => Ok(()),
        }
    }
}

/// What every entry's `build` returns.
#[expect(clippy::unnecessary_wraps, reason = "an entry whose initializer refuses nothing still may refuse")]
pub(crate) fn boxed<I: Initializer + 'static>(initializer: I) -> Result<Box<dyn Initializer>, TextError> {
    Ok(Box::new(initializer))
}
