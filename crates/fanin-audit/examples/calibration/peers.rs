//! Layers of a healthy checkpoint that determine another layer's scale.

use std::collections::BTreeMap;

use super::corpus::Tensor;

/// The minimum number of peers that must agree.
const LEAST: usize = 3;
/// The largest spread of agreeing peers: the median absolute deviation of their log scales, converted to a standard
/// deviation.
const SPREAD: f64 = 0.2;

/// Returns for each tensor whether its peers agree on a scale. Peers have the same shape, and names that differ only in
/// their numbers and are not mere numbers. `scales` are root mean squares.
pub(crate) fn agree(tensors: &[Tensor], scales: &[f64]) -> Vec<bool> {
    let mut kinds: BTreeMap<(String, &[usize]), Vec<usize>> = BTreeMap::new();
    let named = |tensor: &Tensor| tensor.name.contains(|letter: char| letter.is_ascii_alphabetic());
    for (index, tensor) in tensors.iter().enumerate().filter(|(_, tensor)| named(tensor)) {
        kinds.entry((without_numbers(&tensor.name), &tensor.shape)).or_default().push(index);
    }
    let mut agreed = vec![false; tensors.len()];
    for kind in kinds.values() {
        for index in kind {
            let others = kind.iter().filter(|other| *other != index);
            let logarithms: Vec<f64> = others.filter_map(|other| scales.get(*other)).map(|scale| scale.ln()).collect();
            let center = median(&logarithms);
            let distances: Vec<f64> = logarithms.iter().map(|value| (value - center).abs()).collect();
            agreed[*index] = logarithms.len() >= LEAST && 1.4826 * median(&distances) <= SPREAD;
        }
    }
    agreed
}

fn without_numbers(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        match letter.is_ascii_digit() {
            true if text.ends_with('#') => {}
            true => text.push('#'),
            false => text.push(letter),
        }
    }
    text
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
    f64::midpoint(at(sorted.len() / 2), at(sorted.len().saturating_sub(1) / 2))
}
