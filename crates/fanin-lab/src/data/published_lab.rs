//! deeplearning.ai's initialization lab: its points, initial weights and published results.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::{DataError, DataSet, Part, Provenance};

const FILE: &str = "deeplearning_ai_initialization_lab.json";
const TEXT: &str = include_str!("../../data/deeplearning_ai_initialization_lab.json");

/// The lab as published: two inputs, `ReLU` in two hidden layers, one output with binary cross-entropy; 300 training
/// points from two noisy rings, 100 held out; all points in every step, plain gradient descent in `f64`.
///
/// Source: deeplearning.ai, *Improving Deep Neural Networks*, week 1, assignment *Initialization*. Its points were
/// generated with scikit-learn's `make_circles`. Only numbers are included: points, initial weights, results.
///
/// ```
/// let lab = fanin_lab::data::PublishedLab::load()?;
/// assert_eq!(lab.widths, [2, 10, 5, 1]);
/// let he = lab.start("he").unwrap();
/// assert_eq!(he.parameter("layers.0.weight").unwrap().shape, [10, 2]);
/// assert_eq!(he.train_accuracy, 99.33);
/// # Ok::<(), fanin_lab::data::DataError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedLab {
    /// The inputs, the hidden layers and the output.
    pub widths: Vec<usize>,
    /// The learning rate.
    pub rate: f64,
    /// The number of steps.
    pub steps: u64,
    /// The data set, named `lab`.
    pub data: DataSet,
    /// The starts: `he`, `large` and `zeros`.
    pub starts: Vec<PublishedStart>,
}

/// One start of the lab and its published results.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedStart {
    /// `zeros`, `large` (normal times 10) or `he` (normal times `sqrt(2 / fan_in)`).
    pub name: String,
    /// The initial weights and biases.
    pub parameters: Vec<PublishedParameter>,
    /// The training accuracy in percent, rounded as published.
    pub train_accuracy: f64,
    /// The held-out accuracy in percent.
    pub test_accuracy: f64,
    /// The loss before a step, by step number, counted from 0.
    pub losses: Vec<(u64, f64)>,
    /// The tolerance for the losses.
    pub tolerance: f64,
}

/// A named parameter with row-major values.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedParameter {
    /// The name: `layers.0.weight`.
    pub name: String,
    /// `[out, in]` for a weight, `[out]` for a bias.
    pub shape: Vec<usize>,
    /// The values.
    pub values: Vec<f64>,
}

impl PublishedLab {
    /// Reads the embedded lab.
    ///
    /// # Errors
    /// [`DataError`] if the embedded file is damaged.
    pub fn load() -> Result<Self, DataError> {
        parse(TEXT)
    }

    /// Returns a start by name.
    #[must_use]
    pub fn start(&self, name: &str) -> Option<&PublishedStart> {
        self.starts.iter().find(|start| start.name == name)
    }
}

impl PublishedStart {
    /// Returns a parameter by name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&PublishedParameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

/// The file format.
#[derive(Deserialize)]
struct File {
    widths: Vec<usize>,
    train: Points,
    test: Points,
    init: BTreeMap<String, BTreeMap<String, Values>>,
    published: Published,
}

#[derive(Deserialize)]
struct Points {
    x: Vec<[f64; 2]>,
    y: Vec<usize>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Values {
    Vector(Vec<f64>),
    Matrix(Vec<Vec<f64>>),
}

#[derive(Deserialize)]
struct Published {
    accuracy_percent: BTreeMap<String, Accuracy>,
    loss_at_step: BTreeMap<String, BTreeMap<u64, f64>>,
    tolerance: BTreeMap<String, f64>,
}

#[derive(Deserialize)]
struct Accuracy {
    train: f64,
    test: f64,
}

fn parse(text: &str) -> Result<PublishedLab, DataError> {
    let damaged = |reason: String| DataError::file(Path::new(FILE), format!("{reason}; restore the file"));
    let file: File = serde_json::from_str(text).map_err(|error| damaged(error.to_string()))?;
    let provenance = Provenance {
        name: "lab".to_owned(),
        source: "deeplearning.ai, Improving Deep Neural Networks, assignment Initialization; points of scikit-learn's \
                 make_circles"
            .to_owned(),
        license: "numbers only; the course states no license for them".to_owned(),
    };
    let part = |points: Points| Part::new(2, points.x.into_iter().flatten().collect(), points.y);
    let classes = vec!["0".to_owned(), "1".to_owned()];
    let data = DataSet::from_parts(provenance, classes, part(file.train), part(file.test))?;
    let mut starts = Vec::new();
    for (name, parameters) in file.init {
        let missing = || damaged(format!("no published results for '{name}'"));
        let accuracy = file.published.accuracy_percent.get(&name).ok_or_else(missing)?;
        let losses = file.published.loss_at_step.get(&name).ok_or_else(missing)?;
        let tolerance = *file.published.tolerance.get(&name).ok_or_else(missing)?;
        let parameters = parameters.into_iter().map(|(name, values)| {
            let (shape, values) = match values {
                Values::Vector(values) => (vec![values.len()], values),
                Values::Matrix(rows) => {
                    let columns = rows.first().map_or(0, Vec::len);
                    if rows.iter().any(|row| row.len() != columns) {
                        return Err(damaged(format!("the rows of '{name}' differ in length")));
                    }
                    (vec![rows.len(), columns], rows.into_iter().flatten().collect())
                }
            };
            Ok(PublishedParameter { name, shape, values })
        });
        starts.push(PublishedStart {
            parameters: parameters.collect::<Result<_, _>>()?,
            train_accuracy: accuracy.train,
            test_accuracy: accuracy.test,
            losses: losses.iter().map(|(step, loss)| (*step, *loss)).collect(),
            tolerance,
            name,
        });
    }
    // The file states these two numbers only in its text.
    Ok(PublishedLab { widths: file.widths, rate: 0.01, steps: 15_000, data, starts })
}

#[cfg(test)]
mod tests {
    use fanin_core::{
        Activation,
        network::{Loss, MlpSpec},
    };

