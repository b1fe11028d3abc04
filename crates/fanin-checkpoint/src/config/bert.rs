//! BERT: `modeling_bert.py`.

use super::error::ConfigError;
use super::family::{Described, Family, Parts};
use super::fields::Fields;
use super::tensors::Tensors;

pub(super) const FAMILY: Family = Family {
    model_types: &["bert"],
    architectures: |_| {
        vec![
            "BertModel",
            "BertForMaskedLM",
            "BertLMHeadModel",
            "BertForPreTraining",
            "BertForNextSentencePrediction",
            "BertForSequenceClassification",
            "BertForMultipleChoice",
            "BertForTokenClassification",
            "BertForQuestionAnswering",
        ]
    },
    default: |_| "BertModel",
    build,
    recipe: "bert",
    aliases: &[],
};

fn build(described: &Described<'_>) -> Result<Parts, ConfigError> {
    let Described { architecture, fields, .. } = described;
    if fields.flag("add_cross_attention", false)? {
        return Err(
            fields.refuse("add_cross_attention", "decoders with cross-attention are not supported; use --shapes")
        );
    }
    let (width, words) = (fields.width("hidden_size", 768)?, fields.width("vocab_size", 30_522)?);
    fields.divides(("num_attention_heads", fields.width("num_attention_heads", 12)?), ("hidden_size", width))?;
    let inner = fields.width("intermediate_size", 3072)?;
    let prefix = if *architecture == "BertModel" { "" } else { "bert." };

    let mut tensors = Tensors::default();
    let tables = [
        ("word", words),
        ("position", fields.width("max_position_embeddings", 512)?),
        ("token_type", fields.width("type_vocab_size", 2)?),
    ];
    for (table, rows) in tables {
        tensors.add(format!("{prefix}embeddings.{table}_embeddings.weight"), [rows, width]);
    }
    tensors.norm(&format!("{prefix}embeddings.LayerNorm"), width);
    for layer in 0..fields.count("num_hidden_layers", 12)? {
        let block = format!("{prefix}encoder.layer.{layer}");
        for part in ["self.query", "self.key", "self.value", "output.dense"] {
            tensors.linear(&format!("{block}.attention.{part}"), [width, width], true);
        }
        tensors.norm(&format!("{block}.attention.output.LayerNorm"), width);
        tensors.linear(&format!("{block}.intermediate.dense"), [inner, width], true);
        tensors.linear(&format!("{block}.output.dense"), [width, inner], true);
        tensors.norm(&format!("{block}.output.LayerNorm"), width);
    }
    let words_alone = ["BertForMaskedLM", "BertLMHeadModel", "BertForTokenClassification", "BertForQuestionAnswering"];
    if !words_alone.contains(architecture) {
        tensors.linear(&format!("{prefix}pooler.dense"), [width, width], true);
    }
    head(&mut tensors, architecture, fields, width, words)?;
    let settings =
        vec![("std", fields.number("initializer_range", 0.02)?), ("padding", fields.padding(Some(0), words)?)];
    Ok(Parts { tensors, settings })
}

fn head(
    tensors: &mut Tensors,
    architecture: &str,
    fields: &Fields<'_>,
    width: usize,
    words: usize,
) -> Result<(), ConfigError> {
    match architecture {
        "BertForMaskedLM" | "BertLMHeadModel" | "BertForPreTraining" => {
            tensors.add("cls.predictions.bias", [words]);
            tensors.linear("cls.predictions.transform.dense", [width, width], true);
            tensors.norm("cls.predictions.transform.LayerNorm", width);
            if !fields.flag("tie_word_embeddings", true)? {
                tensors.linear("cls.predictions.decoder", [words, width], true);
            }
            if architecture == "BertForPreTraining" {
                tensors.linear("cls.seq_relationship", [2, width], true);
            }
        }
        "BertForNextSentencePrediction" => tensors.linear("cls.seq_relationship", [2, width], true),
        "BertForSequenceClassification" | "BertForTokenClassification" => {
            tensors.linear("classifier", [fields.labels()?, width], true);
        }
        "BertForMultipleChoice" => tensors.linear("classifier", [1, width], true),
        "BertForQuestionAnswering" => tensors.linear("qa_outputs", [fields.labels()?, width], true),
        _ => {}
    }
    Ok(())
}
