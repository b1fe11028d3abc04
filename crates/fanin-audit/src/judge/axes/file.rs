//! The axes of all tensors of a file, inferred from all names and shapes.

use std::collections::HashMap;

use fanin_core::param::Fans;
use fanin_core::resolve::Pattern;
use fanin_core::{Layout, ParamSpec};

use super::Axes;
use super::by_name;
use super::fused::Widths;
use super::kernel::{KernelOrder, OrderVotes};
use super::neighbors::{self, Votes};
use super::stack::{self, PartKind, Stack};
use crate::judge::keras;
use crate::judge::kind::{self, TensorKind};
use crate::judge::names::{components, leaf, module, words};
use crate::judge::numbers::skeleton;

/// Evidence from all names and shapes of a file about the axes of its tensors.
#[derive(Debug)]
pub(crate) struct FileAxes<'f> {
    stated: &'f [(Pattern, Layout)],
    shapes: HashMap<&'f str, &'f [usize]>,
    /// Layer stacks, by prefix.
    layers: HashMap<&'f str, usize>,
    /// The lengths of axes outside the experts.
    widths: Widths,
    /// Votes of consecutive layers, by stem.
    chains: HashMap<String, Votes>,
    /// Votes of all matrices, by last name component.
    leaves: HashMap<String, Votes>,
    /// Layouts of modules whose parameters are merely counted.
    counted: HashMap<&'f str, Layout>,
    /// Votes of kernels.
    orders: OrderVotes,
    /// Votes of tensors with generic names.
    anonymous: Votes,
    /// Votes of the weights that may be transformers' `Conv1D`.
    conv1d: Votes,
}

impl<'f> FileAxes<'f> {
    /// Collects the evidence of a file. Stated layouts take precedence; the first matching pattern wins.
    pub(crate) fn of(
        tensors: impl IntoIterator<Item = (&'f str, &'f [usize])>,
        stated: &'f [(Pattern, Layout)],
    ) -> Self {
        let tensors: Vec<(&str, &[usize])> = tensors.into_iter().collect();
        let mut file = Self {
            stated,
            shapes: tensors.iter().copied().collect(),
            layers: stack::of_layers(&tensors),
            widths: Widths::default(),
            chains: HashMap::new(),
            leaves: HashMap::new(),
            counted: neighbors::by_only_vector(&tensors),
            orders: OrderVotes::default(),
            anonymous: Votes::default(),
            conv1d: Votes::default(),
        };
        // A layout stated by one name is not evidence for tensors whose names state none.
        let votes = |name: &str, shape: &[usize]| {
            by_name::layout(name, shape).is_none() && TensorKind::of(name, shape) == TensorKind::Weight
        };
        let mut matrices = Vec::new();
        for (name, shape) in &tensors {
            if file.stack(name, shape).is_some() {
                continue;
            }
            file.widths.count(shape);
            if let Some(layout) = by_name::layout(name, shape).filter(|_| by_name::is_conv1d(name) && shape.len() == 2)
            {
                file.conv1d.cast(layout);
            }
            let named = by_name::layout(name, shape);
            // A depthwise kernel of `[out, k..., in]` is [1, k..., channels].
            if shape.len() > 3
                && shape[0] != 1
                && let Some((order, is_proven)) = KernelOrder::evidence(shape, file.bias(name), named.is_some())
            {
                file.orders.cast(order, is_proven);
            }
            if let Ok(matrix) = <[usize; 2]>::try_from(*shape)
                && votes(name, shape)
            {
                matrices.push((*name, matrix));
            }
        }
        file.chains = neighbors::chains(&matrices);
        let chains = file.chains.iter().map(|(stem, votes)| (leaf(stem).to_owned(), *votes));
        for (leaf, votes) in chains {
            let all = file.leaves.entry(leaf).or_default();
            all.in_out += votes.in_out;
            all.out_in += votes.out_in;
        }
        for (name, matrix) in &matrices {
            if let Some(layout) = file.by_bias(name, matrix) {
                file.leaves.entry(skeleton(leaf(name))).or_default().cast(layout);
            }
        }
        let anonymous: Vec<_> = tensors.iter().copied().filter(|(name, _)| neighbors::is_anonymous(name)).collect();
        file.anonymous = neighbors::anonymous(&anonymous);
        file
    }

    /// The stack that a tensor holds, if any.
    pub(crate) fn stack(&self, name: &str, shape: &[usize]) -> Option<Stack> {
        let layers = stack::prefix(name).is_some_and(|prefix| self.layers.contains_key(prefix));
        if layers { Stack::of_layers(name, shape) } else { Stack::by_name(name, shape) }
    }