    use super::*;

    #[test]
    fn the_starts_fit_the_network() {
        let lab = PublishedLab::load().unwrap();
        let spec = MlpSpec::new(lab.widths.clone(), Activation::Relu, Loss::BinaryCrossEntropy).unwrap();
        for name in ["zeros", "large", "he"] {
            let start = lab.start(name).unwrap();
            assert_eq!(start.parameters.len(), spec.params().len());
            for param in spec.params() {
                let parameter = start.parameter(param.name()).unwrap();
                assert_eq!(parameter.shape, param.shape(), "{name} {}", param.name());
                assert_eq!(parameter.values.len(), param.shape().iter().product::<usize>());
            }
        }
        assert_eq!(lab.starts.len(), 3);
        assert!(lab.data.train().samples().check(2, 1, Loss::BinaryCrossEntropy).is_ok());
    }

    #[test]
    fn the_numbers_are_the_files() {
        let lab = PublishedLab::load().unwrap();
        assert_eq!((lab.data.train().len(), lab.data.held_out().len()), (300, 100));
        assert_eq!(lab.data.train().inputs()[..2], [-0.077_413_540_100_481_14, 0.852_602_264_274_274_2]);
        assert_eq!(lab.data.train().labels()[..6], [1, 0, 1, 1, 0, 0]);
        assert_eq!(lab.data.train().labels().iter().sum::<usize>(), 150);
        let he = lab.start("he").unwrap();
        assert_eq!(he.parameter("layers.0.weight").unwrap().values[..1], [1.788_628_473_430_318_6]);
        assert_eq!(he.losses.iter().map(|(step, _)| *step).collect::<Vec<_>>(), [0, 1000, 5000, 10_000, 14_000]);
        assert_eq!((he.losses[0].1, he.tolerance, he.test_accuracy), (0.883_053_746_341_976_1, 1e-9, 96.0));
        let zeros = lab.start("zeros").unwrap();
        assert!(zeros.parameters.iter().flat_map(|parameter| &parameter.values).all(|value| *value == 0.0));
        assert_eq!((zeros.losses[0].1, zeros.train_accuracy), (std::f64::consts::LN_2, 50.0));
    }

    #[test]
    fn rate_and_steps_are_the_words_of_the_file() {
        let lab = PublishedLab::load().unwrap();
        assert!(TEXT.contains(&format!("lr {}, {} steps", lab.rate, lab.steps)));
    }

    #[test]
    fn a_damaged_file_is_named() {
        let cut = &TEXT[..TEXT.len() / 2];
        let ragged = TEXT.replacen(
            "\"layers.0.weight\": [[0.0, 0.0], [0.0, -0.0]",
            "\"layers.0.weight\": [[0.0], [0.0, -0.0]",
            1,
        );
        let unpublished = TEXT.replacen("\"tolerance\": {\"zeros\"", "\"tolerance\": {\"other\"", 1);
        for text in [cut, &ragged, &unpublished] {
            assert_ne!(text, TEXT);
            let message = parse(text).unwrap_err().to_string();
            assert!(message.contains(FILE) && message.ends_with("restore the file"), "{message}");
        }
    }
}
