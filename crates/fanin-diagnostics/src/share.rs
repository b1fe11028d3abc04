//! A share: a count out of a total.

use std::ops::AddAssign;

/// A count out of a total. Counts are kept so that the shares of several layers add up exactly.
///
/// ```
/// use fanin_diagnostics::Share;
///
/// assert_eq!(Share { count: 3, total: 4 }.fraction(), Some(0.75));
/// assert_eq!(Share::default().fraction(), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// The number of items with the property.
    pub count: usize,
    /// The number examined.
    pub total: usize,
}

impl Share {
    /// Returns `count / total`; `None` if the total is 0.
    #[must_use]
    pub fn fraction(self) -> Option<f64> {
        (self.total > 0).then(|| to_f64(self.count) / to_f64(self.total))
    }

    /// Adds up shares; `None` if there are none.
    pub fn sum(shares: impl IntoIterator<Item = Self>) -> Option<Self> {
        shares.into_iter().reduce(|mut sum, share| {
            sum += share;
            sum
        })
    }

    pub(crate) fn add(&mut self, has: bool) {
        *self += Self { count: usize::from(has), total: 1 };
    }
}

impl AddAssign for Share {
    fn add_assign(&mut self, other: Self) {
        self.count += other.count;
        self.total += other.total;
    }
}

/// Converts a count to `f64`.
#[expect(clippy::cast_precision_loss, reason = "memory holds fewer than 2^53 values")]
pub(crate) fn to_f64(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_weighs_by_what_was_looked_at() {
        let sum = Share::sum([Share { count: 1, total: 1 }, Share { count: 0, total: 3 }]);
        assert_eq!(sum.and_then(Share::fraction), Some(0.25));
        assert_eq!(Share::sum([]), None);
        assert_eq!(Share::sum([Share::default()]).and_then(Share::fraction), None);
    }
}
