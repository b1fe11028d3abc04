//! Layouts by the shapes of neighboring tensors: a bias has as many values as there are neurons, and a layer has as many inputs as
//! the layer before it has neurons.

use std::collections::{BTreeMap, HashMap};

use fanin_core::Layout;

use crate::judge::names::{leaf, module, numbers};
use crate::judge::numbers::skeleton;

/// Votes for `[out, in]` and for `[in, out]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Votes {
    pub(super) out_in: usize,
    pub(super) in_out: usize,
}

/// The minimum number of votes, and the required majority.
const FEWEST: usize = 2;
const MAJORITY: usize = 4;

impl Votes {
    pub(super) fn cast(&mut self, layout: Layout) {
        match layout {
            Layout::OutIn => self.out_in += 1,
            Layout::InOut => self.in_out += 1,
            Layout::Transposed | Layout::KernelOutIn => {}
        }
    }

    /// The layout that at least two neighbors and four in five vote for.
    pub(super) fn verdict(self) -> Option<Layout> {
        let wins = |one: usize, other: usize| one >= FEWEST && one >= MAJORITY * other;
        match self {
            _ if wins(self.out_in, self.in_out) => Some(Layout::OutIn),
            _ if wins(self.in_out, self.out_in) => Some(Layout::InOut),
            _ => None,
        }
    }
}

/// The names that the bias of a weight may have.
pub(crate) fn bias_names(name: &str) -> impl Iterator<Item = String> {
    const PAIRS: [(&str, &str); 7] = [
        ("weights", "biases"),
        ("weight", "bias"),
        ("kernel", "bias"),
        ("Kernel", "Bias"),
        ("w", "b"),
        ("W", "B"),
        ("W", "b"),
    ];
    let (module, leaf) = (module(name), leaf(name));
    let end = &name[module.len() + leaf.len()..];
    let renamed = PAIRS.iter().filter_map(move |(weight, bias)| {
        // `w2` and `w_0`, but not the `w` of another word.
        let found = match weight.len() {
            1 => leaf.starts_with(weight) && !leaf[1..].starts_with(char::is_alphabetic),
            _ => leaf.contains(weight),
        };
        found.then(|| format!("{module}{}{end}", leaf.replacen(weight, bias, 1)))
    });
    // `enc_w_ih` and `fc_w`.
    let worded = leaf.split('_').skip(1).any(|word| word == "w").then(|| {
        let words: Vec<&str> = leaf.split('_').map(|word| if word == "w" { "b" } else { word }).collect();
        format!("{module}{}{end}", words.join("_"))
    });
    let beside = [format!("{module}{leaf}_bias{end}"), format!("{module}{leaf}_b{end}")];
    let renamed = renamed.chain(worded);
    renamed.chain(beside).filter(move |bias| bias != name)
}

/// The shape of the bias that belongs to a weight, by name.
pub(super) fn bias<'f>(shapes: &HashMap<&str, &'f [usize]>, name: &str) -> Option<&'f [usize]> {
    bias_names(name).find_map(|bias| shapes.get(bias.as_str()).copied())
}

/// The length of the vector whose name ends in the next number, where a weight's name ends in a number: the bias of `v357` is `v358`. A
/// normalization in that place has as many values.
pub(super) fn next_vector(shapes: &HashMap<&str, &[usize]>, name: &str) -> Option<usize> {
    let stem = name.trim_end_matches(|character: char| character.is_ascii_digit());
    let number: u64 = name[stem.len()..].parse().ok()?;
    match shapes.get(format!("{stem}{}", number.checked_add(1)?).as_str()) {
        Some([length]) => Some(*length),
        _ => None,
    }
}

