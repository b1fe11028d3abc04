//! Tensors that hold several matrices: fused experts, and layers stacked along a first axis.

use std::collections::HashMap;
use std::fmt;

use super::kernel::is_kernel_like;
use crate::judge::names::{components, leaf, words};

/// The kind of the parts that are stacked in one tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PartKind {
    /// Experts of a mixture.
    Expert,
    /// Layers of one shape.
    Layer,
    /// Directions of a recurrent layer.
    Direction,
}

/// One matrix of a stacked tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Part {
    /// The kind.
    pub kind: PartKind,
    /// The index among all parts of the tensor.
    pub index: usize,
    /// The number of parts.
    pub of: usize,
    /// The number of experts of a layer, if the tensor holds several layers of experts.
    pub each: Option<usize>,
}

/// The parts of a stacked tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stack {
    pub(crate) kind: PartKind,
    /// The number of leading axes that count parts.
    pub(crate) axes: usize,
    pub(crate) parts: usize,
    each: Option<usize>,
    /// The number of values of a part.
    len: usize,
}

/// The maximum number of parts of one tensor that are judged individually.
const MOST: usize = 4096;

/// Up to this many parts are judged individually, whatever their size; if there are more, each must have at least
/// `SMALL` values.
const FEW: usize = 64;
const SMALL: usize = 1024;

/// Words that mark a collection of experts. Those of the second list count only with a role word, or if the leaf names
/// a weight.
const EXPERTS: [&str; 3] = ["experts", "expert", "exps"];
const MIXTURES: [&str; 3] = ["moe", "switch", "mixture"];

/// The words for a stack of layers.
const LAYERS: [&str; 12] = [
    "layers",
    "layer",
    "blocks",
    "block",
    "scan",
    "stack",
    "stacked",
    "repeat",
    "encoderblock",
    "decoderblock",
    "repeated",
    "transformerblock",
];

/// The direction of a feed-forward projection, inferred from its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// From the hidden size to the inner size.
    Up,
    /// From the inner size to the hidden size.
    Down,
}

const UP: [&str; 13] = ["gate", "up", "w1", "w3", "v1", "wi", "w13", "fc1", "in", "input", "linear1", "lin1", "ff1"];
const DOWN: [&str; 9] = ["down", "w2", "wo", "fc2", "out", "output", "linear2", "lin2", "ff2"];

impl Part {
    /// Its number within its layer, and the layer if there are several.
    pub(crate) fn place(self) -> (usize, Option<usize>) {
        match self.each.filter(|each| *each > 0) {
            Some(each) => (self.index % each, Some(self.index / each)),
            None => (self.index, None),
        }
    }

    /// The number, without the kind: `3`, or `3 of layer 2`.
    pub(crate) fn number(self) -> String {
        match self.place() {
            (index, None) => index.to_string(),
            (index, Some(layer)) => format!("{index} of layer {layer}"),
        }
    }
}

impl fmt::Display for Part {
    /// `expert 3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.number())
    }
}

impl fmt::Display for PartKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Expert => "expert",
            Self::Layer => "layer",
            Self::Direction => "direction",
        })
    }
}

impl Stack {
    fn along(kind: PartKind, axes: usize, shape: &[usize]) -> Option<Self> {
        let (count, part) = shape.split_at_checked(axes)?;
        let parts = count.iter().try_fold(1_usize, |parts, axis| parts.checked_mul(*axis))?;
        let each = (axes > 1).then(|| count.last().copied()).flatten();
        let len = part.iter().try_fold(1_usize, |len, axis| len.checked_mul(*axis))?;
        (parts > 1 && len > 0).then_some(Self { kind, axes, parts, each, len })
    }

    /// Whether the parts are judged individually. Statistics of thousands of tiny parts would differ by chance.
    pub(crate) fn is_split(self) -> bool {
        self.parts <= FEW || self.parts <= MOST && self.len >= SMALL
    }

    pub(crate) fn part(self, index: usize) -> Part {
        Part { kind: self.kind, index, of: self.parts, each: self.each }
    }

