//! Strided ranges: the elements of a parameter at a range of positions along an axis.

use std::ops::Range;

/// A strided range: the elements whose index `i` satisfies `from <= i % period < until`.
///
/// In a row-major parameter, the elements at a range of positions along an axis form a strided range. They keep their
/// order, so a window of the parameter contains a window of the strided range.
///
/// ```
/// use fanin_core::param::StridedRange;
///
/// // Columns 1 and 2 of a matrix [5, 4].
/// let columns = StridedRange::along(&[5, 4], 1, 1..3).unwrap();
/// assert_eq!(columns, StridedRange::new(1, 3, 4));
/// assert!(columns.contains(5) && !columns.contains(7));
/// assert_eq!(columns.index(2), 5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StridedRange {
    from: u64,
    until: u64,
    period: u64,
}

impl StridedRange {
    /// Creates the strided range `from <= i % period < until`. Bounds are clamped to the period.
    #[must_use]
    pub const fn new(from: u64, until: u64, period: u64) -> Self {
        let until = if until < period { until } else { period };
        Self { from: if from < until { from } else { until }, until, period }
    }

    /// Creates the strided range of the positions `range` along an axis of a row-major shape. Returns `None` if the
    /// axis does not exist.
    #[must_use]
    pub fn along(shape: &[usize], axis: usize, range: Range<usize>) -> Option<Self> {
        let length = *shape.get(axis)? as u64;
        let inner = shape.get(axis + 1..)?.iter().fold(1_u64, |product, axis| product.saturating_mul(*axis as u64));
        let at = |position: usize| (position as u64).saturating_mul(inner);
        Some(Self::new(at(range.start), at(range.end), length.saturating_mul(inner)))
    }

    /// Returns the first offset within the period.
    #[must_use]
    pub const fn start(self) -> u64 {
        self.from
    }

    /// Returns the offset after the last within the period.
    #[must_use]
    pub const fn end(self) -> u64 {
        self.until
    }

    /// Returns the number of elements after which the range repeats.
    #[must_use]
    pub const fn period(self) -> u64 {
        self.period
    }

    /// Returns the fraction of the elements of a period that belong to the range.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "no parameter has 2^53 elements")]
    pub fn share(self) -> f64 {
        if self.period == 0 { 0.0 } else { (self.until - self.from) as f64 / self.period as f64 }
    }

    /// Returns `true` if the element at `index` belongs to the range.
    #[must_use]
    pub const fn contains(self, index: u64) -> bool {
        self.period > 0 && self.from <= index % self.period && index % self.period < self.until
    }

    /// Returns the number of elements of the range before this parameter index.
    #[must_use]
    pub const fn rank(self, index: u64) -> u64 {
        if self.period == 0 {
            return 0;
        }
        let (whole, place) = (index / self.period, index % self.period);
        let inside = if place < self.from {
            0
        } else if place < self.until {
            place - self.from
        } else {
            self.width()
        };
        whole * self.width() + inside
    }

    /// Returns the parameter index of element `rank` of the range.
    #[must_use]
    pub const fn index(self, rank: u64) -> u64 {
        match self.width() {
            0 => u64::MAX,
            width => (rank / width).saturating_mul(self.period).saturating_add(self.from + rank % width),
        }
    }

    /// Returns the number of contiguous elements of the range from element `rank` on; `u64::MAX` if the range is the
    /// whole period.
    pub(super) const fn rest_of_run(self, rank: u64) -> u64 {
        match self.width() {
            0 => 0,
            width if width == self.period => u64::MAX,
            width => width - rank % width,
        }
    }

    const fn width(self) -> u64 {
        self.until - self.from
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::param::ParamViewMut;

    #[test]
    fn ranks_and_indices_are_inverse() {
        for range in [
            StridedRange::new(0, 4, 4),
            StridedRange::new(1, 3, 4),
            StridedRange::new(2, 3, 3),
            StridedRange::new(0, 1, 7),
            StridedRange::new(2, 2, 5),
        ] {
            let members: Vec<u64> = (0..60).filter(|index| range.contains(*index)).collect();
            for (rank, index) in members.iter().enumerate() {
                assert_eq!((range.index(rank as u64), range.rank(*index)), (*index, rank as u64), "{range:?}");
            }
            assert_eq!(range.rank(60), members.len() as u64);
        }
        assert_eq!(
            (StridedRange::new(3, 9, 5), StridedRange::new(4, 2, 5)),
            (StridedRange::new(3, 5, 5), StridedRange::new(2, 2, 5))
        );
        assert!(!StridedRange::new(0, 1, 0).contains(0));
    }

    /// Every window of every range gets the same elements as in the whole parameter, however it is split.
    #[test]
    fn windows_of_bands() {
        for range in [
            StridedRange::new(0, 4, 4),
            StridedRange::new(1, 3, 4),
            StridedRange::new(0, 6, 12),
            StridedRange::new(11, 12, 12),
        ] {
            for start in 0..25 {
                for len in [0, 1, 2, 5, 24] {
                    let mut data = vec![-1.0_f64; len];
                    let mut view = ParamViewMut::window(&mut data, start);
                    let fill = |mut range: ParamViewMut<'_>| {
                        range.fill_each(|rank| f64::from(u32::try_from(rank).unwrap()));
                        Ok(())
                    };
                    view.fill_strided("w", range, fill).unwrap();
                    for (index, value) in (start..).zip(data) {
                        let wanted = if range.contains(index) {
                            f64::from(u32::try_from(range.rank(index)).unwrap())
                        } else {
                            -1.0
                        };
                        assert_eq!(value.to_bits(), wanted.to_bits(), "{range:?} from {start}, element {index}");
                    }
                }
            }
        }
    }
}
