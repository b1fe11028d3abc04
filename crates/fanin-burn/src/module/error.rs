//! Errors of initializing modules.

use std::io;
use std::path::PathBuf;

use fanin_core::message::FirstFew;
use fanin_core::resolve::{PatternError, ResolveError};
use fanin_core::{InitError, param::ShapeError};
use thiserror::Error;

use super::ModuleParam;

/// The reason why a module could not be initialized.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ModuleError {
    /// Parameters without a rule, a default or pretrained values.
    #[error(
        "{rules} has no rule for {}; add rules, set a default with Blueprint::otherwise, provide values with \
         Blueprint::pretrained, or keep the module's own with Blueprint::keep",
        FirstFew::of(.parameters)
    )]
    Unruled {
        /// The plan or the recipe.
        rules: String,
        /// The parameters.
        parameters: Vec<ModuleParam>,
    },
    /// Parameters whose initializer needs a layout that is unknown.
    #[error(
        "no layout is stated for {}, whose initializer needs one; set it with Blueprint::layout, for example \
         Blueprint::layout(\"{}\", Layout::OutIn), or use an initializer that needs no fan",
        FirstFew::of(.parameters), .parameters.first().map_or("*", |first| &first.name)
    )]
    NoLayout {
        /// The parameters.
        parameters: Vec<ModuleParam>,
    },
    /// Two parameters have the same address.
    #[error(
        "the parameters '{first}' and '{second}' of the module have the same address '{name}'; rename one of the fields"
    )]
    SameName {
        /// The name of the address.
        name: String,
        /// The path of the first parameter.
        first: String,
        /// The path of the second parameter.
        second: String,
    },
    /// An element type that initializers cannot fill.
    #[error(
        "parameter {parameter} cannot be filled: its element type is not f32, f64, f16 or bf16; keep the module's own \
         values with Blueprint::keep"
    )]
    Dtype {
        /// The parameter.
        parameter: Box<ModuleParam>,
    },
    /// A pattern matches no parameter.
    #[error("the pattern '{pattern}' matches no parameter; the parameters are: {}", FirstFew::of(.known))]
    MatchesNothing {
        /// The pattern.
        pattern: String,
        /// The names of the parameters.
        known: Vec<String>,
    },
    /// The rules do not fit the module, or a pattern cannot be parsed.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// A shape is too large for memory.
    #[error(transparent)]
    Overflow(#[from] ShapeError),
    /// A parameter could not be filled.
    #[error(transparent)]
    Fill(#[from] InitError),
    /// A pretrained tensor does not fit its parameter.
    #[error("parameter {parameter}, pretrained from {from}: {reason}")]
    Pretrained {
        /// The parameter.
        parameter: Box<ModuleParam>,
        /// The source of its values.
        from: String,
        /// The problem, and what to do.
        reason: String,
    },
    /// A file of pretrained tensors cannot be read.
    #[error("{}: {source}; provide a safetensors file", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The problem.
        source: io::Error,
    },
}

impl From<PatternError> for ModuleError {
    fn from(error: PatternError) -> Self {
        Self::Resolve(error.into())
    }
}