/// The layouts of modules whose parameters are merely counted, such as an LSTM of `_0`, `_1` and `_2`: the only vector is the bias of all
/// matrices.
pub(super) fn by_only_vector<'f>(tensors: &[(&'f str, &'f [usize])]) -> HashMap<&'f str, Layout> {
    let mut modules: HashMap<&str, (Vec<[usize; 2]>, Vec<usize>)> = HashMap::new();
    let counted = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_digit());
    for (name, shape) in tensors.iter().filter(|(name, _)| !module(name).is_empty() && counted(leaf(name))) {
        let (matrices, vectors) = modules.entry(module(name)).or_default();
        match **shape {
            [a, b] => matrices.push([a, b]),
            [length] => vectors.push(length),
            _ => {}
        }
    }
    let layout = |(matrices, vectors): (Vec<[usize; 2]>, Vec<usize>)| {
        let [length] = vectors[..] else { return None };
        let all = |axis: usize| matrices.iter().all(|matrix| matrix[axis] == length);
        match (all(0), all(1)) {
            (true, false) => Some(Layout::OutIn),
            (false, true) => Some(Layout::InOut),
            _ => None,
        }
    };
    modules.into_iter().filter_map(|(module, parameters)| Some((module, layout(parameters)?))).collect()
}

/// The layout in which a bias of this length belongs to the weight; `None` if several layouts do.
pub(super) fn by_bias(shape: &[usize], bias: usize) -> Option<Layout> {
    let rank = shape.len();
    let fits = |layout: &Layout| layout.out_axis(rank).is_some_and(|axis| shape[axis] == bias);
    let layouts: &[Layout] = match rank {
        2 => &[Layout::OutIn, Layout::InOut],
        _ => &[Layout::OutIn, Layout::InOut, Layout::Transposed, Layout::KernelOutIn],
    };
    let mut fitting = layouts.iter().copied().filter(fits);
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first)
}

/// Votes of consecutive layers, by the name without its numbers.
pub(super) fn chains(matrices: &[(&str, [usize; 2])]) -> HashMap<String, Votes> {
    type Layer = (Vec<u64>, [usize; 2]);
    let mut stems: BTreeMap<String, Vec<Layer>> = BTreeMap::new();
    for (name, shape) in matrices {
        stems.entry(skeleton(name)).or_default().push((numbers(name), *shape));
    }
    let mut votes: HashMap<String, Votes> = HashMap::new();
    for (stem, mut layers) in stems {
        layers.sort();
        let cast = votes.entry(stem).or_default();
        layers.windows(2).filter_map(|pair| by_next(pair[0].1, pair[1].1)).for_each(|layout| cast.cast(layout));
    }
    votes
}

/// The layout in which the neurons of a matrix are the inputs of the next; `None` if both or neither is.
pub(super) fn by_next(matrix: [usize; 2], next: [usize; 2]) -> Option<Layout> {
    match (matrix[0] == next[1], matrix[1] == next[0]) {
        (true, false) => Some(Layout::OutIn),
        (false, true) => Some(Layout::InOut),
        _ => None,
    }
}

/// Whether a name is generic: its words only say that it is an array.
pub(super) fn is_anonymous(name: &str) -> bool {
    const WORDS: [&str; 16] = [
        "",
        "arr",
        "array",
        "param",
        "params",
        "parameter",
        "variable",
        "var",
        "tensor",
        "onnx",
        "matmul",
        "constant",
        "const",
        "initializer",
        "value",
        "t",
    ];
    let lower = name.to_lowercase();
    let word = lower.split(|character: char| !character.is_ascii_alphabetic());
    word.into_iter().all(|word| WORDS.contains(&word))
}

