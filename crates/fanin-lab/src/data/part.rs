//! A part of a data set: training rows or held-out rows.

use fanin_core::network::{Samples, Targets};

/// Rows of a data set with their classes: row-major inputs `[rows, features]` and one class per row, counted from 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    features: usize,
    inputs: Vec<f64>,
    labels: Vec<usize>,
}

impl Part {
    /// The caller must ensure that there are `features` inputs for each label.
    pub(super) fn new(features: usize, inputs: Vec<f64>, labels: Vec<usize>) -> Self {
        Self { features, inputs, labels }
    }

    /// Returns the number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Returns whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Returns the number of features per row.
    #[must_use]
    pub fn features(&self) -> usize {
        self.features
    }

    /// Returns all inputs, row by row.
    #[must_use]
    pub fn inputs(&self) -> &[f64] {
        &self.inputs
    }

    /// Returns the class of each row.
    #[must_use]
    pub fn labels(&self) -> &[usize] {
        &self.labels
    }

    /// Returns the inputs and the class of a row.
    #[must_use]
    pub fn row(&self, row: usize) -> Option<(&[f64], usize)> {
        let start = row.checked_mul(self.features)?;
        let inputs = self.inputs.get(start..start.checked_add(self.features)?)?;
        Some((inputs, *self.labels.get(row)?))
    }

    /// Returns all rows in the form that networks load.
    #[must_use]
    pub fn samples(&self) -> Samples<'_> {
        Samples { inputs: &self.inputs, features: self.features, targets: Targets::Classes(&self.labels) }
    }

    pub(super) fn inputs_mut(&mut self) -> &mut [f64] {
        &mut self.inputs
    }

    pub(super) fn into_inputs(self) -> Vec<f64> {
        self.inputs
    }

    /// Removes the held-out rows, given in ascending order, in place, and returns both parts. There are `features`
    /// inputs for each label.
    pub(super) fn take_out(mut self, held_out: &[usize]) -> (Self, Self) {
        let features = self.features;
        let mut taken = Self { features, ..Self::default() };
        let (mut kept, mut next) = (0, held_out.iter().copied().peekable());
        for row in 0..self.len() {
            let inputs = row * features..(row + 1) * features;
            if next.next_if_eq(&row).is_some() {
                taken.inputs.extend_from_slice(&self.inputs[inputs]);
                taken.labels.push(self.labels[row]);
            } else {
                self.inputs.copy_within(inputs, kept * features);
                self.labels[kept] = self.labels[row];
                kept += 1;
            }
        }
        self.inputs.truncate(kept * features);
        self.labels.truncate(kept);
        (self, taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_taken_out_in_place() {
        let part = Part::new(2, vec![0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5], vec![0, 1, 2, 3]);
        let (kept, taken) = part.clone().take_out(&[0, 2]);
        assert_eq!(kept, Part::new(2, vec![1.0, 1.5, 3.0, 3.5], vec![1, 3]));
        assert_eq!(taken, Part::new(2, vec![0.0, 0.5, 2.0, 2.5], vec![0, 2]));
        assert_eq!(part.clone().take_out(&[]), (part, Part::new(2, vec![], vec![])));
    }

    #[test]
    fn a_row_that_is_not_there() {
        let part = Part::new(2, vec![0.0, 0.5], vec![4]);
        assert_eq!(part.row(0), Some((&[0.0, 0.5][..], 4)));
        for row in [1, usize::MAX] {
            assert_eq!(part.row(row), None);
        }
        assert!(Part::default().is_empty() && Part::default().samples().is_empty());
    }
}
