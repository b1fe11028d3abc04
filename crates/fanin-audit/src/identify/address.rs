//! Recognition of fanin's own values, bit by bit, and of their seed.

use std::ops::RangeInclusive;

use fanin_core::{Dtype, Element, Initializer, Key, ParamSpec, ParamViewMut, Seed};
use half::{bf16, f16};
use rayon::prelude::*;

use super::Named;
use fanin_checkpoint::reading::TensorData;

/// The address of the values of a tensor: its own name and this seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The canonical text of the initializer.
    pub text: String,
    /// The seed.
    pub seed: u64,
}

/// The number of elements compared first.
const FIRST: usize = 16;

/// The number of elements compared at a time.
const BLOCK: usize = 1 << 14;

/// The minimum number of bits; fewer may agree by chance.
const BITS: usize = 64;

/// The maximum cost of a window, in elements, that is computed for every seed.
const DEAR: usize = 1 << 16;

/// The first initializer and its first seed that reproduce all values of the tensor bit by bit.
pub(super) fn find(
    data: &TensorData<'_>,
    param: &ParamSpec,
    candidates: &[Named],
    seeds: &RangeInclusive<u64>,
) -> Option<Address> {
    let dtype = data.element().dtype()?;
    if data.len().saturating_mul(8 * dtype.bytes()) < BITS {
        return None;
    }
    match dtype {
        Dtype::F32 => of_type::<f32, 4>(data, param, candidates, seeds),
        Dtype::F64 => of_type::<f64, 8>(data, param, candidates, seeds),
        Dtype::F16 => of_type::<f16, 2>(data, param, candidates, seeds),
        Dtype::BF16 => of_type::<bf16, 2>(data, param, candidates, seeds),
    }
}

fn of_type<T: Element, const N: usize>(
    data: &TensorData<'_>,
    param: &ParamSpec,
    candidates: &[Named],
    seeds: &RangeInclusive<u64>,
) -> Option<Address> {
    let (bytes, _) = data.bytes().as_chunks::<N>();
    let equal = |named: &Named, seed: u64, start: usize, len: usize| {
        let mut made = vec![T::default(); len];
        let key = Key::new(Seed(seed), param.name());
        let window = ParamViewMut::window(&mut made, start as u64);
        if named.initializer.fill(param, key, window).is_err() {
            return false;
        }
        let Some(stored) = bytes.get(start..start + len) else { return false };
        made.iter().zip(stored).all(|(made, stored)| bits(*made) == widened(stored))
    };
    let random = candidates.iter().filter(|named| {
        let distribution = named.initializer.distribution(param);
        let dear = matches!(distribution, fanin_core::Distribution::Orthonormal { .. }) && data.len() > DEAR;
        named.serves(param) && distribution.is_random() == Some(true) && !dear
    });
    for named in random {
        let starts = || (0..data.len()).into_par_iter().step_by(BLOCK);
        let found = seeds.clone().find(|seed| {
            equal(named, *seed, 0, data.len().min(FIRST))
                && starts().all(|start| equal(named, *seed, start, BLOCK.min(data.len() - start)))
        });
        if let Some(seed) = found {
            return Some(Address { text: named.text.clone(), seed });
        }
    }
    None
}

/// The bits of a value in its own type.
fn bits<T: Element>(value: T) -> u64 {
    let wide = value.to_f64();
    match T::DTYPE {
        Dtype::F64 => wide.to_bits(),
        Dtype::F32 => u64::from(f32::from_f64(wide).to_bits()),
        Dtype::F16 => u64::from(<f16 as Element>::from_f64(wide).to_bits()),
        Dtype::BF16 => u64::from(<bf16 as Element>::from_f64(wide).to_bits()),
    }
}

fn widened<const N: usize>(stored: &[u8; N]) -> u64 {
    stored.iter().rev().fold(0, |bits, byte| bits << 8 | u64::from(*byte))
}
