//! Unsupported representations of weights, recognized by accompanying tensors, by names, and by the bits of integers.

use std::collections::HashMap;

use fanin_checkpoint::reading::{ElementType, Tensor, TensorData};

use super::names_a_weight;

/// A tensor of weights that is not decoded.
pub(super) struct Packed {
    /// Its representation: `GPTQ`, `u8`.
    pub(super) representation: String,
    /// The number of weights.
    pub(super) elements: u64,
}

/// The representation of a tensor that cannot be read; `None` if it does not hold weights. `uses_all_bits` returns
/// whether 32-bit integers are spread over their whole range.
pub(super) fn of(tensor: &Tensor, named: &HashMap<&str, &Tensor>, uses_all_bits: impl Fn() -> bool) -> Option<Packed> {
    let name = tensor.name();
    let len = tensor.len() as u64;
    let times = |representation: &str, factor: u64| {
        Some(Packed { representation: representation.to_owned(), elements: len.saturating_mul(factor) })
    };
    let beside = |leaf: &str, other: &str| named.get(format!("{}{other}", name.strip_suffix(leaf)?).as_str()).copied();
    let after = |suffix: &str| named.contains_key(format!("{name}{suffix}").as_str());
    if name.ends_with("qweight") {
        let scales = beside("qweight", "scales");
        // The axis of outputs is packed by AWQ and not by GPTQ.
        let awq = scales.is_some_and(|scales| scales.shape().last() != tensor.shape().last());
        // Zero points are packed along the outputs by both.
        let factor = match (scales.and_then(last), beside("qweight", "qzeros").and_then(last)) {
            (Some(outputs), Some(packed)) => (outputs / packed).max(1),
            _ => 8,
        };
        return times(if awq { "AWQ" } else { "GPTQ" }, factor);
    }
    if let Some(stem) = name.strip_suffix("_packed") {
        let float = named.contains_key(format!("{stem}_global_scale").as_str());
        return if float { times("NVFP4", 2) } else { times("packed integers of compressed-tensors", 8) };
    }
    if after(".quant_map") || after(".absmax") {
        return times("bitsandbytes 4-bit", 2);
    }
    if name.ends_with("_blocks") && beside("_blocks", "_scales").is_some() {
        return times("MXFP4", 2);
    }
    if beside("_scales", "_blocks").is_some() {
        return None;
    }
    if name.ends_with(".W_q") {
        return times("HQQ", 2);
    }
    if after("_scale_2") {
        return times("NVFP4", 2);
    }
    match tensor.element() {
        ElementType::Unread { how } => times(how, 1),
        // Wide integers count, index or hash, unless they are named like weights or several narrow ones are packed into each.
        ElementType::Other { name: kind @ ("i32" | "u32"), .. } if names_packed(name) || uses_all_bits() => {
            times(&format!("packed {kind}"), 8)
        }
        ElementType::Other { name: kind @ ("i16" | "u16" | "i32" | "u32" | "i64" | "u64"), .. } => {
            if names_a_weight(name) { times(kind, 1) } else { None }
        }
        ElementType::Other { name: "bool" | "date" | "text" | "bytes", .. } => None,
        ElementType::Float8(_) => times(&format!("{} with unknown scales", tensor.element()), 1),
        // States of random generators and tokenizers are stored as bytes next to the weights.
        ElementType::Other { .. } if is_blob(name) => None,
        other => times(&other.to_string(), 1),
    }
}

fn last(tensor: &Tensor) -> Option<u64> {
    tensor.shape().last().map(|axis| *axis as u64).filter(|axis| *axis > 0)
}

/// Whether the last component of a name says that the tensor is packed.
fn names_packed(name: &str) -> bool {
    let leaf = name.rsplit(['.', '/']).next().unwrap_or_default().to_lowercase();
    leaf.split('_').any(|word| matches!(word, "packed" | "qdata" | "quantized" | "int4" | "q4"))
}

/// Whether 32-bit integers look packed: the upper byte of three quarters of a sample is neither 0 nor 255, as it is in
/// counts and indices.
pub(super) fn uses_all_bits(data: &TensorData<'_>) -> bool {
    const LOOKS: usize = 64;
    let (integers, _) = data.bytes().as_chunks::<4>();
    let step = integers.len().div_ceil(LOOKS).max(1);
    let looks = || integers.iter().step_by(step);
    let spread = looks().filter(|[.., upper]| !matches!(upper, 0 | 0xff)).count();
    integers.len() >= LOOKS && 4 * spread >= 3 * looks().count()
}

fn is_blob(name: &str) -> bool {
    let name = name.to_lowercase();
    name.split(['.', '/'])
        .any(|part| ["rng_state", "tokenizer", "spiece", "tekken", "vocab"].iter().any(|word| part.contains(word)))
}
