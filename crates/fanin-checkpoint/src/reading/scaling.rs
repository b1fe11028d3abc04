//! The scales of 8-bit tensors, which are stored as separate tensors.
//!
//! Knows the names and layouts of compressed-tensors, bitsandbytes, `DeepSeek`, FBGEMM, quanto, `ModelOpt`, `ComfyUI` and Mistral; not the
//! values.

use std::collections::HashMap;

use super::part::{Part, Scaling};
use super::{ElementType, Float8, Tensor};

/// Replaces a suffix of the name of a tensor by that of its scales and of its zero points.
struct Naming {
    values: &'static str,
    scale: &'static str,
    zero_point: Option<&'static str>,
    divisor: u8,
}

const fn naming(values: &'static str, scale: &'static str) -> Naming {
    Naming { values, scale, zero_point: None, divisor: 1 }
}

/// The names, the most specific first. An empty suffix fits every name.
const NAMINGS: &[Naming] = &[
    Naming { zero_point: Some("_zero_point"), ..naming("", "_scale") },
    // DeepSeek's "inverse" scale is a factor, too.
    naming("", "_scale_inv"),
    Naming { divisor: 127, ..naming("weight", "SCB") },
    naming("weight", "scale_weight"),
    naming("weight", "qscale_weight"),
    naming("weight", "scale"),
    naming("._data", "._scale"),
];

/// The sizes of blocks that are tried before equal parts.
const BLOCKS: [usize; 7] = [16, 32, 64, 128, 256, 512, 1024];

/// Finds the scales of all 8-bit tensors.
pub(super) fn link(tensors: &mut [Tensor]) {
    let eight: Vec<usize> = (0..tensors.len()).filter(|number| is_scalable(tensors[*number].element)).collect();
    if eight.is_empty() {
        return;
    }
    let numbers: HashMap<&str, usize> =
        tensors.iter().enumerate().map(|(at, tensor)| (tensor.name.as_str(), at)).collect();
    let parts: Vec<(usize, Part)> = eight.into_iter().map(|number| (number, part(tensors, &numbers, number))).collect();
    for (number, part) in parts {
        if let Part::Scaled(scaling) = &part {
            for companion in std::iter::once(scaling.scale).chain(scaling.zero_point) {
                tensors[companion].part = Part::Companion;
            }
        }
        // A zero point may itself have eight bits.
        if tensors[number].part != Part::Companion {
            tensors[number].part = part;
        }
    }
}

/// Whether tensors of this type may have scales.
fn is_scalable(element: ElementType) -> bool {
    match element {
        ElementType::Float8(format) => format != Float8::E8M0,
        other => is_i8(other),
    }
}

fn is_i8(element: ElementType) -> bool {
    matches!(element, ElementType::Other { name: "i8", .. })
}

fn part(tensors: &[Tensor], numbers: &HashMap<&str, usize>, number: usize) -> Part {
    let tensor = &tensors[number];
    let beside = |naming: &Naming, suffix: &str| -> Option<usize> {
        let stem = tensor.name.strip_suffix(naming.values)?;
        // A whole component: `weight` in `fc.weight`, not in `reweight`.
        let whole =
            naming.values.is_empty() || naming.values.starts_with('.') || stem.is_empty() || stem.ends_with(['.', '/']);
        let found = *numbers.get(format!("{stem}{suffix}").as_str())?;
        (whole && found != number).then_some(found)
    };
    let found = NAMINGS.iter().find_map(|naming| Some((naming, beside(naming, naming.scale)?)));
    let Some((naming, scale)) = found else { return Part::Alone };
    let zero_point = naming.zero_point.and_then(|suffix| beside(naming, suffix));
    let numbers_of_zero = |number: usize| {
        let zero = &tensors[number];
        (is_i8(zero.element) || zero.element.dtype().is_some()) && zero.shape == tensors[scale].shape
    };
    let is_scale =
        tensors[scale].element.dtype().is_some() || tensors[scale].element == ElementType::Float8(Float8::E8M0);
    match blocks(&tensor.shape, &tensors[scale].shape) {
        Some(blocks) if is_scale && zero_point.is_none_or(numbers_of_zero) => {
            Part::Scaled(Box::new(Scaling { scale, zero_point, divisor: naming.divisor, blocks }))
        }
        _ => Part::Unknown,
    }
}

/// The blocks of a tensor that have one scale each, if the shape of the scales fits: one for all, one for each slice along the first
/// axis, or a grid.
fn blocks(shape: &[usize], scales: &[usize]) -> Option<Vec<usize>> {
    if shape.contains(&0) || scales.contains(&0) {
        return None;
    }
    if scales.iter().all(|axis| *axis == 1) {
        return Some(shape.to_vec());
    }
    if let ([first, rest @ ..], [rows]) = (shape, scales)
        && first == rows
    {
        return Some(std::iter::once(1).chain(rest.iter().copied()).collect());
    }
    if shape.len() != scales.len() {
        return None;
    }
    let block = |(&axis, &scales): (&usize, &usize)| match scales {
        1 => Some(axis),
        _ if scales == axis => Some(1),
        _ => {
            let usual = BLOCKS.into_iter().find(|block| axis.div_ceil(*block) == scales);
            usual.or_else(|| axis.is_multiple_of(scales).then(|| axis / scales))
        }
    };
    shape.iter().zip(scales).map(block).collect()
}

