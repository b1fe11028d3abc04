//! Checks that a block has the same bits as that part of the whole, in memory of any layout.

use fanin_core::param::{Block, StridedMut};
use fanin_core::{Dtype, Element, Initializer, Key, fill_block};
use half::{bf16, f16};

use super::InitializerCase;
use super::draw::Draw;
use crate::violation::{Reason, Verdict, hold, same_bits};

/// The number of combinations of runs that are tried.
const TURNS: usize = 14;

/// Runs of an axis: `(start, length)`.
type Runs = Vec<(usize, usize)>;

/// A block of any runs equals those elements of the whole, in row-major, transposed and reversed memory.
pub(super) fn blocks(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    for dtype in &case.dtypes {
        let whole = Draw::whole(case, *dtype).by(initializer)?;
        for turn in 0..TURNS {
            let runs = runs(case.param.shape(), turn);
            let block = Block::new(case.param.shape(), runs.clone())?;
            let wanted: Vec<f64> =
                indices(case.param.shape(), &runs).into_iter().filter_map(|index| whole.get(index).copied()).collect();
            for layout in [Layout::RowMajor, Layout::Transposed, Layout::Reversed] {
                let seen = match dtype {
                    Dtype::F32 => layout.fill::<f32>(initializer, case, &block),
                    Dtype::F64 => layout.fill::<f64>(initializer, case, &block),
                    Dtype::F16 => layout.fill::<f16>(initializer, case, &block),
                    Dtype::BF16 => layout.fill::<bf16>(initializer, case, &block),
                }?;
                same_bits(&format!("{dtype}, the block {runs:?} in {layout:?} memory"), &seen, &wanted)?;
            }
        }
    }
    Ok(())
}

/// Runs of each axis: the whole, none, one element, a part, several parts, and others from turn to turn.
fn runs(shape: &[usize], turn: usize) -> Vec<Runs> {
    let of_axis = |(axis, length): (usize, &usize)| {
        let n = *length;
        let choices: [Runs; 7] = [
            vec![(0, n)],
            vec![(n / 3, n / 2)],
            vec![(0, n / 4), (n / 2, n / 3)],
            vec![(n / 2, n.min(1))],
            vec![(n / 5, n / 5), (n / 2, n - n / 2)],
            vec![(n - n / 4, n / 4)],
            vec![(n / 7, n / 7), (n / 7 * 2, n / 7), (n / 7 * 4, n / 7 * 2)],
        ];
        // Every pair of choices of two axes that follow each other occurs in some turn.
        let choice = (turn + axis * (turn / choices.len() + 1)) % choices.len();
        // One turn has an axis without runs.
        if turn == TURNS - 1 && axis == 0 { Vec::new() } else { choices.into_iter().nth(choice).unwrap_or_default() }
    };
    shape.iter().enumerate().map(of_axis).collect()
}

/// Returns the indices of a block's elements, in row-major order.
fn indices(shape: &[usize], runs: &[Runs]) -> Vec<usize> {
    let mut indices = vec![0];
    for (axis, runs) in shape.iter().zip(runs) {
        let places: Vec<usize> = runs.iter().flat_map(|(start, len)| *start..start + len).collect();
        indices = indices.iter().flat_map(|index| places.iter().map(move |place| index * axis + place)).collect();
    }
    indices
}

/// A layout of memory.
#[derive(Clone, Copy, Debug)]
enum Layout {
    RowMajor,
    /// The first axis is the innermost.
    Transposed,
    /// Row-major with one element between rows, and the first axis runs backward.
    Reversed,
}

impl Layout {
    /// Returns the length of the memory, the offset of the first element, and the strides.
    fn strides(self, shape: &[usize]) -> (usize, usize, Vec<isize>) {
        let (mut strides, mut next) = (vec![0_isize; shape.len()], 1_usize);
        let outward: Vec<usize> = match self {
            Self::Transposed => (0..shape.len()).collect(),
            Self::RowMajor | Self::Reversed => (0..shape.len()).rev().collect(),
        };
        let gap = usize::from(matches!(self, Self::Reversed));
        for axis in outward {
            if let (Some(stride), Some(length)) = (strides.get_mut(axis), shape.get(axis)) {
                *stride = next.cast_signed();
                next *= length + gap;
            }
        }
        let mut first = 0;
        if let (Self::Reversed, Some(stride), Some(length)) = (self, strides.first_mut(), shape.first()) {
            first = stride.cast_unsigned() * length.saturating_sub(1);
            *stride = -*stride;
        }
        (next, first, strides)
    }

    /// Fills a block in memory of this layout, and returns its values in row-major order.
    fn fill<T: Element>(
        self,
        initializer: &dyn Initializer,
        case: &InitializerCase,
        block: &Block,
    ) -> Result<Vec<f64>, Reason> {
        const GAP: f64 = -96.5;
        let (shape, key) = (block.local_shape(), Key::new(case.seed, case.param.name()));
        let (len, first, strides) = self.strides(shape);
        let mut data = vec![T::from_f64(GAP); len];
        fill_block(initializer, &case.param, key, block, StridedMut::new(&mut data, first, shape, &strides)?)?;
        let mut offsets = vec![first.cast_signed()];
        for (length, stride) in shape.iter().zip(&strides) {
            let along = |offset: &isize| {
                let offset = *offset;
                (0..*length).map(move |place| offset + stride * place.cast_signed())
            };
            offsets = offsets.iter().flat_map(along).collect();
        }
        let taken = |offset: &isize| {
            data.get_mut(offset.cast_unsigned()).map(|value| std::mem::replace(value, T::from_f64(GAP)))
        };
        let values = offsets.iter().filter_map(taken).map(Element::to_f64).collect();
        hold(data.iter().all(|value| value.to_f64().to_bits() == GAP.to_bits()), || {
            "memory in a gap was written".to_owned()
        })?;
        Ok(values)
    }
}