    /// The axes of a tensor, or of one part of a stack. `assigned` is the layout that a recipe states.
    pub(crate) fn axes(&self, name: &str, shape: &[usize], assigned: Option<Layout>) -> Axes {
        let stack = self.stack(name, shape);
        let part = match stack {
            Some(stack) if stack.is_split() => &shape[stack.axes..],
            _ => shape,
        };
        let stated = self.stated.iter().find(|(pattern, _)| pattern.matches(name)).map(|(_, layout)| *layout);
        if let Some(layout) = stated.or(assigned) {
            return Axes::new(part, layout, true);
        }
        if TensorKind::of(name, part) == TensorKind::Embedding {
            // The rows of a table are not neurons.
            return Axes::new(part, Layout::OutIn, false);
        }
        match stack {
            Some(stack) if !stack.is_split() => Self::of_many_parts(shape, stack),
            Some(stack) if stack.kind == PartKind::Expert => self.of_expert(name, part),
            _ => self.of_weight(name, part),
        }
    }

    /// The kind of a tensor, by its name and by the tensors beside it; `None` if its name and shape tell it.
    pub(crate) fn kind(&self, name: &str, shape: &[usize]) -> Option<TensorKind> {
        let shape_of = |other: &str| self.shapes.get(other).copied();
        let of_keras = keras::kind(name, shape, shape_of);
        let is_bias = || {
            let kind = TensorKind::of(name, shape);
            kind == TensorKind::Bias || kind == TensorKind::Weight && kind::is_bias_of(name, shape, shape_of)
        };
        of_keras.or_else(|| is_bias().then_some(TensorKind::Bias))
    }

    /// The tensor as a parameter with its fans; for a stacked tensor, those of one part. `None` if its shape is too
    /// large.
    pub(crate) fn param(&self, name: &str, shape: &[usize]) -> Option<ParamSpec> {
        let axes = self.axes(name, shape, None);
        let param = ParamSpec::new(name, shape).ok()?.with_layout(axes.layout());
        // Stored as a kernel or matrix, it has the fans of its layout.
        if axes.shape() == shape || kind::axes(shape) < 2 {
            return Some(param);
        }
        let (fan_in, fan_out) = axes.fans();
        Some(param.with_fans(Fans { fan_in, fan_out }))
    }

    /// The axes of one expert. If they are equal, neurons and inputs cannot be distinguished.
    fn of_expert(&self, name: &str, part: &[usize]) -> Axes {
        let by_size = self.widths.layout(name, part);
        let by_name = || by_name::layout(name, part);
        let square = matches!(part, [a, b] if a == b);
        let told = by_size.or_else(by_name);
        let conventional = by_name::is_conventional(name) && leaf(name) == "weight";
        Axes::new(part, told.unwrap_or(Layout::OutIn), !square && (told.is_some() || conventional))
    }

    /// The axes of all parts as one matrix, for tensors with too many parts to examine each.
    fn of_many_parts(shape: &[usize], stack: Stack) -> Axes {
        let (_, part) = shape.split_at(stack.axes);
        let (rows, columns) = part.split_first().map_or((1, 1), |(first, rest)| (*first, rest.iter().product()));
        Axes::new(&[stack.parts.saturating_mul(rows), columns], Layout::OutIn, false)
    }

    fn of_weight(&self, name: &str, shape: &[usize]) -> Axes {
        if let Some(axes) = self.of_several_axes(name, shape) {
            return axes;
        }
        let (layout, known) = match shape.len() {
            0 | 1 => (Layout::OutIn, false),
            2 => self.of_matrix(name, shape),
            _ => {
                let (layout, known, inputs_last) = self.of_kernel(name, shape);
                return self.kernel(name, shape, layout, known, inputs_last);
            }
        };
        Axes::new(shape, layout, known)
    }

    fn of_matrix(&self, name: &str, shape: &[usize]) -> (Layout, bool) {
        let conventional = by_name::is_conventional(name);
        let leaf = self.leaves.get(&skeleton(leaf(name))).copied().unwrap_or_default();
        // Branches can look like a chain, so any evidence that the convention holds in this file outweighs it.
        let chain = self.chains.get(&skeleton(name)).and_then(|votes| votes.verdict());
        let chain = chain.filter(|layout| !conventional || *layout == Layout::OutIn || leaf.out_in == 0);
        let anonymous = || self.anonymous.verdict().filter(|_| neighbors::is_anonymous(name));
        let conv1d = || self.conv1d.verdict().filter(|_| by_name::is_conv1d(name));
        let counted = || self.counted.get(module(name)).copied().filter(|_| !conventional);
        let by_bias = self.by_bias(name, shape).or_else(counted);
        let told = by_bias.or_else(|| by_name::layout(name, shape)).or_else(conv1d).or(chain);
        match told.or_else(anonymous).or_else(|| leaf.verdict()) {
            Some(layout) => (layout, true),
            None => (Layout::OutIn, conventional && !by_name::is_tall(shape)),
        }
    }

