//! The elements of a block of a parameter, as runs of contiguous indices.

use std::ops::Range;

/// A run of contiguous indices at contiguous positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// The parameter index of the first element.
    pub(crate) index: u64,
    /// Its position among the elements of the block.
    pub(crate) position: usize,
    pub(crate) len: usize,
}

/// Ascending runs along one axis.
#[derive(Clone, Debug, Default)]
struct Segments {
    list: Vec<Run>,
    len: usize,
}

impl Segments {
    /// Collects runs of `(start, length)`, joining neighbors and dropping empty ones.
    fn of(runs: impl Iterator<Item = (u64, usize)>) -> Self {
        let mut segments = Self::default();
        for (start, len) in runs {
            segments.push(start, len);
        }
        segments
    }

    fn push(&mut self, index: u64, len: usize) {
        match self.list.last_mut() {
            _ if len == 0 => (),
            Some(last) if last.index + last.len as u64 == index => last.len += len,
            _ => self.list.push(Run { index, position: self.len, len }),
        }
        self.len += len;
    }

    /// Returns the number of the segment that contains a position.
    #[inline]
    fn number(&self, position: usize) -> usize {
        match self.list.len() {
            1 => 0,
            _ => self.list.partition_point(|run| run.position <= position).saturating_sub(1),
        }
    }

    /// Returns the index at a position.
    #[inline]
    fn index(&self, position: usize) -> u64 {
        self.list.get(self.number(position)).map_or(0, |run| run.index + (position - run.position) as u64)
    }

    /// Returns the position of an index.
    fn position(&self, index: u64) -> Option<usize> {
        let number = self.list.partition_point(|run| run.index <= index).checked_sub(1)?;
        let run = self.list.get(number)?;
        let inside = usize::try_from(index - run.index).ok().filter(|inside| *inside < run.len)?;
        Some(run.position + inside)
    }
}

/// An axis outside the contiguous ones: a step along it adds `step` to the index.
#[derive(Clone, Debug)]
struct Axis {
    segments: Segments,
    step: u64,
}

/// The elements of a block in row-major order, which is ascending order of index. Maps positions to indices.
#[derive(Clone, Debug)]
pub(crate) struct Runs {
    /// Outermost first.
    outer: Vec<Axis>,
    /// Runs of contiguous indices: along the last axis, or along several last axes that are covered whole.
    inner: Segments,
    len: usize,
}

impl Runs {
    /// Creates the elements at the given `(start, length)` runs of each axis of a shape whose number of elements does
    /// not overflow. Runs must be ascending and inside the axis.
    pub(crate) fn of_axes(shape: &[usize], runs: &[Vec<(usize, usize)>]) -> Self {
        let scaled = |runs: &[(usize, usize)], step: u64, scale: usize| {
            Segments::of(runs.iter().map(|(start, len)| (*start as u64 * step, *len * scale)))
        };
        let len = runs.iter().map(|runs| runs.iter().map(|(_, len)| *len).sum::<usize>()).product();
        if len == 0 {
            return Self::empty();
        }
        let mut inner = Segments::of([(0, 1)].into_iter());
        let (mut extent, mut step) = (1_usize, 1_u64);
        let mut outer = Vec::new();
        for (axis, runs) in shape.iter().zip(runs).rev() {
            let is_whole = inner.list.len() == 1 && inner.len == extent;
            if outer.is_empty() && is_whole {
                inner = scaled(runs, step, extent);
                extent *= axis;
            } else if *axis > 1 {
                outer.push(Axis { segments: scaled(runs, 1, 1), step });
            }
            step *= *axis as u64;
        }
        outer.reverse();
        Self { outer, inner, len }
    }

    /// Creates a list without elements.
    pub(crate) fn empty() -> Self {
        Self { outer: Vec::new(), inner: Segments::default(), len: 0 }
    }

    /// Appends a run to a list. Its indices must be above all others.
    pub(crate) fn push(&mut self, index: u64, len: usize) {
        self.inner.push(index, len);
        self.len += len;
    }

    /// Returns the number of elements.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Returns the run if there is only one.
    pub(crate) fn single(&self) -> Option<Run> {
        match (&self.outer[..], &self.inner.list[..]) {
            ([], [run]) => Some(*run),
            _ => None,
        }
    }

    /// Returns the index at a position below the length.
    pub(crate) fn index(&self, position: usize) -> u64 {
        let (mut rest, inside) = (position / self.inner.len.max(1), position % self.inner.len.max(1));
        let mut index = self.inner.index(inside);
        for axis in self.outer.iter().rev() {
            index += axis.segments.index(rest % axis.segments.len) * axis.step;
            rest /= axis.segments.len;
        }
        index
    }

    /// Returns the position of an index; `None` if it is not in the block.
    pub(crate) fn position(&self, index: u64) -> Option<usize> {
        let (mut rest, mut position) = (index, 0);
        for axis in &self.outer {
            position = position * axis.segments.len + axis.segments.position(rest / axis.step)?;
            rest %= axis.step;
        }
        Some(position * self.inner.len + self.inner.position(rest)?)
    }

