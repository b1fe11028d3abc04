//! Labels of a table, converted to classes counted from 0.

use std::collections::BTreeMap;

use super::super::error::shown;

/// The distinct labels of a table, each with the position of its first occurrence, and the label of each row.
#[derive(Debug, Default)]
pub(super) struct ClassLabels {
    distinct: BTreeMap<String, usize>,
    places: Vec<u64>,
    rows: Vec<usize>,
}

/// The classes in order, and the class of each row.
#[derive(Debug, PartialEq)]
pub(super) struct Classes {
    pub(super) names: Vec<String>,
    pub(super) rows: Vec<usize>,
}

/// The position of the invalid label, if any, and the reason.
pub(super) type LabelError = (Option<u64>, String);

/// The largest integer up to which `f64` represents all integers exactly: 2^53.
const LARGEST_INTEGER: f64 = 9_007_199_254_740_992.0;

impl ClassLabels {
    pub(super) fn push(&mut self, label: &str, place: u64) -> Result<(), LabelError> {
        if label.is_empty() || label.eq_ignore_ascii_case("nan") {
            let reason = format!("the label is {}; add a class or remove the row", shown(label));
            return Err((Some(place), reason));
        }
        let id = match self.distinct.get(label) {
            Some(id) => *id,
            None => {
                let id = self.places.len();
                self.distinct.insert(label.to_owned(), id);
                self.places.push(place);
                id
            }
        };
        self.rows.push(id);
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Sorts numbers in ascending order, or texts lexicographically.
    pub(super) fn classes(self) -> Result<Classes, LabelError> {
        let numbers: Option<Vec<(f64, usize)>> =
            self.distinct.iter().map(|(label, id)| label.parse().ok().map(|number| (number, *id))).collect();
        // `class_of[id]` is the class of the label with that id.
        let mut class_of = vec![0; self.places.len()];
        let mut names: Vec<String> = Vec::new();
        if let Some(mut numbers) = numbers {
            numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut previous = None;
            for (number, id) in numbers {
                if number.fract() != 0.0 || number.abs() > LARGEST_INTEGER {
                    let reason = format!(
                        "the label {number} is not a whole number; choose the right label column, or use whole numbers"
                    );
                    return Err((self.places.get(id).copied(), reason));
                }
                // 1 and 1.0 are the same class; adding zero makes -0 equal to 0.
                if previous != Some(number) {
                    names.push((number + 0.0).to_string());
                    previous = Some(number);
                }
                set(&mut class_of, id, names.len() - 1);
            }
        } else {
            for (label, id) in self.distinct {
                set(&mut class_of, id, names.len());
                names.push(label);
            }
        }
        let rows: Vec<usize> = self.rows.iter().filter_map(|id| class_of.get(*id).copied()).collect();
        match names.len() {
            1 => {
                let only = names.first().map_or_else(String::new, |name| shown(name));
                Err((None, format!("every row has class {only}; add rows of at least one other class")))
            }
            // At least two rows per class: one for training and one held out.
            count if count > rows.len() / 2 => {
                let rows = rows.len();
                let reason = format!(
                    "{rows} rows are too few for {count} classes; add rows, or choose the label column with label = \
                     NAME"
                );
                Err((None, reason))
            }
            _ => Ok(Classes { names, rows }),
        }
    }
}

fn set(class_of: &mut [usize], id: usize, class: usize) {
    if let Some(slot) = class_of.get_mut(id) {
        *slot = class;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(labels: &[&str]) -> Result<Classes, LabelError> {
        let mut all = ClassLabels::default();
        for (row, label) in labels.iter().enumerate() {
            all.push(label, row as u64)?;
        }
        all.classes()
    }

    #[test]
    fn numbers_in_rising_order_texts_in_theirs() {
        let good = |labels: &[&str]| classes(labels).map(|classes| (classes.names.join(" "), classes.rows)).unwrap();
        assert_eq!(good(&["10", "9", "10", "9"]), ("9 10".to_owned(), vec![1, 0, 1, 0]));
        assert_eq!(good(&["1", "-1", "1.0", "-1e0"]), ("-1 1".to_owned(), vec![1, 0, 1, 0]));
        assert_eq!(good(&["0", "-0", "0.0", "1", "1"]), ("0 1".to_owned(), vec![0, 0, 0, 1, 1]));
        assert_eq!(good(&["b", "a", "b", "a"]), ("a b".to_owned(), vec![1, 0, 1, 0]));
        assert_eq!(good(&["10", "9", "x", "10", "9", "x"]), ("10 9 x".to_owned(), vec![0, 1, 2, 0, 1, 2]));
    }

    #[test]
    fn invalid_classes_are_named() {
        let bad = |labels: &[&str]| classes(labels).unwrap_err();
        assert_eq!(bad(&["1", "2", "1.5", "1"]).0, Some(2));
        assert_eq!(bad(&["1", "2", "inf", "1"]).0, Some(2));
        assert_eq!(bad(&["a", ""]).0, Some(1));
        assert_eq!(bad(&["0", "NaN"]).0, Some(1));
        assert!(bad(&["a", "a"]).1.contains("every row has class 'a'"));
        assert!(bad(&["1", "2", "3", "4"]).1.contains("4 rows are too few for 4 classes"));
    }
}
