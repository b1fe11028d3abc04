//! The 1,797 handwritten digits.

use std::path::Path;
use std::sync::OnceLock;

use super::csv_file::{self, CsvOptions};
use super::{DataError, DataSet, Provenance, Split};

const TEXT: &str = include_str!("../../data/digits.csv");

/// Returns the handwritten digits: 1,797 images of 8 x 8 pixels, row-major, in 10 classes.
///
/// Pixels from 0 to 16 are scaled exactly to 0 to 1. The split is [`Split::default`]: a fifth of each class is held
/// out, drawn with seed 0. The text is parsed once per process.
///
/// Source: E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine Learning Repository,
/// 1998, test part; the same images as scikit-learn's `load_digits`. License: CC BY 4.0.
///
/// # Errors
/// [`DataError`] if the embedded file is damaged.
pub(super) fn digits() -> Result<DataSet, DataError> {
    static DIGITS: OnceLock<DataSet> = OnceLock::new();
    if let Some(digits) = DIGITS.get() {
        return Ok(digits.clone());
    }
    let mut table = csv_file::parse(Path::new("digits.csv"), TEXT.as_bytes(), b',', &CsvOptions::default())?;
    for pixel in &mut table.inputs {
        *pixel /= 16.0;
    }
    let provenance = Provenance {
        name: "digits".to_owned(),
        source: "UCI Optical Recognition of Handwritten Digits, test part (E. Alpaydin, C. Kaynak, 1998)".to_owned(),
        license: "CC BY 4.0".to_owned(),
    };
    let set = DataSet::new(provenance, table.classes, table.features, table.inputs, table.labels, Split::default())?;
    Ok(DIGITS.get_or_init(|| set).clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_image_once_in_ten_classes() {
        let set = digits().unwrap();
        assert_eq!((set.features(), set.classes().len()), (64, 10));
        assert_eq!(set.classes()[9], "9");
        assert_eq!(set.train().len() + set.held_out().len(), 1797);
        let count = |class| {
            let of = |labels: &[usize]| labels.iter().filter(|label| **label == class).count();
            (of(set.train().labels()), of(set.held_out().labels()))
        };
        // 178, 182, 177, 183, 181, 182, 181, 179, 174 and 180 of each.
        let held_out = [36, 36, 35, 37, 36, 36, 36, 36, 35, 36];
        let all = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180];
        for (class, (out, all)) in held_out.into_iter().zip(all).enumerate() {
            assert_eq!(count(class), (all - out, out), "{class}");
        }
    }

    #[test]
    fn pixels_are_sixteenths_and_known() {
        let set = digits().unwrap();
        for part in [set.train(), set.held_out()] {
            assert!(part.inputs().iter().all(|pixel| (0.0..=1.0).contains(pixel) && (pixel * 16.0).fract() == 0.0));
        }
        let first_line = TEXT.lines().find(|line| !line.starts_with('#')).unwrap();
        let cells: Vec<f64> = first_line.split(',').map(|cell| cell.parse().unwrap()).collect();
        let (pixels, label) = cells.split_at(64);
        let pixels: Vec<f64> = pixels.iter().map(|pixel| pixel / 16.0).collect();
        let rows = [set.train(), set.held_out()].map(|part| part.row(0).unwrap());
        assert_eq!(label, [0.0]);
        assert!(rows.contains(&(&pixels, 0)));
    }

    #[test]
    fn the_file_states_its_source_and_license() {
        let set = digits().unwrap();
        let header = TEXT.lines().next().unwrap();
        assert!(header.contains(&set.provenance().source) && header.contains(&set.provenance().license), "{header}");
    }
}
