//! Hugging Face's `config.json`: the names and shapes of the model that it describes, and what its family's recipe wants to know.
//!
//! One file a family. A tensor has the name under which transformers' `save_pretrained` stores it, and the tensors come in the
//! order in which it packs them into files. What is tied to another is not stored, and not listed.
//!
//! ```
//! let text = r#"{ "model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "n_embd": 8, "n_layer": 2, "vocab_size": 50 }"#;
//! let model = fanin_checkpoint::config::parse(text)?;
//! assert_eq!((model.recipe, model.entries[0].param.name()), ("gpt2", "transformer.wte.weight"));
//! # Ok::<(), fanin_checkpoint::ConfigError>(())
//! ```

mod bert;
mod fields;
mod gpt2;
mod llama;
mod resnet;
mod tensors;
mod vit;

use std::path::{Path, PathBuf};

use fanin_core::param::ShapeError;
use thiserror::Error;

use crate::listing::Entry;
use fields::Fields;
use tensors::Tensors;

/// Why a configuration describes no model.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{} cannot be read: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// What is wrong with the configuration in a file.
    #[error("{}: {source}", .path.display())]
    In {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: Box<Self>,
    },
    /// The text is no configuration.
    #[error("is no configuration of a model: {reason}")]
    Format {
        /// What is wrong.
        reason: String,
    },
    /// A family that is not known.
    #[error("the model_type {given} is not known; known are {}", .known.join(", "))]
    Family {
        /// What the configuration says.
        given: String,
        /// The families that there are.
        known: Vec<&'static str>,
    },
    /// An architecture that is not known.
    #[error("{given} is no known architecture of {family}; known are {}", .known.join(", "))]
    Architecture {
        /// What the configuration says.
        given: String,
        /// The family.
        family: &'static str,
        /// The architectures of the family.
        known: Vec<&'static str>,
    },
    /// A field that has another value than a model of the family can have.
    #[error("{field} is {given}; {expected}")]
    Field {
        /// The field.
        field: String,
        /// Its value.
        given: String,
        /// What to give.
        expected: String,
    },
    /// A shape that no memory could hold.
    #[error(transparent)]
    Shape(#[from] ShapeError),
}

/// The model of a configuration.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ConfiguredModel {
    /// The name of the recipe by which its family is initialised.
    pub recipe: &'static str,
    /// The class that is built from it, such as `GPT2LMHeadModel`.
    pub architecture: &'static str,
    /// What its checkpoint holds.
    pub entries: Vec<Entry>,
    /// What the configuration says about variables of the family's recipe; another recipe may not have them.
    pub settings: Vec<(&'static str, f64)>,
}

/// What is known of a family of models.
struct Family {
    /// Its names in `model_type`.
    model_types: &'static [&'static str],
    /// The architectures that it can be built as.
    architectures: fn(&'static str) -> Vec<&'static str>,
    /// Which of them a configuration without one describes.
    default: fn(&'static str) -> &'static str,
    build: fn(&Described<'_>) -> Result<Parts, ConfigError>,
    recipe: &'static str,
}

/// A configuration whose family and architecture are known.
struct Described<'a> {
    model_type: &'static str,
    architecture: &'static str,
    fields: Fields<'a>,
}

/// What a family makes of a configuration.
struct Parts {
    tensors: Tensors,
    settings: Vec<(&'static str, f64)>,
}

static FAMILIES: [Family; 5] = [bert::FAMILY, gpt2::FAMILY, llama::FAMILY, resnet::FAMILY, vit::FAMILY];

/// The values of `model_type` that are known.
#[must_use]
pub fn model_types() -> Vec<&'static str> {
    FAMILIES.iter().flat_map(|family| family.model_types).copied().collect()
}

/// Reads a configuration from a file.
///
/// # Errors
/// [`ConfigError`], which names the file.
pub fn read(path: &Path) -> Result<ConfiguredModel, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
    parse(&text).map_err(|source| ConfigError::In { path: path.to_owned(), source: Box::new(source) })
}

/// Reads a configuration.
///
/// # Errors
/// [`ConfigError`]: a family or an architecture that is not known, with those that are; a field that no model of the family has.
pub fn parse(text: &str) -> Result<ConfiguredModel, ConfigError> {
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|error| ConfigError::Format { reason: error.to_string() })?;
    let Some(object) = value.as_object() else {
        return Err(ConfigError::Format { reason: "a JSON object was expected".to_owned() });
    };
    let fields = Fields::new(object);
    let given = fields.text("model_type")?;
    let known = FAMILIES.iter().find_map(|family| {
        let model_type = family.model_types.iter().find(|known| Some(**known) == given)?;
        Some((family, *model_type))
    });
    let Some((family, model_type)) = known else {
        let given = given.map_or_else(|| "(there is none)".to_owned(), |given| format!("'{given}'"));
        return Err(ConfigError::Family { given, known: model_types() });
    };
    let architectures = (family.architectures)(model_type);
    let architecture = match fields.first_text("architectures")? {
        None => (family.default)(model_type),
        Some(given) => match architectures.iter().find(|known| **known == given) {
            Some(known) => known,
            None => {
                let known = architectures;
                return Err(ConfigError::Architecture { given: given.to_owned(), family: model_type, known });
            }
        },
    };
    let Parts { tensors, settings } = (family.build)(&Described { model_type, architecture, fields })?;
    Ok(ConfiguredModel { recipe: family.recipe, architecture, entries: tensors.finish()?, settings })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_named() {
        for (text, part) in [
            ("[", "is no configuration of a model"),
            ("[1]", "a JSON object was expected"),
            ("{}", "(there is none) is not known; known are bert, gpt2, llama"),
            (r#"{"model_type": "t5"}"#, "'t5' is not known; known are bert, gpt2, llama"),
            (r#"{"model_type": 5}"#, "model_type is 5"),
            (r#"{"model_type": "gpt2", "architectures": ["GPT2Super"]}"#, "GPT2Super is no known architecture of gpt2"),
            (r#"{"model_type": "qwen2", "architectures": ["LlamaModel"]}"#, "known are Qwen2ForCausalLM"),
            (r#"{"model_type": "gpt2", "n_layer": -1}"#, "n_layer is -1"),
            (r#"{"model_type": "gpt2", "n_layer": 4000000000}"#, "n_layer is 4000000000"),
            (r#"{"model_type": "gpt2", "n_embd": 0}"#, "n_embd is 0"),
            (r#"{"model_type": "gpt2", "n_embd": 9223372036854775807}"#, "wte.weight"),
            (
                r#"{"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "tie_word_embeddings": 1}"#,
                "tie_word_embeddings is 1",
            ),
            (r#"{"model_type": "gpt2", "add_cross_attention": true}"#, "add_cross_attention is true"),
            (r#"{"model_type": "llama", "num_attention_heads": 5, "hidden_size": 8}"#, "num_attention_heads is 5"),
            (r#"{"model_type": "bert", "initializer_range": "x"}"#, "initializer_range is"),
            (r#"{"model_type": "vit", "patch_size": 0}"#, "patch_size is 0"),
            (r#"{"model_type": "resnet", "layer_type": "odd"}"#, "layer_type is"),
            (r#"{"model_type": "resnet", "depths": [1], "hidden_sizes": [1, 2]}"#, "depths is"),
            (r#"{"model_type": "resnet", "depths": 3}"#, "depths is 3"),
        ] {
            let error = parse(text).map(|model| model.architecture).expect_err(text).to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
        let missing = read(Path::new("no/config.json")).unwrap_err().to_string();
        assert!(missing.contains("no/config.json cannot be read"), "{missing}");
    }
}
