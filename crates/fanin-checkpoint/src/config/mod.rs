//! Hugging Face's `config.json`: the model's tensor names and shapes, and the recipe variables of its family.
//!
//! One file per family. Names and order are those of transformers' `save_pretrained`. Tied tensors are not stored and
//! therefore not listed.
//!
//! ```
//! let text = r#"{ "model_type": "gpt2", "architectures": ["GPT2LMHeadModel"],
//!     "n_embd": 8, "n_head": 2, "n_layer": 2, "vocab_size": 50 }"#;
//! let model = fanin_checkpoint::config::parse(text)?;
//! assert_eq!((model.recipe, model.entries[0].param.name()), ("gpt2", "transformer.wte.weight"));
//! # Ok::<(), fanin_checkpoint::ConfigError>(())
//! ```

mod bert;
mod error;
mod family;
mod fields;
mod gpt2;
mod llama;
mod resnet;
mod tensors;
mod vit;

use std::path::Path;

use fanin_core::values::Dtype;
use fanin_recipes::text_file;

use crate::listing::Entry;
pub use error::ConfigError;
use family::{Described, Family, Parts};
use fields::Fields;

/// The model described by a configuration.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ConfiguredModel {
    /// The name of its family's recipe.
    pub recipe: &'static str,
    /// The model class, such as `GPT2LMHeadModel`.
    pub architecture: &'static str,
    /// The entries of its checkpoint.
    pub entries: Vec<Entry>,
    /// Values for the variables of the family's recipe; other recipes may not have them.
    pub settings: Vec<(&'static str, f64)>,
    /// The stated element type, as written: `dtype` or, in transformers 4, `torch_dtype`.
    pub stated_dtype: Option<String>,
}

impl ConfiguredModel {
    /// The element type that transformers would save; `None` means `f32`.
    ///
    /// # Errors
    /// [`ConfigError::Dtype`] for an unsupported type.
    pub fn dtype(&self) -> Result<Option<Dtype>, ConfigError> {
        let stated = self.stated_dtype.as_deref();
        stated
            .map(|stated| match stated {
                "float32" => Ok(Dtype::F32),
                "float64" => Ok(Dtype::F64),
                "float16" => Ok(Dtype::F16),
                "bfloat16" => Ok(Dtype::BF16),
                other => Err(ConfigError::Dtype { given: other.to_owned() }),
            })
            .transpose()
    }
}

static FAMILIES: [Family; 5] = [bert::FAMILY, gpt2::FAMILY, llama::FAMILY, resnet::FAMILY, vit::FAMILY];

/// The known values of `model_type`.
#[must_use]
pub fn model_types() -> Vec<&'static str> {
    FAMILIES.iter().flat_map(|family| family.model_types).copied().collect()
}

/// The maximum size of a configuration in bytes.
const LONGEST: u64 = 64_000_000;

/// Reads a configuration file. Returns the model and the text of the file.
///
/// # Errors
/// [`ConfigError`], which names the file; also for files above 64 MB and for anything other than a regular file.
pub fn read(path: &Path) -> Result<(ConfiguredModel, String), ConfigError> {
    let text = text_file::read(path, LONGEST);
    let text = text.map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
    let model = parse(&text).map_err(|source| ConfigError::In { path: path.to_owned(), source: Box::new(source) })?;
    Ok((model, text))
}