    /// The stack that a name implies: experts, or the directions of a recurrent layer of ONNX.
    pub(super) fn by_name(name: &str, shape: &[usize]) -> Option<Self> {
        let recurrent = ["onnx::LSTM", "onnx::GRU", "onnx::RNN"].iter().any(|operator| name.starts_with(operator));
        if recurrent && matches!(shape.len(), 2 | 3) && shape[0] == 2 {
            return Self::along(PartKind::Direction, 1, shape);
        }
        let all: Vec<&str> = components(name).collect();
        let at = experts_at(name)?;
        // `experts.3.w1` is stored by expert.
        let is_number = |component: &&str| component.bytes().all(|byte| byte.is_ascii_digit());
        if all[at + 1..].iter().any(is_number) || all.iter().any(|component| has(component, &["conv", "shared"])) {
            return None;
        }
        let bias = words(leaf(name)).iter().any(|word| word == "bias" || word == "biases");
        match shape {
            [_, _] if bias => Self::along(PartKind::Expert, 1, shape),
            [_, _, _] => Self::along(PartKind::Expert, if bias { 2 } else { 1 }, shape),
            // Layers of experts, unless they are convolutions.
            [a, b, rest @ ..] if rest.len() == 2 && !is_kernel_like(rest) && !(a == b && *a <= 7) => {
                Self::along(PartKind::Expert, 2, shape)
            }
            _ => None,
        }
    }
}

/// The index of the name component that marks the experts of a mixture.
pub(crate) fn experts_at(name: &str) -> Option<usize> {
    let at = |list: &[&str]| components(name).position(|component| has(component, list));
    let weight = || matches!(leaf(name), "kernel" | "weight" | "bias");
    at(&EXPERTS).or_else(|| at(&MIXTURES).filter(|_| weight() || role(name).is_some()))
}

fn has(component: &str, list: &[&str]) -> bool {
    words(component).iter().any(|word| list.contains(&word.as_str()))
}

/// The role of a feed-forward weight, by the last component that names one. Components before the experts do not count.
pub(super) fn role(name: &str) -> Option<Role> {
    let all: Vec<Vec<String>> = components(name).map(words).collect();
    let has = |words: &[String], list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let start = all.iter().rposition(|words| has(words, &EXPERTS) || has(words, &MIXTURES)).unwrap_or(0);
    all[start..].iter().rev().find_map(|words| {
        let at = |list: &[&str]| words.iter().position(|word| list.contains(&word.as_str()));
        // `dense_4h_to_h` and `dense_h_to_4h`.
        match (at(&["h"]), at(&["4h"])) {
            (Some(h), Some(wide)) => Some(if h < wide { Role::Up } else { Role::Down }),
            _ if at(&UP).is_some() => Some(Role::Up),
            _ if at(&DOWN).is_some() => Some(Role::Down),
            _ => None,
        }
    })
}

/// The stacks of layers in a file: name prefixes whose tensors all count the same layers along their first axis.
///
/// A prefix is accepted if its biases and gains have two axes, which no unstacked layer has.
pub(super) fn of_layers<'f>(tensors: &[(&'f str, &'f [usize])]) -> HashMap<&'f str, usize> {
    struct Group {
        layers: usize,
        vectors: usize,
        weights: usize,
        sound: bool,
    }
    let mut groups: HashMap<&str, Group> = HashMap::new();
    for (name, shape) in tensors {
        let Some(prefix) = prefix(name) else { continue };
        let layers = shape.first().copied().unwrap_or(0);
        let group = groups.entry(prefix).or_insert(Group { layers, vectors: 0, weights: 0, sound: true });
        let leaf = leaf(name).to_lowercase();
        let vector = ["bias", "b", "scale", "gamma", "beta"].contains(&leaf.as_str())
            || leaf == "weight" && name.to_lowercase().contains("norm");
        group.sound &= group.layers == layers && layers > 1 && shape.len() >= 2;
        group.vectors += usize::from(vector && shape.len() == 2);
        group.weights += usize::from(shape.len() > 2);
    }
    let stacked = groups.into_iter().filter(|(_, group)| group.sound && group.vectors > 0 && group.weights > 0);
    stacked.map(|(prefix, group)| (prefix, group.layers)).collect()
}

