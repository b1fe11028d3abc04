//! Catalog entries: the declarations of initializers.

use super::argument::Declared;
use super::arguments::Arguments;
use super::call::Call;
use super::error::TextError;
use super::printer::Printer;
use crate::initializer::Initializer;

/// The catalog entry of an initializer: name, arguments, documentation and builder. Each entry is declared once, next
/// to the initializer's code.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The name.
    pub name: &'static str,
    /// Alternative names.
    pub aliases: &'static [&'static str],
    /// The arguments, in order; required ones come first.
    pub(crate) arguments: &'static [&'static dyn Declared],
    /// A one-line summary.
    pub summary: &'static str,
    /// The values, as a formula.
    pub formula: &'static str,
    /// The distribution of the values: mean, std, bounds, dependence.
    pub distribution: &'static str,
    /// The shapes and axes that it accepts.
    pub shapes: &'static str,
    /// The arguments and parameters that it rejects.
    pub errors: &'static str,
    /// When not to use it, or what to know first.
    pub caution: &'static str,
    /// The paper with its equation or section, or "no paper".
    pub source: &'static str,
    /// An example text that parses.
    pub example: &'static str,
    /// The names in other libraries.
    pub elsewhere: Elsewhere,
    pub(crate) build: fn(&mut Arguments) -> Result<Box<dyn Initializer>, TextError>,
}

/// The names of an initializer in other libraries, in Markdown: names in backticks and footnotes of `INITIALIZERS.md`.
/// Empty for a library without a counterpart.
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
    /// `burn::nn::Initializer`.
    pub burn: &'static str,
}

impl Elsewhere {
    /// No counterpart in any library.
    pub const NONE: Self = Self { torch: "", jax: "", keras: "", candle: "", burn: "" };

    /// Returns the cells of the five libraries.
    #[must_use]
    pub const fn cells(&self) -> [&'static str; 5] {
        [self.torch, self.jax, self.keras, self.candle, self.burn]
    }
}

impl Entry {
    /// Returns the arguments with their defaults: `mean = 0, std = 1`.
    #[must_use]
    pub fn arguments(&self) -> String {
        let written = |argument: &&dyn Declared| match argument.default() {
            Some(default) => format!("{} = {default}", argument.name()),
            None => argument.name().to_owned(),
        };
        self.arguments.iter().map(written).collect::<Vec<_>>().join(", ")
    }

    /// Returns the call with every default: `normal(mean = 0, std = 1)`.
    #[must_use]
    pub fn signature(&self) -> String {
        if self.arguments.is_empty() { self.name.to_owned() } else { format!("{}({})", self.name, self.arguments()) }
    }

    /// Returns the name of each argument, and its default if it has one.
    pub fn defaults(&self) -> impl Iterator<Item = (&'static str, Option<String>)> {
        self.arguments.iter().map(|argument| (argument.name(), argument.default()))
    }

    /// Returns the name and the aliases.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        [self.name].into_iter().chain(self.aliases.iter().copied())
    }

    /// Returns a printer for a call of this entry.
    pub(crate) fn print(&self) -> Printer {
        Printer::new(self.name)
    }

    /// Returns an error for a lone positional number that may stand for several arguments: the 0.02 of `normal(0.02)`
    /// may be read as a mean or a std.
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

/// Boxes an initializer as the result of an entry's `build`.
#[expect(clippy::unnecessary_wraps, reason = "the signature of `build` requires a `Result`")]
pub(crate) fn boxed<I: Initializer + 'static>(initializer: I) -> Result<Box<dyn Initializer>, TextError> {
    Ok(Box::new(initializer))
}