    /// Returns the number of positions in `range` whose index is below `index`.
    pub(crate) fn count_below(&self, range: Range<usize>, index: u64) -> usize {
        let (mut low, mut high) = (range.start, range.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.index(middle) < index {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low - range.start
    }

    /// Calls `visit` with the runs of a range of positions, in ascending order.
    #[inline]
    pub(crate) fn for_each(&self, range: Range<usize>, mut visit: impl FnMut(Run)) {
        let width = self.inner.len.max(1);
        let end = range.end.min(self.len);
        let mut position = range.start;
        let (mut row, mut inside) = (position / width, position % width);
        while position < end {
            // Rows along a segment of the last outer axis are equally far apart.
            let (rows, step) = match self.outer.last() {
                Some(axis) => {
                    let along = row % axis.segments.len;
                    let segment = axis.segments.list.get(axis.segments.number(along));
                    (segment.map_or(1, |run| run.position + run.len - along), axis.step)
                }
                None => (1, 0),
            };
            let mut base = self.index(row * width) - self.inner.index(0);
            for _ in 0..rows {
                let number = self.inner.number(inside);
                for run in self.inner.list.iter().skip(number) {
                    let len = (run.position + run.len - inside).min(end - position);
                    visit(Run { index: base + run.index + (inside - run.position) as u64, position, len });
                    position += len;
                    inside += len;
                    if position >= end {
                        return;
                    }
                }
                inside = 0;
                base += step;
            }
            row += rows;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All indices of a block, by the definition.
    fn indices(shape: &[usize], runs: &[Vec<(usize, usize)>]) -> Vec<u64> {
        let mut indices = vec![0];
        for (axis, runs) in shape.iter().zip(runs) {
            let places: Vec<u64> = runs.iter().flat_map(|(start, len)| *start..start + len).map(|i| i as u64).collect();
            indices =
                indices.iter().flat_map(|index| places.iter().map(move |place| index * *axis as u64 + place)).collect();
        }
        indices
    }

    #[test]
    fn positions_and_indices_are_inverse() {
        type Axes = Vec<Vec<(usize, usize)>>;
        let cases: [(&[usize], Axes); 9] = [
            (&[], vec![]),
            (&[7], vec![vec![(2, 3)]]),
            (&[4, 5], vec![vec![(0, 4)], vec![(0, 5)]]),
            (&[4, 5], vec![vec![(1, 2)], vec![(0, 5)]]),
            (&[4, 5], vec![vec![(0, 1), (2, 2)], vec![(1, 1), (3, 2)]]),
            (&[6, 2, 3], vec![vec![(0, 2), (3, 3)], vec![(1, 1)], vec![(0, 3)]]),
            (&[3, 4, 1, 3], vec![vec![(0, 3)], vec![(0, 2), (2, 1)], vec![(0, 1)], vec![(1, 2)]]),
            (&[5, 3, 4], vec![vec![(1, 1), (4, 1)], vec![(0, 1), (2, 1)], vec![(0, 1), (2, 2)]]),
            (&[4, 5], vec![vec![(1, 0)], vec![(0, 5)]]),
        ];
        for (shape, axes) in cases {
            let runs = Runs::of_axes(shape, &axes);
            let wanted = indices(shape, &axes);
            assert_eq!(runs.len(), wanted.len(), "{axes:?}");
            for (position, index) in wanted.iter().enumerate() {
                assert_eq!((runs.index(position), runs.position(*index)), (*index, Some(position)), "{axes:?}");
            }
            let total: u64 = shape.iter().map(|axis| *axis as u64).product();
            let inside = (0..total).filter(|index| runs.position(*index).is_some()).count();
            assert_eq!(inside, wanted.len(), "{axes:?}");
            for start in 0..=wanted.len() {
                for end in start..=wanted.len() {
                    let mut seen = Vec::new();
                    runs.for_each(start..end, |run| {
                        assert_eq!(run.position, start + seen.len());
                        assert!(run.len > 0);
                        seen.extend(run.index..run.index + run.len as u64);
                    });
                    assert_eq!(seen, wanted[start..end], "{axes:?}, {start} to {end}");
                    for index in 0..=total {
                        let below = wanted[start..end].iter().filter(|wanted| **wanted < index).count();
                        assert_eq!(runs.count_below(start..end, index), below);
                    }
                }
            }
        }
    }

    #[test]
    fn whole_axes_are_joined() {
        let whole = Runs::of_axes(&[4, 5, 6], &[vec![(1, 2)], vec![(0, 5)], vec![(0, 6)]]);
        assert_eq!(whole.single(), Some(Run { index: 30, position: 0, len: 60 }));
        assert_eq!(Runs::of_axes(&[4, 5], &[vec![(1, 2)], vec![(0, 4)]]).single(), None);
    }
}