/// Votes of consecutive tensors with generic names: the vector after a matrix is its bias, and the next matrix is the
/// next layer.
pub(super) fn anonymous(tensors: &[(&str, &[usize])]) -> Votes {
    let mut order: Vec<(String, Vec<u64>, &[usize])> =
        tensors.iter().map(|(name, shape)| (skeleton(name), numbers(name), *shape)).collect();
    order.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    let mut votes = Votes::default();
    for (at, (stem, _, shape)) in order.iter().enumerate() {
        let Ok(matrix) = <[usize; 2]>::try_from(*shape) else { continue };
        let mut after = order[at + 1..].iter().take_while(|(other, ..)| other == stem).map(|(_, _, shape)| *shape);
        let next = after.clone().find_map(|shape| <[usize; 2]>::try_from(shape).ok());
        if let Some([length]) = after.next()
            && let Some(layout) = by_bias(&matrix, *length)
        {
            votes.cast(layout);
        }
        if let Some(layout) = next.and_then(|next| by_next(matrix, next)) {
            votes.cast(layout);
        }
    }
    votes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn biases_are_found_by_name() {
        for (weight, name) in [
            ("fc.weight", "fc.bias"),
            ("dense/kernel:0", "dense/bias:0"),
            ("fc/weights", "fc/biases"),
            ("linear/w", "linear/b"),
            ("W2", "b2"),
            ("enc_w_ih", "enc_b_ih"),
            ("linear_3.w_0", "linear_3.b_0"),
            ("lstm.weight_ih_l0", "lstm.bias_ih_l0"),
            ("attn.in_proj_weight", "attn.in_proj_bias"),
            ("experts.gate_up_proj", "experts.gate_up_proj_bias"),
        ] {
            let shapes = HashMap::from([(name, &[7][..]), (weight, &[7, 3][..])]);
            assert_eq!(bias(&shapes, weight), Some(&[7][..]), "{weight}");
        }
        assert_eq!(bias(&HashMap::from([("ab", &[3][..])]), "aw"), None);
    }

    #[test]
    fn biases_are_found_by_number() {
        let shapes = HashMap::from([("v9", &[7, 3][..]), ("v10", &[7]), ("v11", &[3, 7]), ("v12", &[2, 3])]);
        assert_eq!(["v9", "v11", "v12", "v"].map(|name| next_vector(&shapes, name)), [Some(7), None, None, None]);
        let lstm: [(&str, &[usize]); 6] = [
            ("lstm/_0", &[200, 200]),
            ("lstm/_1", &[200, 50]),
            ("lstm/_2", &[200]),
            ("list.0", &[64, 32]),
            ("list.1", &[32, 64]),
            ("list.2", &[64]),
        ];
        assert_eq!(by_only_vector(&lstm), HashMap::from([("lstm/", Layout::OutIn)]));
    }

    #[test]
    fn a_bias_has_as_many_values_as_there_are_neurons() {
        for (shape, length, expected) in [
            (&[64, 32][..], 64, Some(Layout::OutIn)),
            (&[64, 32], 32, Some(Layout::InOut)),
            (&[64, 64], 64, None),
            (&[64, 32], 5, None),
            (&[64, 32, 3, 3], 64, Some(Layout::OutIn)),
            (&[3, 3, 32, 64], 64, Some(Layout::InOut)),
            (&[64, 32, 2, 2], 32, Some(Layout::Transposed)),
            (&[2, 2, 32, 64], 32, Some(Layout::KernelOutIn)),
        ] {
            assert_eq!(by_bias(shape, length), expected, "{shape:?} {length}");
        }
    }

    #[test]
    fn layers_that_follow_each_other_vote() {
        let widths = [784, 256, 128, 64, 10];
        let in_out: Vec<(String, [usize; 2])> = widths
            .windows(2)
            .enumerate()
            .map(|(at, pair)| (format!("linear{at}.weight"), [pair[0], pair[1]]))
            .collect();
        let out_in: Vec<_> = in_out.iter().map(|(name, [a, b])| (name.clone(), [*b, *a])).collect();
        for (layers, expected) in [(in_out, Layout::InOut), (out_in, Layout::OutIn)] {
            let layers: Vec<_> = layers.iter().map(|(name, shape)| (name.as_str(), *shape)).collect();
            assert_eq!(chains(&layers)["linear*.weight"].verdict(), Some(expected));
        }
        // Equal layers, and a single pair of branches, are not evidence.
        let equal = [("a.0.w", [96, 64]), ("a.1.w", [96, 64]), ("a.2.w", [96, 64])];
        assert_eq!(chains(&equal)["a.*.w"].verdict(), None);
        assert_eq!(chains(&[("p0", [32, 64]), ("p1", [64, 48])])["p*"].verdict(), None);
    }

    #[test]
    fn names_that_say_nothing_are_ordered_by_number() {
        for name in ["arr_0", "12", "onnx::MatMul_3", "param_7", "Variable:0"] {
            assert!(is_anonymous(name), "{name}");
        }
        assert!(!is_anonymous("fc.weight") && !is_anonymous("w1"));
        let arrays: [(&str, &[usize]); 6] = [
            ("arr_0", &[30, 20]),
            ("arr_1", &[20]),
            ("arr_10", &[9, 4]),
            ("arr_2", &[20, 9]),
            ("arr_3", &[9]),
            ("x", &[3]),
        ];
        assert_eq!(anonymous(&arrays), Votes { out_in: 0, in_out: 4 });
    }
}
