//! Data sets in user-provided files.

use std::fmt;
use std::io::BufRead;
use std::path::{Path, PathBuf};

use fanin_core::Seed;
use fanin_core::text::{Call, Printer, TextError};

use super::csv_file::{self, CsvOptions};
use super::made::whole;
use super::{DataError, DataSet, Provenance, Split, gzip, idx};

/// A table or images by path: `iris.csv`, `iris.csv(label = species, standardize = false)`, `fashion-mnist/`.
///
/// | path | contents |
/// |---|---|
/// | `….csv`, `….tsv` | a table, comma- or tab-separated; `#` starts a comment; a header is detected or set with `header` |
/// | an IDX file | the images or labels of a pair, `…images-idx3…` and `…labels-idx1…`; bytes are divided by 255 |
/// | a folder | four IDX files, `train-…` for training and `t10k-…` held out: MNIST, Fashion-MNIST |
///
/// Each file may be gzip-compressed. Arguments go in parentheses:
///
/// | argument | default | meaning |
/// |---|---|---|
/// | `label` | the last column | the column of the class, by name or by number from 1 (tables) |
/// | `header` | `auto` | `true`, `false`, or `auto`: a header is detected if no feature cell of the first row is a number (tables) |
/// | `standardize` | `true` for tables, else `false` | scale every feature to mean 0 and std 1 (see [`DataSet::standardized`]) |
/// | `held_out` | `0.2` | the fraction of each class that is held out (not for folders, which define it) |
/// | `seed` | `0` | the seed that selects the held-out rows (not for folders) |
///
/// Labels are integers or text; classes are numbered in sorted order. Features are finite numbers.
///
/// ```
/// use fanin_lab::data::FileSource;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("pets.csv");
/// std::fs::write(&path, "kind,weight\ndog,30\ncat,4\ndog,25\ncat,5\n")?;
/// let mut source = FileSource::new(path);
/// source.csv.label = Some("kind".to_owned());
/// let pets = source.load()?;
/// assert_eq!(pets.classes(), ["cat", "dog"]);
/// assert_eq!((pets.name(), pets.features(), pets.train().len()), ("pets", 1, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FileSource {
    /// The file or folder.
    pub path: PathBuf,
    /// Options for reading a table.
    pub csv: CsvOptions,
    /// Whether features are standardized. Defaults to true for tables, false for other files.
    pub standardize: Option<bool>,
    /// The split of the rows.
    pub split: Split,
}

/// The kind of file at a path.
enum Kind {
    Table(u8),
    Idx,
    Folder,
}

