//! Fills a block of a parameter.

use super::{InitError, Initializer};
use crate::address::Key;
use crate::param::{Block, ParamSpec, ParamViewMut, StridedMut};
use crate::values::{Element, Scattered};

/// Fills the block of `param` that `memory` holds. Every element gets the bits that it has in the whole parameter.
///
/// `memory` has the block's [local shape](Block::local_shape) and strides of any order, for shards that are transposed or
/// have gaps between rows. One call hashes the key once and builds a structured initializer, such as an orthogonal
/// matrix, once. Works for every initializer, including custom ones that implement only [`Initializer::fill`]; see
/// [`ParamViewMut`].
///
/// # Cost
/// For random values, an element costs about as much as in the whole parameter if runs of contiguous indices begin and end
/// with tiles of 256 elements (128 in `f64`). Other runs cost up to one more tile each, and those shorter than 64
/// elements cost four times as much or more per element, because neighboring elements come from different blocks of
/// random words. Transposed memory costs two to ten times as much, the most for short rows of uniform values.
/// Initializers that compute a parameter as a whole do so here too. Blocks of 2^17 elements or more are filled on the
/// threads of the current rayon pool.
///
/// # Errors
/// [`InitError::Block`] if the shapes of the parameter, the block and the memory do not match; otherwise the errors of
/// [`Initializer::fill`]. An empty block is checked like any other.
///
/// ```
/// use fanin_core::param::{Block, StridedMut};
/// use fanin_core::{InitializerExt, Key, ParamSpec, Seed, fill_block, initializers::Normal};
///
/// let param = ParamSpec::new("w", [3, 4])?;
/// let whole: Vec<f32> = Normal::new(0.0, 1.0)?.sample(&param, Seed(7))?;
///
/// // The last two columns, in column-major memory.
/// let block = Block::new([3, 4], vec![vec![(0, 3)], vec![(2, 2)]])?;
/// let mut data = [0.0_f32; 6];
/// let memory = StridedMut::new(&mut data, 0, block.local_shape(), &[1, 3])?;
/// fill_block(&Normal::new(0.0, 1.0)?, &param, Key::new(Seed(7), "w"), &block, memory)?;
/// assert_eq!(data, [whole[2], whole[6], whole[10], whole[3], whole[7], whole[11]]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fill_block<T: Element>(
    initializer: &dyn Initializer,
    param: &ParamSpec,
    key: Key<'_>,
    block: &Block,
    memory: StridedMut<'_, T>,
) -> Result<(), InitError> {
    let refuse = |reason: String| Err(InitError::Block { name: param.name().to_owned(), reason });
    if block.shape() != param.shape() {
        return refuse(format!(
            "it has shape {:?}, but the block is one of shape {:?}; use a block of the parameter's shape",
            param.shape(),
            block.shape()
        ));
    }
    if memory.shape() != block.local_shape() {
        return refuse(format!(
            "the block has shape {:?}, but the memory has shape {:?}; use memory of the block's shape",
            block.local_shape(),
            memory.shape()
        ));
    }
    initializer.check(param)?;
    if block.is_empty() {
        return initializer.fill(param, key, ParamViewMut::whole::<T>(&mut []));
    }
    let memory = match (block.runs().single(), memory.into_slice()) {
        (Some(run), Ok(window)) => return initializer.fill(param, key, ParamViewMut::window(window, run.index)),
        (None, Ok(window)) => StridedMut::contiguous(window, block.local_shape()),
        (_, Err(memory)) => Ok(memory),
    };
    match memory {
        Ok(memory) => initializer.fill(param, key, ParamViewMut::block(Scattered::new(memory, block.runs()))),
        Err(error) => refuse(error.to_string()),
    }
}
