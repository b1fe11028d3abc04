//! The meaning of the numbers in tensor names: depth indexes, roles and counters.
//!
//! Decides from the set of names alone; knows no tensor.
//!
//! - A *depth index* numbers repeated blocks: the names under each of its values are much the same (`layers.3.fc`, `block_3_conv`).
//! - A *role* distinguishes siblings within one block, and recurs in other blocks (`W13` and `W2`, `conv1` and
//!   `conv2`).
//! - An *echo* repeats the depth index (`layer_2/enc2_W`).
//! - A *counter* numbers the tensors or layers of the whole file (`dense_14`, `onnx::MatMul_337`). It says nothing
//!   about what a tensor does.

use std::collections::{BTreeSet, HashMap, HashSet};

/// The position of a name in its file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The name with each depth index as `*`. The layers of a stack share it; a name with a counter shares it with none.
    pub(crate) stack: String,
    /// The depth indexes, outermost first.
    pub(crate) depth: Vec<u64>,
    /// The name up to its innermost depth index, which the siblings of a block share; empty without one.
    pub(crate) block: String,
    /// The same with each depth index as `*`.
    pub(crate) blocks: String,
    /// Whether one of its numbers is a counter.
    pub(crate) is_counted: bool,
}

/// Words whose numbers are depth indexes even if each value has a single tensor.
const DEEP: [&str; 6] = ["layer", "layers", "block", "hidden", "stage", "level"];

/// The suffix of a layer's parameters in PyTorch's recurrent modules, `weight_hh_l0`.
const RECURRENT: &str = "h_l";

/// The maximum length of an analyzed name, and the maximum number of analyzed numbers. No framework exceeds them.
const LONGEST: usize = 1024;
const NUMBERS: usize = 24;

/// The minimum average number of names per value from which a number counts blocks: half of the blocks may have a
/// single name.
const BLOCK: f64 = 1.5;

/// A number in a name.
#[derive(Clone, Copy, Debug)]
struct Number {
    start: usize,
    end: usize,
    value: u64,
}

/// A name whose numbers are decided from left to right.
struct Name {
    text: String,
    numbers: Vec<Number>,
    /// The end of what has been decided.
    at: usize,
    place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Depth,
    Echo,
    Role,
    Counter,
}

/// Returns the place of each name.
pub(crate) fn places(names: &[&str]) -> Vec<Place> {
    let whole = unnumbered(names);
    let mut parsed: Vec<Name> = names.iter().map(|name| Name::new(numbered(name, &whole))).collect();
    for place in 0..NUMBERS {
        let mut groups: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, name) in parsed.iter_mut().enumerate() {
            if let Some(number) = name.numbers.get(place).copied() {
                name.place.stack.push_str(name.text.get(name.at..number.start).unwrap_or_default());
                groups.entry(name.place.stack.clone()).or_default().push(index);
            }
        }
        if groups.is_empty() {
            break;
        }
        for group in groups.into_values() {
            let members: Vec<(&Name, Number)> =
                group.iter().filter_map(|index| Some((&parsed[*index], *parsed[*index].numbers.get(place)?))).collect();
            let meaning = meaning(&members);
            for index in group {
                parsed[index].decide(place, meaning);
            }
        }
    }
    parsed.into_iter().map(Name::end).collect()
}

/// The names with every number as `*`.
pub(crate) fn skeleton(name: &str) -> String {
    let mut skeleton = String::with_capacity(name.len());
    for character in name.chars() {
        if !character.is_ascii_digit() {
            skeleton.push(character);
        } else if !skeleton.ends_with('*') {
            skeleton.push('*');
        }
    }
    skeleton
}

/// Decides what a number means, from all names that agree up to it, except for their depth.
fn meaning(members: &[(&Name, Number)]) -> Meaning {
    let values: BTreeSet<u64> = members.iter().map(|(_, number)| number.value).collect();
    if values.len() < 2 {
        return Meaning::Role;
    }
    let offset = |(name, number): &(&Name, Number)| {
        name.place.depth.last().map(|depth| i128::from(number.value) - i128::from(*depth))
    };
    let offsets: BTreeSet<Option<i128>> = members.iter().map(offset).collect();
    let inside = !offsets.contains(&None);
    if inside && offsets.len() == 1 {
        return Meaning::Echo;
    }
    let instances: BTreeSet<(&str, u64)> =
        members.iter().map(|(name, number)| (&name.text[..number.start], number.value)).collect();
    // The parts of a stacked tensor share its name.
    let names: BTreeSet<&str> = members.iter().map(|(name, _)| name.text.as_str()).collect();
    #[expect(clippy::cast_precision_loss, reason = "counts of tensors")]
    let ratio = |a: usize, b: usize| a as f64 / b.max(1) as f64;
    let is_block = ratio(names.len(), instances.len()) >= BLOCK;
    let recurs = inside && ratio(instances.len(), values.len()) >= 1.5;
    let is_component = members.iter().all(|(name, number)| name.is_component(*number));
    let is_last = members.iter().any(|(name, number)| number.end == name.text.len());
    let is_deep = members.iter().all(|(name, number)| name.is_deep(*number));
    match (is_block, recurs) {
        (true, true) if is_component || is_deep => Meaning::Depth,
        (true, false) => Meaning::Depth,
        (_, true) => Meaning::Role,
        (false, false) if is_deep || is_component && !is_last => Meaning::Depth,
        (false, false) => Meaning::Counter,
    }
}

