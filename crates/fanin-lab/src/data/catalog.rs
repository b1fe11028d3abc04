//! The catalog of built-in data sets.

use super::data_source::{Named, names};
use super::{DataError, DataSource, Provenance};

/// A built-in data set with its defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Name, source and license.
    pub provenance: Provenance,
    /// The arguments with their defaults, in text form; empty if it takes none.
    pub arguments: String,
    /// A one-line description.
    pub summary: &'static str,
    /// The number of training rows.
    pub train: usize,
    /// The number of held-out rows.
    pub held_out: usize,
    /// The length of a row.
    pub features: usize,
    /// The number of classes.
    pub classes: usize,
}

/// Returns every built-in data set, in listing order. All numbers are read from the data sets themselves.
///
/// ```
/// let digits = &fanin_lab::data::catalog()?[0];
/// assert_eq!((digits.provenance.name.as_str(), digits.provenance.license.as_str()), ("digits", "CC BY 4.0"));
/// assert_eq!((digits.train + digits.held_out, digits.features, digits.classes), (1797, 64, 10));
/// # Ok::<(), fanin_lab::data::DataError>(())
/// ```
///
/// # Errors
/// [`DataError`] if an embedded file is damaged.
pub fn catalog() -> Result<Vec<Listing>, DataError> {
    let listing = |name: Named| {
        let source: DataSource = name.name.parse()?;
        let set = source.load()?;
        let arguments = match &source {
            DataSource::Made(made) => made.arguments_text(),
            DataSource::Digits | DataSource::Lab | DataSource::File(_) => String::new(),
        };
        Ok(Listing {
            provenance: set.provenance().clone(),
            arguments,
            summary: name.summary,
            train: set.train().len(),
            held_out: set.held_out().len(),
            features: set.features(),
            classes: set.classes().len(),
        })
    };
    names().map(listing).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Pattern;
    use super::*;

    #[test]
    fn every_name_is_listed_with_source_and_license() {
        let listings = catalog().unwrap();
        assert_eq!(listings.len(), names().count());
        for (listing, name) in listings.iter().zip(names()) {
            assert_eq!(listing.provenance.name, name.name);
            assert!(!listing.provenance.source.is_empty() && !listing.provenance.license.is_empty());
            assert!(listing.train > listing.held_out && listing.held_out > 0 && listing.classes > 1);
        }
    }

    #[test]
    fn listed_arguments_are_the_defaults() {
        let mut with_arguments = 0;
        for listing in catalog().unwrap().iter().filter(|listing| !listing.arguments.is_empty()) {
            let name = &listing.provenance.name;
            let spelled = format!("{name}({})", listing.arguments).parse::<DataSource>().unwrap();
            assert_eq!(&spelled.to_string(), name);
            with_arguments += 1;
        }
        assert_eq!(with_arguments, Pattern::ALL.len());
    }
}
