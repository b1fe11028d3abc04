//! The choice of a data set, by name or by path.

use std::fmt;
use std::str::FromStr;

use fanin_core::text::Call;

use super::digits::digits;
use super::{DataError, DataSet, FileSource, Made, Pattern, PublishedLab};

/// A data set in text form: the name of a built-in one, or a path.
///
/// ```text
/// source = name [ "(" arguments ")" ]      digits, lab, circles, moons, spiral, xor, blobs, corner
///        | path [ "(" arguments ")" ]      a path that exists: see FileSource
/// ```
/// The grammar of arguments and the canonical form are those of initializers (see [`fanin_core::text`]). A name takes
/// precedence over a file of that name: write `./digits` for the file.
///
/// ```
/// use fanin_lab::data::DataSource;
///
/// let source: DataSource = "moons(noise = 0.20, n = 500)".parse()?;
/// assert_eq!(source.to_string(), "moons(noise = 0.2)");
/// assert_eq!(source.load()?.features(), 2);
/// assert!("mons".parse::<DataSource>().is_err());
/// # Ok::<(), fanin_lab::data::DataError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum DataSource {
    /// The 1,797 handwritten digits: 8 x 8 pixels from 0 to 1, 10 classes, a fifth of each held out (E. Alpaydin and C.
    /// Kaynak, UCI, 1998, CC BY 4.0).
    Digits,
    /// The points of deeplearning.ai's initialization lab.
    Lab,
    /// Generated points.
    Made(Made),
    /// Files.
    File(FileSource),
}

/// A built-in name of the text form.
pub(super) struct Named {
    pub(super) name: &'static str,
    pub(super) summary: &'static str,
    kind: Kind,
}

enum Kind {
    Digits,
    Lab,
    Made(Pattern),
}

/// Returns all built-in names, in listing order.
pub(super) fn names() -> impl Iterator<Item = Named> {
    let embedded = [
        Named { name: "digits", summary: "handwritten digits, 8 x 8 pixels; embedded", kind: Kind::Digits },
        Named {
            name: "lab",
            summary: "the two noisy rings of deeplearning.ai's initialization lab; embedded",
            kind: Kind::Lab,
        },
    ];
    let made = |pattern: Pattern| Named { name: pattern.name(), summary: pattern.summary(), kind: Kind::Made(pattern) };
    embedded.into_iter().chain(Pattern::ALL.map(made))
}

impl DataSource {
    /// Loads or generates the data set. The same source always produces the same bits.
    ///
    /// # Errors
    /// [`DataError`], which names the file, the line and the column. Embedded and generated data sets do not fail.
    pub fn load(&self) -> Result<DataSet, DataError> {
        match self {
            Self::Digits => digits(),
            Self::Lab => PublishedLab::load().map(|lab| lab.data),
            Self::Made(made) => made.load(),
            Self::File(file) => file.load(),
        }
    }
}

impl FromStr for DataSource {
    type Err = DataError;

    /// Parses a built-in name, or a path that exists.
    fn from_str(text: &str) -> Result<Self, DataError> {
        let text = text.trim();
        let word = text.split('(').next().unwrap_or_default().trim_end();
        if let Some(named) = names().find(|named| named.name == word) {
            let mut arguments = Call::parse(text)?.arguments();
            let source = match named.kind {
                Kind::Digits => Self::Digits,
                Kind::Lab => Self::Lab,
                Kind::Made(pattern) => Self::Made(Made::from_arguments(pattern, &mut arguments)?),
            };
            arguments.finish()?;
            return Ok(source);
        }
        match FileSource::parse(text)? {
            Some(file) => Ok(Self::File(file)),
            None => Err(DataError::Unknown { name: text.to_owned(), known: names().map(|named| named.name).collect() }),
        }
    }
}

impl fmt::Display for DataSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Digits => f.pad("digits"),
            Self::Lab => f.pad("lab"),
            Self::Made(made) => made.fmt(f),
            Self::File(file) => f.pad(&file.to_string()),
        }
    }
}

#[cfg(test)]
mod tests;