impl FileSource {
    /// Creates a source with default options.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), csv: CsvOptions::default(), standardize: None, split: Split::default() }
    }

    /// Parses `path` or `path(arguments)`; `None` if the path does not exist.
    pub(super) fn parse(text: &str) -> Result<Option<Self>, DataError> {
        if !text.is_empty() && Path::new(text).exists() {
            return Ok(Some(Self::new(text)));
        }
        let Some(inside) = text.trim_end().strip_suffix(')') else { return Ok(None) };
        // A path may itself contain parentheses. The path ends at the first one before which a file exists.
        for (open, _) in inside.match_indices('(') {
            let (path, arguments) = (inside[..open].trim_end(), &inside[open + 1..]);
            if !path.is_empty() && Path::new(path).exists() {
                return Self::new(path).with_arguments(arguments).map(Some);
            }
        }
        Ok(None)
    }

    fn with_arguments(mut self, arguments: &str) -> Result<Self, DataError> {
        // A column name may contain characters that the grammar does not allow, so it is extracted first.
        let mut rest = Vec::new();
        for argument in arguments.split(',') {
            match argument.split_once('=') {
                Some((name, value)) if name.trim() == "label" => {
                    if self.csv.label.replace(value.trim().to_owned()).is_some() {
                        let (call, argument) = ("file".to_owned(), "label".to_owned());
                        return Err(TextError::Twice { call, argument }.into());
                    }
                }
                _ => rest.push(argument),
            }
        }
        let mut arguments = Call::parse(&format!("file({})", rest.join(",").trim().trim_end_matches(',')))?.arguments();
        let choices = [("auto", None), ("true", Some(true)), ("false", Some(false))];
        self.csv.header = arguments.choice("header", None, &choices)?;
        self.standardize = arguments.choice("standardize", None, &choices)?;
        self.split.held_out = arguments.number("held_out", self.split.held_out)?;
        let seed = arguments.number("seed", 0.0)?;
        let refuse = |argument, value: f64, reason| DataError::Argument {
            set: "file".to_owned(),
            argument,
            value: value.to_string(),
            reason,
        };
        if !(self.split.held_out > 0.0 && self.split.held_out < 1.0) {
            return Err(refuse("held_out", self.split.held_out, "is not between 0 and 1; use a fraction such as 0.2"));
        }
        let Some(whole) = whole(seed) else {
            return Err(refuse("seed", seed, "is not a whole number from 0 to 2^53"));
        };
        self.split.seed = Seed(whole);
        arguments.finish()?;
        Ok(self)
    }

    /// Reads the files.
    ///
    /// # Errors
    /// [`DataError`], which names the file and, where applicable, the line and the column.
    pub fn load(&self) -> Result<DataSet, DataError> {
        let stem =
            self.path.file_name().map_or_else(|| self.path.display().to_string(), |name| name.display().to_string());
        let provenance = Provenance {
            name: stem.split('.').next().filter(|first| !first.is_empty()).unwrap_or(&stem).to_owned(),
            source: self.path.display().to_string(),
            license: "not stated; set by the file's owner".to_owned(),
        };
        let kind = self.kind()?;
        let table = matches!(kind, Kind::Table(_));
        if !table && self.csv != CsvOptions::default() {
            return Err(DataError::file(&self.path, "IDX files have no columns; remove label and header"));
        }
        let set = match kind {
            Kind::Table(delimiter) => {
                let table = csv_file::read(&self.path, delimiter, &self.csv)?;
                DataSet::new(provenance, table.classes, table.features, table.inputs, table.labels, self.split)?
            }
            Kind::Idx => idx::read_pair(&self.path, provenance, self.split)?,
            Kind::Folder if self.split == Split::default() => idx::read_folder(&self.path, provenance)?,
            Kind::Folder => {
                let reason = "the folder's t10k files are held out; remove held_out and seed";
                return Err(DataError::file(&self.path, reason));
            }
        };
        if self.standardize.unwrap_or(table) { set.standardized() } else { Ok(set) }
    }

    fn kind(&self) -> Result<Kind, DataError> {
        if self.path.is_dir() {
            return Ok(Kind::Folder);
        }
        if let Some(delimiter) = csv_file::delimiter(&self.path) {
            return Ok(Kind::Table(delimiter));
        }
        let mut file = gzip::open(&self.path)?;
        let start = file.fill_buf().map_err(|error| DataError::read(&self.path, error))?;
        if start.starts_with(&[0, 0]) {
            return Ok(Kind::Idx);
        }
        let reason = "not an IDX file; a table needs the extension .csv or .tsv, optionally followed by .gz";
        Err(DataError::file(&self.path, reason))
    }
}

impl fmt::Display for FileSource {
    #[expect(clippy::cast_precision_loss, reason = "a seed that was read is at most 2^53")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |choice: Option<bool>| choice.map_or("auto", |yes| if yes { "true" } else { "false" });
        let default = Split::default();
        let label = self.csv.label.as_deref();
        let printed = Printer::new("")
            .word("label", label.unwrap_or_default(), "")
            .word("header", word(self.csv.header), "auto")
            .word("standardize", word(self.standardize), "auto")
            .number("held_out", self.split.held_out, default.held_out)
            .number("seed", self.split.seed.0 as f64, default.seed.0 as f64)
            .finish();
        write!(f, "{}{printed}", self.path.display())
    }
}
