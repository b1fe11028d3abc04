//! Data sets: training samples, held-out samples, and their provenance.

use super::standardize::standardize;
use super::{DataError, Part, Split};

/// The source and license of a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// A short name.
    pub name: String,
    /// The author, or the path of the file.
    pub source: String,
    /// The license.
    pub license: String,
}

/// Samples of two or more classes, with a fixed held-out part.
///
/// ```
/// use fanin_core::{Activation, network::{Loss, MlpSpec}};
/// use fanin_lab::data::DataSource;
///
/// let moons = "moons(n = 200, noise = 0.2)".parse::<DataSource>()?.load()?;
/// assert_eq!((moons.train().len(), moons.held_out().len()), (160, 40));
/// let widths = [moons.features(), 8, moons.classes().len()];
/// let spec = MlpSpec::new(widths, Activation::Tanh, Loss::SoftmaxCrossEntropy).unwrap();
/// assert!(moons.train().samples().check(2, 2, spec.loss()).is_ok());
/// # Ok::<(), fanin_lab::data::DataError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct DataSet {
    provenance: Provenance,
    classes: Vec<String>,
    train: Part,
    held_out: Part,
    split: Option<Split>,
}

impl DataSet {
    /// Creates a data set by splitting the rows of one table. `inputs` is row-major `[rows, features]`; `labels[i]` is
    /// the class of row `i`, an index into `classes`.
    ///
    /// ```
    /// use fanin_lab::data::{DataSet, Provenance, Split};
    ///
    /// let provenance = Provenance { name: "signs".into(), source: "this page".into(), license: "CC0".into() };
    /// let classes = vec!["negative".to_owned(), "positive".to_owned()];
    /// let signs = DataSet::new(provenance, classes, 1, vec![-1.0, 2.0, -3.0, 4.0], vec![0, 1, 0, 1], Split::default())?;
    /// assert_eq!((signs.train().len(), signs.held_out().len()), (2, 2));
    /// # Ok::<(), fanin_lab::data::DataError>(())
    /// ```
    /// # Errors
    /// [`DataError::Samples`] if the lengths do not match, a value is not finite, a label is out of range, there are
    /// fewer than two classes, or a part of the split is empty; [`DataError::Argument`] if the held-out fraction is not
    /// between 0 and 1.
    pub fn new(
        provenance: Provenance,
        classes: Vec<String>,
        features: usize,
        inputs: Vec<f64>,
        labels: Vec<usize>,
        split: Split,
    ) -> Result<Self, DataError> {
        if !(split.held_out > 0.0 && split.held_out < 1.0) {
            return Err(DataError::Argument {
                set: provenance.name,
                argument: "held_out",
                value: split.held_out.to_string(),
                reason: "is not between 0 and 1; use a fraction such as 0.2",
            });
        }
        let whole = Part::new(features, inputs, labels);
        check(&provenance.name, &classes, &whole)?;
        let (_, held_out) = split.rows(whole.labels());
        let (train, held_out) = whole.take_out(&held_out);
        Self { provenance, classes, train, held_out, split: Some(split) }.checked()
    }

    /// Creates a data set whose source defines the held-out rows.
    ///
    /// # Errors
    /// [`DataError::Samples`], as for [`DataSet::new`].
    pub(super) fn from_parts(
        provenance: Provenance,
        classes: Vec<String>,
        train: Part,
        held_out: Part,
    ) -> Result<Self, DataError> {
        Self { provenance, classes, train, held_out, split: None }.checked()
    }

    fn checked(self) -> Result<Self, DataError> {
        check(self.name(), &self.classes, &self.train)?;
        check(self.name(), &self.classes, &self.held_out)?;
        if self.train.features() != self.held_out.features() {
            let (train, held_out) = (self.train.features(), self.held_out.features());
            let reason =
                format!("training rows have {train} features, but held-out rows have {held_out}; use the same number");
            return Err(DataError::samples(self.name(), reason));
        }
        Ok(self)
    }

    /// Shifts and scales every feature to mean 0 and standard deviation 1 over the training rows.
    ///
    /// Computes `(x - mean) / std` with the population std (divided by n); the same mean and std are applied to the
    /// held-out rows. A feature that is constant over the training rows becomes 0 everywhere.
    ///
    /// # Errors
    /// [`DataError::Samples`] if a standard deviation or a value over- or underflows in `f64`.
    pub fn standardized(mut self) -> Result<Self, DataError> {
        match standardize(&mut self.train, &mut self.held_out) {
            Ok(()) => Ok(self),
            Err(feature) => {
                let reason = format!(
                    "feature {} is too large or too small to be standardized in f64; set standardize = false",
                    feature + 1
                );
                Err(DataError::samples(self.name(), reason))
            }
        }
    }