    /// The length of the bias of a weight, by name or by number.
    fn bias(&self, name: &str) -> Option<usize> {
        match neighbors::bias(&self.shapes, name) {
            Some([length]) => Some(*length),
            Some(_) => None,
            None => neighbors::next_vector(&self.shapes, name),
        }
    }

    /// The layout implied by the length of the bias, if it matches only one axis.
    fn by_bias(&self, name: &str, shape: &[usize]) -> Option<Layout> {
        neighbors::by_bias(shape, self.bias(name)?)
    }

    /// The layout of a kernel, whether it is known, and whether it is `[out, k..., in]`.
    fn of_kernel(&self, name: &str, shape: &[usize]) -> (Layout, bool, bool) {
        let (named, bias) = (by_name::layout(name, shape), self.bias(name));
        let named_order =
            named.map(|layout| if layout.kernel_first() { KernelOrder::First } else { KernelOrder::Last });
        let file = self.orders.verdict().filter(|_| !(shape[0] == 1 && by_name::is_depthwise(name)));
        let conventional = named.is_none() && by_name::is_conventional(name);
        let order = match KernelOrder::decided(shape, bias, named_order, file) {
            // A kernel of one axis, unless others of the file have this order.
            Some(KernelOrder::Middle) if conventional && shape.len() == 3 && file.is_none() => Some(KernelOrder::Last),
            None if conventional && shape.len() > 3 => Some(KernelOrder::Last),
            order => order,
        };
        let transposed = matches!(named, Some(Layout::Transposed | Layout::KernelOutIn));
        let is_bias = |axis: Option<usize>| bias.is_some() && axis.and_then(|axis| shape.get(axis)) == bias.as_ref();
        // The bias tells a transposed convolution from others, unless it has as many inputs as outputs.
        let turned = |usual: Layout, turned: Layout| {
            let rank = shape.len();
            match (is_bias(usual.out_axis(rank)), is_bias(turned.out_axis(rank))) {
                (true, false) => usual,
                (false, true) => turned,
                _ if transposed => turned,
                _ => usual,
            }
        };
        match order {
            Some(KernelOrder::Last) => (turned(Layout::OutIn, Layout::Transposed), true, false),
            Some(KernelOrder::First) => (turned(Layout::InOut, Layout::KernelOutIn), true, false),
            Some(KernelOrder::Middle) => (Layout::OutIn, true, true),
            None => match bias.and_then(|bias| neighbors::by_bias(shape, bias)).or(named) {
                Some(layout) => (layout, true, false),
                None => (Layout::OutIn, false, false),
            },
        }
    }

    /// A kernel; a depthwise one `[k..., in, multiplier]` is read as `[k..., 1, in * multiplier]`.
    fn kernel(&self, name: &str, shape: &[usize], layout: Layout, known: bool, inputs_last: bool) -> Axes {
        let mut axes = Axes::new(shape, layout, known);
        axes.inputs_last = inputs_last;
        let [kernel @ .., inputs, multiplier] = shape else { return axes };
        if let [1, kernel @ .., channels] = shape
            && layout == Layout::InOut
            && self.orders.verdict() == Some(KernelOrder::Middle)
        {
            axes.shape = [kernel, &[1, *channels]].concat();
            return axes;
        }
        let few = *multiplier <= 8 && multiplier < inputs;
        let per_input = |name: &str| {
            let bias = self.bias(name);
            by_name::is_depthwise(name) || *multiplier == 1 && bias == Some(*inputs)
        };
        if matches!(layout, Layout::InOut | Layout::KernelOutIn) && *inputs > 1 && few && per_input(name) {
            axes.shape = [kernel, &[1, inputs * multiplier]].concat();
            axes.layout = Layout::InOut;
            axes.depthwise = Some((*inputs, *multiplier));
        }
        axes
    }

    /// The axes of a weight whose neurons or inputs have several axes, such as Flax's attention projections: `[in,
    /// heads, size]` or `[heads, size, out]`.
    fn of_several_axes(&self, name: &str, shape: &[usize]) -> Option<Axes> {
        let [first, middle, last] = shape else { return None };
        if leaf(name) != "kernel" {
            return None;
        }
        let bias = neighbors::bias(&self.shapes, name);
        let attention =
            components(name).flat_map(words).any(|word| word.contains("attention") || word == "attn" || word == "mha");
        let module = components(name).rev().nth(1).map(words).unwrap_or_default();
        let is = |list: &[&str]| module.iter().any(|word| list.contains(&word.as_str()));
        let splits = bias.is_some_and(|bias| bias == &shape[1..])
            || attention && is(&["query", "key", "value", "q", "k", "v"]) && bias.is_none();
        let joins = attention && is(&["out", "output", "o"]) && bias.is_none_or(|bias| bias == [*last]);
        let matrix = match (splits, joins) {
            (true, _) => [*first, middle * last],
            (false, true) => [first * middle, *last],
            _ => return None,
        };
        Some(Axes::new(&matrix, Layout::InOut, true))
    }
}
