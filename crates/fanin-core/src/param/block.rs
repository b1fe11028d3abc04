//! Blocks: the part of a parameter at given ranges of each axis.

use crate::values::Runs;

/// An invalid block.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BlockError {
    /// The numbers of axes differ.
    #[error("the shape {shape:?} has {} axes, but the block states runs for {runs}; state runs for each axis", .shape.len())]
    Axes {
        /// The parameter's shape.
        shape: Vec<usize>,
        /// The number of axes with runs.
        runs: usize,
    },
    /// A run exceeds its axis.
    #[error("a run of {len} from {start} on exceeds axis {axis}, of length {length}; use a run inside the axis")]
    Outside {
        /// The axis.
        axis: usize,
        /// Its length.
        length: usize,
        /// The start of the run.
        start: usize,
        /// The length of the run.
        len: usize,
    },
    /// A run begins before the end of the one before it.
    #[error(
        "a run of axis {axis} starts at {start}, before the previous run ends at {end}; use ascending runs that do not \
         overlap"
    )]
    Order {
        /// The axis.
        axis: usize,
        /// The start of the run.
        start: usize,
        /// The end of the previous run.
        end: usize,
    },
    /// The shape has more elements than the address space can hold.
    #[error("the shape {shape:?} has more elements than this machine can address; use smaller axes")]
    TooLarge {
        /// The parameter's shape.
        shape: Vec<usize>,
    },
}

/// A block of a parameter: the elements at one or several runs of each axis, such as the part that a process holds of a
/// sharded parameter.
///
/// The elements of the runs of an axis are joined: the block is an array whose axes have the lengths
/// [`Block::local_shape`]. A strided shard has several runs on one axis.
///
/// ```
/// use fanin_core::param::Block;
///
/// // Columns 2 and 3, and 6 and 7, of a matrix [4, 8].
/// let block = Block::new([4, 8], vec![vec![(0, 4)], vec![(2, 2), (6, 2)]])?;
/// assert_eq!(block.local_shape(), [4, 4]);
///
/// let error = Block::new([4, 8], vec![vec![(0, 4)], vec![(7, 2)]]).unwrap_err();
/// assert_eq!(error.to_string(), "a run of 2 from 7 on exceeds axis 1, of length 8; use a run inside the axis");
/// # Ok::<(), fanin_core::param::BlockError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Block {
    shape: Vec<usize>,
    local_shape: Vec<usize>,
    runs: Runs,
}

impl Block {
    /// Creates the block of a parameter of this shape that holds, for each axis, the elements of the `(start, length)`
    /// runs. Runs are ascending; runs of length 0 and axes without runs give an empty block.
    ///
    /// # Errors
    /// [`BlockError`] if the numbers of axes differ, a run exceeds its axis, runs overlap or are not ascending, or the
    /// shape has more elements than the address space.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers make the runs for the block, and pass vectors without `&`"
    )]
    pub fn new(shape: impl Into<Vec<usize>>, runs: Vec<Vec<(usize, usize)>>) -> Result<Self, BlockError> {
        let shape = shape.into();
        if shape.len() != runs.len() {
            return Err(BlockError::Axes { shape, runs: runs.len() });
        }
        // The bound of `ParamSpec`. Without axes of length 0, so that no product of some axes overflows either.
        let bytes = shape.iter().try_fold(8_usize, |bytes, axis| bytes.checked_mul((*axis).max(1)));
        let is_empty = shape.contains(&0);
        if !is_empty && bytes.is_none_or(|bytes| isize::try_from(bytes).is_err()) {
            return Err(BlockError::TooLarge { shape });
        }
        let mut local_shape = Vec::with_capacity(shape.len());
        for (axis, (length, runs)) in shape.iter().zip(&runs).enumerate() {
            let mut end = 0;
            for (start, len) in runs {
                if start.checked_add(*len).is_none_or(|end| end > *length) {
                    return Err(BlockError::Outside { axis, length: *length, start: *start, len: *len });
                }
                if *start < end {
                    return Err(BlockError::Order { axis, start: *start, end });
                }
                end = start + len;
            }
            local_shape.push(runs.iter().map(|(_, len)| len).sum());
        }
        let runs = if is_empty { Runs::empty() } else { Runs::of_axes(&shape, &runs) };
        Ok(Self { shape, local_shape, runs })
    }

    /// Creates the block that holds the whole parameter.
    ///
    /// # Errors
    /// [`BlockError::TooLarge`] if the shape has more elements than the address space.
    pub fn whole(shape: impl Into<Vec<usize>>) -> Result<Self, BlockError> {
        let shape = shape.into();
        let runs = shape.iter().map(|length| vec![(0, *length)]).collect();
        Self::new(shape, runs)
    }

    /// Returns the shape of the parameter.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Returns the shape of the block: for each axis, the total length of its runs.
    #[must_use]
    pub fn local_shape(&self) -> &[usize] {
        &self.local_shape
    }

    /// Returns the number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.runs.len()
    }

    /// Returns `true` if the block has no elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn runs(&self) -> &Runs {
        &self.runs
    }
}
