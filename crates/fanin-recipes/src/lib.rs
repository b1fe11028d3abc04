//! Published initialization recipes for whole models, in TOML, each with its source.
//!
//! A [`Recipe`] is an ordered list of name patterns, each with an initializer. The initializer's numbers may depend on
//! the model: on its depth, its width, the layer of a parameter, or a parameter's own shape. [`Recipe::apply`] fills a
//! model. [`Recipe::resolve`] takes a model's names and shapes and determines each parameter's initializer, with the
//! matching rule and its reason.
//!
//! ```
//! use fanin_core::ParamSpec;
//! use fanin_recipes::Recipe;
//!
//! let recipe = Recipe::named("gpt2")?.set("layers", 12.0)?;
//! let block = |name: &str, shape: [usize; 2]| ParamSpec::new(format!("h.0.{name}"), shape);
//! let params = [
//!     ParamSpec::new("wte.weight", [50257, 768])?,
//!     block("attn.c_attn.weight", [768, 2304])?,
//!     block("attn.c_proj.weight", [768, 768])?,
//! ];
//! let resolution = recipe.resolve(&params)?;
//! assert_eq!(resolution.assignments()[2].distribution().std(), Some(0.02 / 24.0_f64.sqrt()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod expression;
mod front_end;
mod recipe;
mod recipe_rule;
mod scope;
mod shipped;
mod template;
pub mod text_file;
mod toml_form;
mod variable;

pub use error::RecipeError;
pub use expression::{Expression, ExpressionError};
pub use recipe::Recipe;
pub use recipe_rule::RecipeRule;
pub use shipped::{names, text};
pub use variable::RecipeVariable;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
