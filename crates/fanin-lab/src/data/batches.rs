//! The order of training samples.

use fanin_core::{
    Key, Seed,
    network::{Samples, Targets},
    values::ElementRng,
};

use super::permutation::shuffle;
use super::{DataError, Part};

/// The batch of every step: a new random order of the samples in each epoch, determined by `(seed, epoch)`.
///
/// The order of epoch `e` is drawn at the address `(seed, "data.batches", e)`. It is therefore independent of every
/// weight, and the batch of any step can be computed on its own. The last batch of an epoch holds the remaining samples
/// and may be smaller, so each epoch uses every sample once. If the batch size is at least the number of samples, every
/// batch contains all samples in their original order.
///
/// ```
/// use fanin_core::Seed;
/// use fanin_lab::data::{Batches, DataSource};
///
/// let digits = DataSource::Digits.load()?;
/// let mut batches = Batches::new(digits.train(), 64, Seed(0))?;
/// assert_eq!(batches.at(0).len(), 64);
/// assert_eq!(batches.at(599).features, 64);
/// # Ok::<(), fanin_lab::data::DataError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Batches<'a> {
    part: &'a Part,
    size: usize,
    seed: Seed,
    /// The epoch whose order is in `order`.
    epoch: Option<u64>,
    order: Vec<usize>,
    inputs: Vec<f64>,
    labels: Vec<usize>,
}

impl<'a> Batches<'a> {
    /// Creates batches of `size` samples of a part.
    ///
    /// # Errors
    /// [`DataError::Samples`] if the size is 0 or there are no samples.
    pub fn new(part: &'a Part, size: usize, seed: Seed) -> Result<Self, DataError> {
        if size == 0 || part.is_empty() {
            let reason = format!("cannot make batches of {size} from {} samples; use at least 1 of each", part.len());
            return Err(DataError::samples("batches", reason));
        }
        Ok(Self { part, size, seed, epoch: None, order: Vec::new(), inputs: Vec::new(), labels: Vec::new() })
    }

    /// Returns whether every batch contains all samples, so that it needs to be loaded only once.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.size >= self.part.len()
    }

    /// Returns the number of steps in an epoch.
    #[must_use]
    pub fn per_epoch(&self) -> usize {
        self.part.len().div_ceil(self.size)
    }

    /// Returns the batch of a step, counted from 0.
    pub fn at(&mut self, step: u64) -> Samples<'_> {
        if self.is_full() {
            return self.part.samples();
        }
        let per_epoch = self.per_epoch() as u64;
        let (epoch, batch) = (step / per_epoch, step % per_epoch);
        if self.epoch != Some(epoch) {
            self.order.clear();
            self.order.extend(0..self.part.len());
            let stream = Key::new(self.seed, "data.batches").elements();
            shuffle(&mut self.order, &mut ElementRng::new(stream, epoch));
            self.epoch = Some(epoch);
        }
        let start = usize::try_from(batch).unwrap_or(0) * self.size;
        self.inputs.clear();
        self.labels.clear();
        for row in self.order.iter().skip(start).take(self.size) {
            if let Some((inputs, label)) = self.part.row(*row) {
                self.inputs.extend_from_slice(inputs);
                self.labels.push(label);
            }
        }
        Samples { inputs: &self.inputs, features: self.part.features(), targets: Targets::Classes(&self.labels) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Row `i` is `(i, -i)` of class `i % 2`.
    fn part(rows: usize) -> Part {
        let value = |row: usize| f64::from(u32::try_from(row).unwrap());
        Part::new(
            2,
            (0..rows).flat_map(|row| [value(row), -value(row)]).collect(),
            (0..rows).map(|row| row % 2).collect(),
        )
    }

    fn firsts(samples: &Samples<'_>) -> Vec<f64> {
        samples.inputs.chunks(2).map(|row| row[0]).collect()
    }

    #[test]
    fn every_sample_once_an_epoch_with_its_own_label() {
        let part = part(10);
        let mut batches = Batches::new(&part, 4, Seed(3)).unwrap();
        assert_eq!(batches.per_epoch(), 3);
        for epoch in 0..3 {
            let mut seen = Vec::new();
            for (step, size) in [4, 4, 2].into_iter().enumerate() {
                let samples = batches.at(epoch * 3 + step as u64);
                assert_eq!(samples.len(), size);
                assert!(samples.check(2, 2, fanin_core::network::Loss::SoftmaxCrossEntropy).is_ok());
                let Targets::Classes(labels) = samples.targets else { panic!("values") };
                for (row, label) in samples.inputs.chunks(2).zip(labels) {
                    assert_eq!((row[1], row[0] % 2.0), (-row[0], f64::from(u8::try_from(*label).unwrap())));
                }
                seen.extend(firsts(&samples));
            }
            seen.sort_by(f64::total_cmp);
            assert_eq!(seen, (0..10).map(f64::from).collect::<Vec<_>>());
        }
    }

    #[test]
    fn known_batches_in_any_order_of_asking() {
        let part = part(10);
        let mut batches = Batches::new(&part, 4, Seed(3)).unwrap();
        let later = firsts(&batches.at(7));
        assert_eq!(firsts(&batches.at(0)), [6.0, 5.0, 3.0, 8.0]);
        assert_eq!(firsts(&batches.at(3)), [7.0, 0.0, 4.0, 5.0]);
        assert_eq!(firsts(&batches.at(7)), later);
        assert_ne!(firsts(&Batches::new(&part, 4, Seed(4)).unwrap().at(0)), firsts(&batches.at(0)));
    }

    #[test]
    fn a_full_batch_is_the_part_itself() {
        let part = part(5);
        for size in [5, 6, usize::MAX] {
            let mut batches = Batches::new(&part, size, Seed(0)).unwrap();
            assert!(batches.is_full());
            assert_eq!(batches.per_epoch(), 1);
            assert_eq!(batches.at(u64::MAX), part.samples());
        }
    }

    #[test]
    fn nothing_to_batch() {
        assert!(Batches::new(&part(5), 0, Seed(0)).unwrap_err().to_string().contains("at least 1"));
        assert!(Batches::new(&part(0), 1, Seed(0)).is_err());
    }
}
