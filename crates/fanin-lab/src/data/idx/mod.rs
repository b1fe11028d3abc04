//! Images and labels in IDX files, such as MNIST and Fashion-MNIST.

mod array;
mod file_names;

#[cfg(test)]
pub(super) mod tests;

use std::collections::BTreeSet;
use std::path::Path;

use array::{Array, MOST_ELEMENTS};
use file_names::Pair;

use super::{DataError, DataSet, Part, Provenance, Split};

/// One table of IDX files, with the labels as stored.
struct Images {
    features: usize,
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl Images {
    fn read(pair: &Pair) -> Result<Self, DataError> {
        let Array { dimensions, bytes: pixels } = array::read(&pair.images, MOST_ELEMENTS)?;
        let labels = array::read(&pair.labels, MOST_ELEMENTS)?;
        let [rows, of_a_row @ ..] = dimensions.as_slice() else { return Err(not_images(pair, &dimensions)) };
        if of_a_row.is_empty() {
            return Err(not_images(pair, &dimensions));
        }
        if labels.dimensions.len() != 1 {
            let reason = format!("its dimensions are {:?}, but labels have one", labels.dimensions);
            return Err(DataError::file(&pair.labels, reason));
        }
        if labels.bytes.len() != *rows {
            let reason = format!("{} labels for {rows} images; download both files again", labels.bytes.len());
            return Err(DataError::file(&pair.labels, reason));
        }
        Ok(Self { features: of_a_row.iter().product(), pixels, labels: labels.bytes })
    }

    /// Converts pixels from 0 to 255 to 0 to 1, and labels to class indices.
    fn part(&self, classes: &BTreeSet<u8>) -> Part {
        let inputs = self.pixels.iter().map(|pixel| f64::from(*pixel) / 255.0).collect();
        Part::new(self.features, inputs, self.class_of_each(classes))
    }

    fn class_of_each(&self, classes: &BTreeSet<u8>) -> Vec<usize> {
        self.labels.iter().map(|label| classes.range(..*label).count()).collect()
    }
}

fn not_images(pair: &Pair, dimensions: &[usize]) -> DataError {
    DataError::file(&pair.images, format!("its dimensions are {dimensions:?}, but images have at least two"))
}

fn names(classes: &BTreeSet<u8>) -> Vec<String> {
    classes.iter().map(u8::to_string).collect()
}

/// Reads and splits the pair that a file belongs to.
pub(super) fn read_pair(path: &Path, provenance: Provenance, split: Split) -> Result<DataSet, DataError> {
    let images = Images::read(&Pair::of(path)?)?;
    let classes: BTreeSet<u8> = images.labels.iter().copied().collect();
    let labels = images.class_of_each(&classes);
    let part = images.part(&classes);
    DataSet::new(provenance, names(&classes), images.features, part.into_inputs(), labels, split)
}

/// Reads a folder of four files: `train-…` for training, `t10k-…` held out.
pub(super) fn read_folder(folder: &Path, provenance: Provenance) -> Result<DataSet, DataError> {
    let train = Images::read(&Pair::in_folder(folder, "train")?)?;
    let held_out = Images::read(&Pair::in_folder(folder, "t10k")?)?;
    let classes: BTreeSet<u8> = train.labels.iter().chain(&held_out.labels).copied().collect();
    DataSet::from_parts(provenance, names(&classes), train.part(&classes), held_out.part(&classes))
}