/// The part of a name up to a stack of layers without a number.
pub(super) fn prefix(name: &str) -> Option<&str> {
    let mut end = 0;
    let mut all = components(name).peekable();
    while let Some(component) = all.next() {
        end += component.len();
        let named = words(component).iter().any(|word| LAYERS.contains(&word.as_str()));
        let numbered = component.bytes().any(|byte| byte.is_ascii_digit())
            || all.peek().is_some_and(|next| next.bytes().all(|byte| byte.is_ascii_digit()));
        if named && !numbered && all.peek().is_some() {
            return Some(&name[..end]);
        }
        end += 1;
    }
    None
}

impl Stack {
    /// A layer stack along the first axis; experts below it have two.
    pub(super) fn of_layers(name: &str, shape: &[usize]) -> Option<Self> {
        match Self::by_name(name, shape.get(1..)?) {
            Some(experts) if experts.kind == PartKind::Expert => Self::along(PartKind::Expert, experts.axes + 1, shape),
            _ => Self::along(PartKind::Layer, 1, shape),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stacks_by_name() {
        for (name, shape, parts) in [
            ("layers.1.experts.gate_up_proj", &[8, 64, 128][..], Some(8)),
            ("model.layers.0.mlp.experts.down_proj", &[32, 128, 64], Some(32)),
            ("model.layers.0.mlp.experts.gate_up_proj_bias", &[32, 128], Some(32)),
            ("layers.0.block_sparse_moe.w1", &[4, 128, 64], Some(4)),
            ("decoder/MoeBlock_0/wi_0", &[4, 64, 128], Some(4)),
            ("decoder/moe/wi/kernel", &[4, 64, 128], Some(4)),
            ("model.layers.3.mlp.switch_mlp.up_proj.weight", &[4, 128, 64], Some(4)),
            ("decoder/experts/wi", &[6, 8, 256, 512], Some(48)),
            ("Encoder/encoderblock_1/Moe/Mlp/Dense_0/kernel", &[8, 64, 128], Some(8)),
            ("Encoder/encoderblock_1/Moe/Mlp/Dense_0/bias", &[8, 128], Some(8)),
            ("layers.0.experts.3.w1.weight", &[128, 64], None),
            ("layers.0.experts.3.conv.weight", &[128, 64, 3], None),
            ("moe.experts_conv.weight", &[64, 64, 3, 3], None),
            ("experts.kernel", &[64, 64, 3, 3], None),
            ("moe.gate.weight", &[8, 64], None),
            ("conv.weight", &[8, 64, 128], None),
            ("experts.down_proj", &[0, 64, 128], None),
        ] {
            assert_eq!(Stack::by_name(name, shape).map(|stack| stack.parts), parts, "{name}");
        }
        let stack = Stack::by_name("decoder/experts/wi", &[6, 8, 256, 512]).expect("a stack");
        assert_eq!(stack.part(19).to_string(), "expert 3 of layer 2");
    }

    #[test]
    fn roles_by_name() {
        for (name, expected) in [
            ("experts.gate_up_proj", Some(Role::Up)),
            ("experts.down_proj.weight", Some(Role::Down)),
            ("moe.experts.dense_4h_to_h.weight", Some(Role::Down)),
            ("moe.experts.dense_h_to_4h.weight", Some(Role::Up)),
            ("wo/kernel", Some(Role::Down)),
            ("transformer.h.2.experts.weight", None),
            ("gate.experts.weight", None),
        ] {
            assert_eq!(role(name), expected, "{name}");
        }
    }

    #[test]
    fn stacked_layers_are_told_from_layers() {
        let scanned: [(&str, &[usize]); 4] = [
            ("decoder/layers/mlp/wi/kernel", &[6, 64, 128]),
            ("decoder/layers/mlp/wi/bias", &[6, 128]),
            ("decoder/layers/norm/scale", &[6, 64]),
            ("decoder/norm/scale", &[64]),
        ];
        assert_eq!(of_layers(&scanned), HashMap::from([("decoder/layers", 6)]));
        // A block of convolutions with as many neurons each.
        let block: [(&str, &[usize]); 3] =
            [("block.conv1.weight", &[64, 64, 3, 3]), ("block.bn1.weight", &[64]), ("block.bn1.bias", &[64])];
        assert!(of_layers(&block).is_empty());
        let numbered: [(&str, &[usize]); 2] = [("layers.0.w", &[6, 64, 128]), ("layers.0.norm.scale", &[6, 64])];
        assert!(of_layers(&numbered).is_empty());
    }
}