/// Parses a configuration.
///
/// # Errors
/// [`ConfigError`] for an unknown family or architecture, which lists the known ones, or an invalid field.
pub fn parse(text: &str) -> Result<ConfiguredModel, ConfigError> {
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|error| ConfigError::Format { reason: error.to_string() })?;
    let Some(object) = value.as_object() else {
        return Err(ConfigError::Format { reason: "expected a JSON object".to_owned() });
    };
    let fields = Fields::new(object, &[]);
    let stated_dtype = match fields.text("dtype")? {
        Some(dtype) => Some(dtype),
        None => fields.text("torch_dtype")?,
    };
    let given = fields.text("model_type")?;
    let known = FAMILIES.iter().find_map(|family| {
        let model_type = family.model_types.iter().find(|known| Some(**known) == given)?;
        Some((family, *model_type))
    });
    let Some((family, model_type)) = known else {
        let given = given.map_or_else(|| "(none)".to_owned(), |given| format!("'{given}'"));
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
    let fields = Fields::new(object, family.aliases);
    let Parts { tensors, settings } = (family.build)(&Described { model_type, architecture, fields })?;
    let stated_dtype = stated_dtype.map(str::to_owned);
    Ok(ConfiguredModel { recipe: family.recipe, architecture, entries: tensors.finish()?, settings, stated_dtype })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str, name: &str) -> Vec<usize> {
        let model = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let entry = model.entries.iter().find(|entry| entry.param.name() == name);
        entry.unwrap_or_else(|| panic!("{text}: {name}")).param.shape().to_vec()
    }

    /// Expects the shapes that transformers 5.24 produces for the same fields.
    #[test]
    fn heads_of_keys_have_the_defaults_of_transformers() {
        for (model_type, more, rows) in [
            ("llama", "", 64),
            ("llama", r#", "num_key_value_heads": null"#, 64),
            ("mistral", "", 32),
            ("mistral", r#", "num_key_value_heads": 2"#, 8),
            ("qwen2", "", 128),
            ("qwen2", r#", "num_key_value_heads": null"#, 64),
            ("qwen3", "", 4096),
            ("qwen3", r#", "num_key_value_heads": null"#, 2048),
            ("qwen3", r#", "head_dim": 8, "num_key_value_heads": 7"#, 56),
            ("olmo2", "", 64),
            ("olmo2", r#", "num_key_value_heads": 3"#, 12),
        ] {
            let text = format!(
                r#"{{"model_type": "{model_type}", "hidden_size": 64, "num_hidden_layers": 1, "num_attention_heads": 16{more}}}"#
            );
            assert_eq!(shape(&text, "layers.0.self_attn.k_proj.weight"), [rows, 64], "{text}");
        }
        let rounded =
            r#"{"model_type": "mistral", "hidden_size": 72, "num_hidden_layers": 1, "num_attention_heads": 7}"#;
        assert_eq!(shape(rounded, "layers.0.self_attn.o_proj.weight"), [72, 70]);
        let vit = r#"{"model_type": "vit", "hidden_size": 64, "num_hidden_layers": 1, "num_attention_heads": 7}"#;
        assert_eq!(shape(vit, "encoder.layer.0.attention.attention.key.weight"), [63, 64]);
        assert_eq!(shape(vit, "encoder.layer.0.attention.attention.key.bias"), [63]);
        assert_eq!(shape(vit, "encoder.layer.0.attention.output.dense.weight"), [64, 63]);
    }

    #[test]
    fn other_names_of_fields_are_understood() {
        let text = r#"{"model_type": "gpt2", "hidden_size": 64, "num_hidden_layers": 1, "num_attention_heads": 4,
            "max_position_embeddings": 20, "vocab_size": 30, "n_embd": 32}"#;
        assert_eq!(shape(text, "wpe.weight"), [20, 64]);
        let model = parse(text).expect("a model");
        assert!(!model.entries.iter().any(|entry| entry.param.name().starts_with("h.1.")));
        assert!(model.settings.contains(&("layers", 1.0)));
    }

    #[test]
    fn the_element_type_is_the_stated_one() {
        let stated = |fields: &str| parse(&format!(r#"{{"model_type": "bert"{fields}}}"#)).expect(fields).dtype();
        assert_eq!(stated("").expect("none"), None);
        assert_eq!(stated(r#", "dtype": null, "torch_dtype": "float16""#).expect("f16"), Some(Dtype::F16));
        assert_eq!(stated(r#", "dtype": "float32", "torch_dtype": "float16""#).expect("f32"), Some(Dtype::F32));
        assert_eq!(stated(r#", "dtype": "bfloat16""#).expect("bf16"), Some(Dtype::BF16));
        let error = stated(r#", "dtype": "float8_e4m3fn""#).expect_err("f8").to_string();
        assert!(error.contains("float8_e4m3fn") && error.contains("--dtype"), "{error}");
    }

    #[test]
    fn errors_name_the_problem() {
        for (text, part) in [
            ("[", "is not a model configuration"),
            ("[1]", "expected a JSON object"),
            ("{}", "unknown model_type (none); known are bert, gpt2, llama"),
            (r#"{"model_type": "t5"}"#, "unknown model_type 't5'; known are bert, gpt2, llama"),
            (r#"{"model_type": 5}"#, "model_type is 5"),
            (r#"{"model_type": "gpt2", "architectures": ["GPT2Super"]}"#, "unknown architecture GPT2Super of gpt2"),
            (r#"{"model_type": "qwen2", "architectures": ["LlamaModel"]}"#, "known are Qwen2ForCausalLM"),
            (r#"{"model_type": "gpt2", "n_layer": -1}"#, "n_layer is -1"),
            (r#"{"model_type": "gpt2", "n_layer": 4000000000}"#, "n_layer is 4000000000"),
            (r#"{"model_type": "gpt2", "n_embd": 0}"#, "n_embd is 0"),
            (r#"{"model_type": "gpt2", "n_head": 1, "n_embd": 9223372036854775807}"#, "wte.weight"),
            (r#"{"model_type": "gpt2", "n_head": 7, "n_embd": 64}"#, "n_embd = 64 is not divisible by n_head = 7"),
            (r#"{"model_type": "gpt2", "n_embd": 64}"#, "n_embd = 64 is not divisible by n_head = 12"),
            (
                r#"{"model_type": "gpt2", "hidden_size": 64, "num_attention_heads": 7}"#,
                "hidden_size = 64 is not divisible by num_attention_heads = 7",
            ),
            (r#"{"model_type": "gpt2", "hidden_size": 0}"#, "hidden_size is 0"),
            (
                r#"{"model_type": "bert", "hidden_size": 64, "num_attention_heads": 7}"#,
                "hidden_size = 64 is not divisible by num_attention_heads = 7",
            ),
            (
                r#"{"model_type": "llama", "hidden_size": 72, "num_attention_heads": 7, "head_dim": 8}"#,
                "hidden_size = 72 is not divisible by num_attention_heads = 7",
            ),
            (
                r#"{"model_type": "llama", "hidden_size": 36, "num_attention_heads": 4}"#,
                "num_attention_heads is 4; the head width is odd",
            ),
            (r#"{"model_type": "mistral", "hidden_size": 64, "num_attention_heads": 7}"#, "the head width is odd"),
            (
                r#"{"model_type": "qwen2", "hidden_size": 32, "num_attention_heads": 4, "head_dim": 5}"#,
                "head_dim is 5; use an even",
            ),
            (r#"{"model_type": "olmo2", "hidden_size": 8, "num_attention_heads": 16}"#, "use at most hidden_size"),
            (r#"{"model_type": "vit", "hidden_size": 8}"#, "use at most hidden_size"),
            (r#"{"model_type": "gpt2", "dtype": 5}"#, "dtype is 5"),
            (
                r#"{"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "tie_word_embeddings": 1}"#,
                "tie_word_embeddings is 1",
            ),
            (r#"{"model_type": "gpt2", "add_cross_attention": true}"#, "add_cross_attention is true"),
            (r#"{"model_type": "llama", "num_attention_heads": 5, "hidden_size": 8}"#, "num_attention_heads = 5"),
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