    /// Returns the short name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.provenance.name
    }

    /// Returns name, source and license.
    #[must_use]
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// Returns the number of features per row.
    #[must_use]
    pub fn features(&self) -> usize {
        self.train.features()
    }

    /// Returns the names of the classes, in order.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// Returns the training rows.
    #[must_use]
    pub fn train(&self) -> &Part {
        &self.train
    }

    /// Returns the held-out rows.
    #[must_use]
    pub fn held_out(&self) -> &Part {
        &self.held_out
    }

    /// Returns how the rows were split; `None` if the source defines the held-out rows.
    #[must_use]
    pub fn split(&self) -> Option<Split> {
        self.split
    }
}

fn check(name: &str, classes: &[String], part: &Part) -> Result<(), DataError> {
    let refuse = |reason: String| Err(DataError::samples(name, reason));
    let (features, rows) = (part.features(), part.len());
    if features == 0 || rows == 0 {
        return refuse(format!(
            "{rows} rows of {features} features; use at least one row and one feature in each part"
        ));
    }
    if Some(part.inputs().len()) != rows.checked_mul(features) {
        return refuse(format!("{} values do not make {rows} rows of {features}", part.inputs().len()));
    }
    if classes.len() < 2 {
        return refuse(format!("the number of classes is {}; use at least two", classes.len()));
    }
    if let Some(label) = part.labels().iter().find(|label| **label >= classes.len()) {
        return refuse(format!("a row has class {label}, but there are {} classes", classes.len()));
    }
    match part.inputs().iter().position(|value| !value.is_finite()) {
        Some(at) => {
            refuse(format!("feature {} of row {} is not finite; clean the data", at % features + 1, at / features + 1))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use fanin_core::Seed;

    use super::*;

    fn set(classes: usize, features: usize, inputs: Vec<f64>, labels: Vec<usize>) -> Result<DataSet, DataError> {
        let provenance = Provenance { name: "mine".to_owned(), source: String::new(), license: String::new() };
        let classes = (0..classes).map(|class| class.to_string()).collect();
        DataSet::new(provenance, classes, features, inputs, labels, Split::default())
    }

    #[test]
    fn rows_keep_their_labels_and_their_order() {
        let labels: Vec<usize> = (0..40).map(|row| row % 3).collect();
        let number = |row: usize| f64::from(u32::try_from(row).unwrap());
        let inputs: Vec<f64> = (0..40).flat_map(|row| [number(row), number(row % 3)]).collect();
        let set = set(3, 2, inputs, labels.clone()).unwrap();
        let (train, held_out) = Split::default().rows(&labels);
        for (part, rows) in [(set.train(), train), (set.held_out(), held_out)] {
            assert_eq!(part.len(), rows.len());
            for (at, row) in rows.into_iter().enumerate() {
                let (values, class) = part.row(at).unwrap();
                assert_eq!((values, class), (&[number(row), number(row % 3)][..], row % 3));
            }
        }
    }

    #[test]
    fn invalid_data_sets_are_named() {
        let message = |result: Result<DataSet, DataError>| result.unwrap_err().to_string();
        let (values, labels) = (vec![1.0, 2.0, 3.0, 4.0], vec![0, 0, 1, 1]);
        assert!(set(2, 1, values.clone(), labels.clone()).is_ok());
        assert!(message(set(2, 0, values.clone(), labels.clone())).contains("4 rows of 0 features"));
        assert!(message(set(2, 1, vec![], vec![])).contains("'mine': 0 rows"));
        assert!(message(set(2, 3, values.clone(), labels.clone())).contains("4 values do not make 4 rows of 3"));
        assert!(message(set(2, usize::MAX, values.clone(), labels.clone())).contains("4 values do not make"));
        assert!(message(set(1, 1, values.clone(), vec![0; 4])).contains("the number of classes is 1"));
        assert!(message(set(2, 1, values.clone(), vec![0, 2, 1, 0])).contains("class 2, but there are 2"));
        assert!(message(set(2, 2, vec![0.0, 0.0, 0.0, f64::NAN], vec![0, 1])).contains("feature 2 of row 2"));
        // One row per class leaves nothing to hold out.
        assert!(message(set(2, 1, vec![1.0, 2.0], vec![0, 1])).contains("0 rows"));
    }

    #[test]
    fn a_part_to_hold_out_is_between_0_and_1() {
        let provenance = Provenance { name: "mine".to_owned(), source: String::new(), license: String::new() };
        let classes = vec!["a".to_owned(), "b".to_owned()];
        for held_out in [0.0, 1.0, -0.1, f64::NAN] {
            let split = Split { held_out, seed: Seed(0) };
            let made = DataSet::new(provenance.clone(), classes.clone(), 1, vec![0.0; 4], vec![0, 0, 1, 1], split);
            assert!(made.unwrap_err().to_string().contains("is not between 0 and 1"), "{held_out}");
        }
    }
}
