//! A number over several seeds.

/// The minimum, median and maximum of some numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The minimum.
    pub low: f64,
    /// The median; for an even count, the mean of the middle two.
    pub median: f64,
    /// The maximum.
    pub high: f64,
}

impl Spread {
    /// Returns the spread of the finite numbers; `None` if there are none.
    pub fn of(values: impl IntoIterator<Item = Option<f64>>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().flatten().filter(|value| value.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        let above = *values.get(middle)?;
        let below = if values.len().is_multiple_of(2) { values.get(middle.checked_sub(1)?).copied()? } else { above };
        Some(Self { low: *values.first()?, median: f64::midpoint(below, above), high: *values.last()? })
    }

    /// Returns whether all numbers are equal.
    #[must_use]
    pub fn is_point(&self) -> bool {
        self.low.to_bits() == self.high.to_bits()
    }
}

#[cfg(test)]
mod tests {
    use super::Spread;

    #[test]
    fn the_middle_of_some_numbers() {
        let of =
            |values: &[f64]| Spread::of(values.iter().map(|value| Some(*value))).map(|s| (s.low, s.median, s.high));
        assert_eq!(of(&[3.0, 1.0, 2.0]), Some((1.0, 2.0, 3.0)));
        assert_eq!(of(&[4.0, 1.0]), Some((1.0, 2.5, 4.0)));
        assert_eq!(of(&[5.0, f64::NAN]), Some((5.0, 5.0, 5.0)));
        assert_eq!(of(&[]), None);
        assert!(Spread::of([Some(1.0), None, Some(1.0)]).is_some_and(|spread| spread.is_point()));
    }
}