/// The loaded scales of a tensor.
#[derive(Clone, Debug)]
pub(super) struct Scales {
    /// One for each block, row-major.
    pub(super) factors: Vec<f32>,
    /// One for each block; empty if they are zero.
    pub(super) zero_points: Vec<f32>,
    pub(super) blocks: Vec<usize>,
    pub(super) shape: Vec<usize>,
}

impl Scales {
    /// Replaces stored values from element `start` on by scaled ones.
    pub(super) fn apply(&self, mut start: usize, mut values: &mut [f32]) {
        while !values.is_empty() {
            let (block, run) = self.block(start);
            let (now, rest) = values.split_at_mut(run.clamp(1, values.len()));
            let factor = self.factors.get(block).copied().unwrap_or(f32::NAN);
            let zero = self.zero_points.get(block).copied().unwrap_or(0.0);
            for value in now.iter_mut() {
                *value = (*value - zero) * factor;
            }
            start += now.len();
            values = rest;
        }
    }

    /// The number of the block of an element, and how many elements from it on lie in the same block.
    fn block(&self, element: usize) -> (usize, usize) {
        let (mut rest, mut block, mut step, mut inner, mut run) = (element, 0, 1, 1, None);
        for (&axis, &size) in self.shape.iter().zip(&self.blocks).rev() {
            let at = rest % axis;
            rest /= axis;
            if run.is_none() {
                if size < axis {
                    run = Some((size - at % size).min(axis - at) * inner - element % inner);
                }
                inner *= axis;
            }
            block += at / size * step;
            step *= axis.div_ceil(size);
        }
        (block, run.unwrap_or(inner - element % inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_scales_give_blocks() {
        for (shape, scales, expected) in [
            (&[64, 48][..], &[][..], Some(&[64, 48][..])),
            (&[64, 48], &[1], Some(&[64, 48])),
            (&[64, 48], &[64], Some(&[1, 48])),
            (&[64, 48], &[64, 1], Some(&[1, 48])),
            (&[64, 48], &[1, 48], Some(&[64, 1])),
            (&[64, 48], &[64, 3], Some(&[1, 16])),
            (&[576, 7168], &[5, 56], Some(&[128, 128])),
            (&[480, 128], &[5, 1], Some(&[96, 128])),
            (&[8, 64, 48], &[8, 1, 48], Some(&[1, 64, 1])),
            (&[16, 8, 3, 3], &[16, 1, 1, 1], Some(&[1, 8, 3, 3])),
            (&[64, 48], &[48], None),
            (&[64, 48], &[7, 1], None),
            (&[64, 48], &[65, 1], None),
            (&[64, 48], &[0], None),
        ] {
            assert_eq!(blocks(shape, scales).as_deref(), expected, "{shape:?} {scales:?}");
        }
    }

    #[test]
    fn every_element_is_scaled_by_its_block() {
        let cases: [(&[usize], &[usize]); 7] = [
            (&[5, 7], &[5, 7]),
            (&[5, 7], &[1, 7]),
            (&[5, 7], &[2, 3]),
            (&[5, 7], &[5, 1]),
            (&[2, 5, 3], &[1, 5, 1]),
            (&[4, 2, 3, 3], &[1, 2, 3, 3]),
            (&[4, 6, 2], &[2, 4, 2]),
        ];
        for (shape, blocks) in cases {
            let grid: Vec<usize> = shape.iter().zip(blocks).map(|(axis, size)| axis.div_ceil(*size)).collect();
            let count: u16 = grid.iter().product::<usize>().try_into().expect("few");
            let factors = (1..=count).map(f32::from).collect();
            let scales = Scales { factors, zero_points: Vec::new(), blocks: blocks.to_vec(), shape: shape.to_vec() };
            let len = shape.iter().product();
            let expected: Vec<f32> = (0..len)
                .map(|element: usize| {
                    let (mut rest, mut block, mut step) = (element, 0, 1);
                    for axis in (0..shape.len()).rev() {
                        block += rest % shape[axis] / blocks[axis] * step;
                        (rest, step) = (rest / shape[axis], step * grid[axis]);
                    }
                    scales.factors[block]
                })
                .collect();
            for start in 0..len {
                let mut values = vec![1.0; len - start];
                scales.apply(start, &mut values);
                assert_eq!(values, expected[start..], "{shape:?} {blocks:?} from {start}");
            }
        }
    }
}
