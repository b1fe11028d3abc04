//! The axes of fused experts, `[experts, in, out]` or `[experts, out, in]`, by the hidden size of the model.

use std::collections::HashMap;

use fanin_core::Layout;

use super::stack::{Role, role};

/// The number of times each length occurs among the axes of tensors that are not experts.
#[derive(Debug, Default)]
pub(super) struct Widths(HashMap<usize, usize>);

/// The hidden size must occur this many times as often as the other length.
const CLEARLY: usize = 2;

impl Widths {
    pub(super) fn count(&mut self, shape: &[usize]) {
        if shape.len() <= 2 {
            for axis in shape {
                *self.0.entry(*axis).or_default() += 1;
            }
        }
    }

    /// The layout of one expert: of an up projection the hidden size is the input, of a down projection the output.
    pub(super) fn layout(&self, name: &str, part: &[usize]) -> Option<Layout> {
        let [first, second] = part else { return None };
        let often = |length: &usize| self.0.get(length).copied().unwrap_or(0);
        let (a, b) = (often(first), often(second));
        let hidden_first = match (a, b) {
            _ if first == second => return None,
            (a, b) if a > CLEARLY * b => true,
            (a, b) if b > CLEARLY * a => false,
            _ => return None,
        };
        let in_out = hidden_first == (role(name)? == Role::Up);
        Some(if in_out { Layout::InOut } else { Layout::OutIn })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hidden_size_tells_input_from_output() {
        let mut widths = Widths::default();
        for shape in [&[64, 64][..], &[64], &[8, 64]] {
            widths.count(shape);
        }
        for (name, part, expected) in [
            ("experts.gate_up_proj", [64, 128], Some(Layout::InOut)),
            ("experts.gate_up_proj", [128, 64], Some(Layout::OutIn)),
            ("experts.down_proj", [128, 64], Some(Layout::InOut)),
            ("experts.w2", [64, 128], Some(Layout::OutIn)),
            ("experts.w2", [64, 64], None),
            ("experts.w2", [96, 128], None),
            ("experts.weight", [64, 128], None),
        ] {
            assert_eq!(widths.layout(name, &part), expected, "{name} {part:?}");
        }
    }
}
