//! Which layers of a healthy checkpoint say how wide another one is to be.

use std::collections::BTreeMap;

use super::corpus::Tensor;

/// As many others of a kind as are asked to agree.
const LEAST: usize = 3;
/// How far they may lie apart: the median distance from their median, as a standard deviation, of the logarithm of the scale.
const SPREAD: f64 = 0.2;

/// For each tensor whether there are others of its kind, of the same name but for the numbers in it and the same shape, that
/// agree on a scale. `scales` are root mean squares.
pub(crate) fn agree(tensors: &[Tensor], scales: &[f64]) -> Vec<bool> {
    let mut kinds: BTreeMap<(String, &[usize]), Vec<usize>> = BTreeMap::new();
    for (index, tensor) in tensors.iter().enumerate() {
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