impl Name {
    fn new(text: String) -> Self {
        let mut numbers = Vec::new();
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() && text.len() <= LONGEST && numbers.len() < NUMBERS {
            let end = at + bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            if end > at {
                // A number of 20 digits is a hash.
                numbers.push(Number { start: at, end, value: text[at..end].parse().unwrap_or(u64::MAX) });
            }
            at = end + 1;
        }
        Self { text, numbers, at: 0, place: Place::default() }
    }

    /// Whether a number is a whole component: `layers.3.weight`.
    fn is_component(&self, number: Number) -> bool {
        let bytes = self.text.as_bytes();
        let ends = |byte: Option<&u8>| byte.is_none_or(|byte| is_separator(char::from(*byte)));
        number.start > 0 && ends(bytes.get(number.start - 1)) && ends(bytes.get(number.end))
    }

    /// Whether the word before a number implies depth.
    fn is_deep(&self, number: Number) -> bool {
        let before = self.text[..number.start].to_ascii_lowercase();
        let before = before.trim_end_matches(['_', '-', '.', '/']);
        before.ends_with(RECURRENT) || DEEP.iter().any(|word| before.ends_with(word))
    }

    fn decide(&mut self, place: usize, meaning: Meaning) {
        let Some(number) = self.numbers.get(place).copied() else { return };
        self.at = number.end;
        match meaning {
            Meaning::Depth => {
                self.place.depth.push(number.value);
                self.place.stack.push('*');
                self.place.block = self.text[..number.end].to_owned();
                self.place.blocks.clone_from(&self.place.stack);
            }
            Meaning::Echo => self.place.stack.push('*'),
            Meaning::Role => self.place.stack.push_str(&self.text[number.start..number.end]),
            Meaning::Counter => {
                self.place.is_counted = true;
                self.place.stack.push_str(&self.text[number.start..number.end]);
            }
        }
    }

    fn end(self) -> Place {
        let Self { text, at, mut place, .. } = self;
        place.stack.push_str(&text[at..]);
        if place.is_counted {
            place.stack = text;
            place.depth.clear();
        }
        place
    }
}

fn is_separator(character: char) -> bool {
    matches!(character, '.' | '/' | ':')
}

/// The name prefixes that stand for number 0 among numbered siblings: `net/layer` beside `net/layer_1`.
fn unnumbered<'n>(names: &[&'n str]) -> HashSet<&'n str> {
    let mut all: HashSet<&str> = HashSet::new();
    for name in names.iter().filter(|name| name.len() <= LONGEST) {
        all.extend(components(name));
    }
    let stands = |component: &&&str| {
        let sibling = |number: u8| all.contains(format!("{component}_{number}").as_str());
        !component.ends_with(|last: char| last.is_ascii_digit()) && sibling(1) && !sibling(0)
    };
    all.iter().filter(stands).copied().collect()
}

/// The name up to the end of each of its components.
fn components(name: &str) -> impl Iterator<Item = &str> {
    let ends = name.char_indices().filter(|(_, character)| is_separator(*character)).map(|(at, _)| at);
    ends.chain([name.len()]).map(|end| &name[..end])
}

