//! Variables of Keras 3, which are named by their number in their layer: `layers/dense/vars/0`.
//!
//! Keras stores weights as `[in, out]` and kernels as `[k..., in, out]`, `[k..., out, in]` if transposed.

use super::kind::TensorKind;
use super::names::{components, module, words};

/// Whether a name ends in `vars` and a number.
pub(crate) fn is_variable(name: &str) -> bool {
    number(name).is_some()
}

/// The number of a variable, and the name of its layer's variables up to it: `layers/dense/vars/`.
fn number(name: &str) -> Option<(usize, &str)> {
    let mut last = components(name).rev();
    let number = last.next()?.parse().ok()?;
    (last.next() == Some("vars")).then(|| (number, module(name)))
}

/// The kind of a variable, as far as its layer tells: the last two of a batch normalization are running statistics, and a variable after
/// a weight with as many outputs is its bias. A GRU has a bias for its inputs and one for its state, `[2, out]`.
pub(crate) fn kind<'s>(
    name: &str,
    shape: &[usize],
    shape_of: impl Fn(&str) -> Option<&'s [usize]>,
) -> Option<TensorKind> {
    let (number, variables) = number(name)?;
    let other = |number: usize| shape_of(&format!("{variables}{number}"));
    let layer = components(name).rev().nth(2).map(words).unwrap_or_default();
    if layer.windows(2).any(|pair| pair == ["batch", "normalization"]) && shape.len() == 1 {
        let after = (number + 1..number + 4).take_while(|number| other(*number).is_some()).count();
        return match after {
            0 if number > 0 => Some(TensorKind::RunningVariance),
            1 => Some(TensorKind::RunningMean),
            _ => None,
        };
    }
    let outputs = *shape.last()?;
    let vector = matches!((number, shape), (_, [_]) | (2.., [2, _]));
    let follows =
        |number: usize| other(number).is_some_and(|weight| weight.len() >= 2 && weight.last() == Some(&outputs));
    (number > 0 && vector && follows(0)).then_some(TensorKind::Bias)
}

/// The variable before another one, as the running mean is before the running variance.
pub(crate) fn before(name: &str) -> Option<String> {
    let (number, variables) = number(name)?;
    Some(format!("{variables}{}", number.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_by_number() {
        let file = [
            ("layers/dense/vars/0", &[36, 64][..]),
            ("layers/dense/vars/1", &[64]),
            ("layers/gru/cell/vars/0", &[16, 24]),
            ("layers/gru/cell/vars/1", &[8, 24]),
            ("layers/gru/cell/vars/2", &[2, 24]),
            ("layers/batch_normalization_3/vars/0", &[8]),
            ("layers/batch_normalization_3/vars/1", &[8]),
            ("layers/batch_normalization_3/vars/2", &[8]),
            ("layers/batch_normalization_3/vars/3", &[8]),
            ("layers/unscaled/batch_normalization/vars/0", &[8]),
            ("layers/unscaled/batch_normalization/vars/1", &[8]),
            ("layers/norm1/vars/0", &[8]),
            ("layers/norm1/vars/1", &[8]),
            ("dense/kernel", &[8, 8]),
        ];
        let kinds: Vec<Option<TensorKind>> = file
            .iter()
            .map(|(name, shape)| {
                kind(name, shape, |other| file.iter().find(|(name, _)| *name == other).map(|(_, shape)| *shape))
            })
            .collect();
        let (bias, mean, variance) =
            (Some(TensorKind::Bias), Some(TensorKind::RunningMean), Some(TensorKind::RunningVariance));
        let expected = [None, bias, None, None, bias, None, None, mean, variance, mean, variance, None, None, None];
        assert_eq!(kinds, expected);
        assert_eq!(before("bn/vars/3").as_deref(), Some("bn/vars/2"));
        assert!(is_variable("layers.dense.vars.0") && !is_variable("vars.weight") && !is_variable("0"));
    }
}