/// The name with `_0` appended to each component that stands for number 0.
fn numbered(name: &str, unnumbered: &HashSet<&str>) -> String {
    if name.len() > LONGEST || unnumbered.is_empty() {
        return name.to_owned();
    }
    let (mut numbered, mut at) = (String::with_capacity(name.len() + 2), 0);
    for component in components(name) {
        numbered.push_str(&name[at..component.len()]);
        at = component.len();
        if unnumbered.contains(component) {
            numbered.push_str("_0");
        }
    }
    numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stacks(names: &[String]) -> Vec<String> {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut stacks: Vec<String> = places(&names).into_iter().map(|place| place.stack).collect();
        stacks.sort();
        stacks.dedup();
        stacks
    }

    /// The names of a stack: `{}` is the layer.
    fn layers(count: usize, parts: &[&str]) -> Vec<String> {
        (0..count).flat_map(|layer| parts.iter().map(move |part| part.replace("{}", &layer.to_string()))).collect()
    }

    #[test]
    fn depth_indexes_are_wild_and_roles_are_kept() {
        for (count, parts, expected) in [
            (
                3,
                &["layers.{}.mlp.w1.weight", "layers.{}.mlp.w2.weight"][..],
                &["layers.*.mlp.w1.weight", "layers.*.mlp.w2.weight"][..],
            ),
            (2, &["b.{}.mlp.0.weight", "b.{}.mlp.2.weight"], &["b.*.mlp.0.weight", "b.*.mlp.2.weight"]),
            (4, &["gcn.{}.fc.weight"], &["gcn.*.fc.weight"]),
            (4, &["layer_{}/kernel"], &["layer_*/kernel"]),
            (3, &["rnn.weight_hh_l{}", "rnn.weight_ih_l{}"], &["rnn.weight_hh_l*", "rnn.weight_ih_l*"]),
            (
                3,
                &["block_{}_expand/kernel", "block_{}_project/kernel"],
                &["block_*_expand/kernel", "block_*_project/kernel"],
            ),
            (
                3,
                &["t.{}.attn1.q.weight", "t.{}.attn1.k.weight", "t.{}.attn2.q.weight", "t.{}.attn2.k.weight"],
                &["t.*.attn1.k.weight", "t.*.attn1.q.weight", "t.*.attn2.k.weight", "t.*.attn2.q.weight"],
            ),
            (
                2,
                &["l.{}.experts.0.w1", "l.{}.experts.0.w2", "l.{}.experts.1.w1", "l.{}.experts.1.w2"],
                &["l.*.experts.*.w1", "l.*.experts.*.w2"],
            ),
            (
                2,
                &[
                    "layer{}.0.conv1.weight",
                    "layer{}.0.conv2.weight",
                    "layer{}.1.conv1.weight",
                    "layer{}.1.conv2.weight",
                ],
                &["layer*.*.conv1.weight", "layer*.*.conv2.weight"],
            ),
            (
                3,
                &[
                    "d{}.denselayer1.conv1.w",
                    "d{}.denselayer1.conv2.w",
                    "d{}.denselayer2.conv1.w",
                    "d{}.denselayer2.conv2.w",
                ],
                &["d*.denselayer*.conv1.w", "d*.denselayer*.conv2.w"],
            ),
        ] {
            assert_eq!(stacks(&layers(count, parts)), expected);
        }
    }

    #[test]
    fn an_echo_and_a_block_without_a_number_belong_to_the_depth() {
        let names: Vec<String> = ["enc_layer/enc0", "enc_layer_1/enc1", "enc_layer_2/enc2"]
            .iter()
            .flat_map(|block| ["W2", "W3", "W12", "W13"].map(|role| format!("net/{block}_{role}.w")))
            .collect();
        let expected = ["W12", "W13", "W2", "W3"].map(|role| format!("net/enc_layer_*/enc*_{role}.w"));
        assert_eq!(stacks(&names), expected);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let depths: Vec<Vec<u64>> = places(&names).into_iter().map(|place| place.depth).collect();
        assert_eq!((&depths[0], &depths[4], &depths[11]), (&vec![0], &vec![1], &vec![2]));
    }

    #[test]
    fn counters_make_no_peers() {
        for template in ["conv2d_{}.w_0", "onnx::MatMul_{}", "Variable_{}", "{}", "dense_{}/kernel:0", "params.{}"] {
            let names = layers(6, &[template]);
            assert_eq!(stacks(&names).len(), 6, "{template}");
        }
        let names = ["dense/kernel", "dense_1/kernel", "dense_2/kernel", "dense_3/kernel"].map(str::to_owned);
        assert_eq!(stacks(&names).len(), 4);
    }

    #[test]
    fn siblings_share_a_block() {
        let names = layers(2, &["model.layers.{}.mlp.gate.weight", "model.layers.{}.mlp.up.weight"]);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let places = places(&names);
        assert_eq!((places[0].block.as_str(), places[0].blocks.as_str()), ("model.layers.0", "model.layers.*"));
        assert_eq!(places[0].block, places[1].block);
        assert_ne!(places[0].block, places[2].block);
    }

    #[test]
    fn any_name_has_a_place() {
        let long = "9.".repeat(600);
        let names = ["", "1", "..", "1.1", "é1é", "99999999999999999999999", "a_1", "a", &long, "a.1.b.1", "a.2.b.2"];
        assert_eq!(places(&names).len(), names.len());
    }
}
