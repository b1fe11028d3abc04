//! The backends that a comparison can run on, one line each.

use std::fmt;
use std::str::FromStr;

use fanin_core::values::Dtype;
use thiserror::Error;

use super::ExperimentError;
use super::lane::Lane;
use crate::record::LaneRecord;

macro_rules! entry {
    ($name:literal, $krate:ident, library = $library:literal) => {
        Entry { name: $name, feature: "", backend: Some(entry!(@ $name, $krate, $library)) }
    };
    ($name:literal, $krate:ident, library = $library:literal, feature = $feature:literal) => {
        Entry {
            name: $name,

            feature: $feature,
            #[cfg(feature = $feature)]
            backend: Some(entry!(@ $name, $krate, $library)),
            #[cfg(not(feature = $feature))]
            backend: None,
        }
    };
    (@ $name:literal, $krate:ident, $library:literal) => {
        Backend {
            name: $name,
            library: ($library, locked($library)),
            train: |dtype, lane| match dtype {
                Dtype::F64 => lane.run::<$krate::Mlp<f64>>(),
                _ => lane.run::<$krate::Mlp<f32>>(),
            },
        }
    };
}

/// Every backend: its name, the crate whose `Mlp` is the network, the tensor library whose version a record states, and
/// the feature that enables it, unless it is always built in. The first is the default.
const LIST: [Entry; 2] = [
    entry!("ndarray", fanin_ndarray, library = "ndarray"),
    entry!("candle", fanin_candle, library = "candle-core", feature = "candle"),
];

/// A line of the list.
#[derive(Clone, Copy)]
struct Entry {
    name: &'static str,
    feature: &'static str,
    /// `None` without the feature.
    backend: Option<Backend>,
}

/// A backend that is built in.
#[derive(Clone, Copy)]
pub struct Backend {
    name: &'static str,
    library: (&'static str, &'static str),
    train: fn(Dtype, &Lane<'_>) -> Result<LaneRecord, ExperimentError>,
}

/// Errors of choosing a backend.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BackendError {
    /// No backend has this name.
    #[error("unknown backend '{name}'; the backends are {}", Backend::names().collect::<Vec<_>>().join(" and "))]
    Unknown {
        /// The name.
        name: String,
    },
    /// The program is built without this backend.
    #[error("the backend '{name}' is not built in; enable the feature '{feature}'")]
    NotBuilt {
        /// The backend.
        name: &'static str,
        /// The feature of `fanin-lab` that enables it.
        feature: &'static str,
    },
}

impl Backend {
    /// Returns the backends that are built in, the default first.
    pub fn built() -> impl Iterator<Item = Self> {
        LIST.into_iter().filter_map(|entry| entry.backend)
    }

    /// Returns the names of all backends, built in or not, the default first.
    pub fn names() -> impl Iterator<Item = &'static str> {
        LIST.into_iter().map(|entry| entry.name)
    }

    /// Returns the name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name
    }

    /// Returns the tensor library and its version, `unknown` without a lock file.
    #[must_use]
    pub fn library(self) -> (&'static str, &'static str) {
        self.library
    }

    /// Trains one lane.
    pub(super) fn train(self, dtype: Dtype, lane: &Lane<'_>) -> Result<LaneRecord, ExperimentError> {
        (self.train)(dtype, lane)
    }
}

impl Default for Backend {
    fn default() -> Self {
        const FIRST: Backend = match LIST[0].backend {
            Some(backend) => backend,
            None => panic!("the first backend of the list has no feature"),
        };
        FIRST
    }
}

impl PartialEq for Backend {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Backend {}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Backend").field(&self.name).finish()
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

impl FromStr for Backend {
    type Err = BackendError;

    fn from_str(text: &str) -> Result<Self, BackendError> {
        let entry = LIST.into_iter().find(|entry| entry.name == text);
        let entry = entry.ok_or_else(|| BackendError::Unknown { name: text.to_owned() })?;
        entry.backend.ok_or(BackendError::NotBuilt { name: entry.name, feature: entry.feature })
    }
}

/// The packages of the lock file with their versions; empty without a lock file.
const LOCKED: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/locked.rs"));

/// Returns the version of a package in the lock file.
const fn locked(package: &str) -> &'static str {
    let mut at = 0;
    while at < LOCKED.len() {
        if equal(LOCKED[at].0.as_bytes(), package.as_bytes()) {
            return LOCKED[at].1;
        }
        at += 1;
    }
    "unknown"
}

const fn equal(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_backend_or_a_reason() {
        for entry in LIST {
            assert_eq!(
                entry.name.parse(),
                entry.backend.ok_or(BackendError::NotBuilt { name: entry.name, feature: entry.feature })
            );
        }
        assert_eq!(Backend::default().name(), "ndarray");
        let unknown = "torch".parse::<Backend>().unwrap_err();
        assert_eq!(unknown.to_string(), "unknown backend 'torch'; the backends are ndarray and candle");
        let not_built = BackendError::NotBuilt { name: "candle", feature: "candle" };
        assert_eq!(not_built.to_string(), "the backend 'candle' is not built in; enable the feature 'candle'");
    }

    #[test]
    fn the_lock_file_states_the_versions_of_libraries() {
        for backend in Backend::built() {
            let (library, version) = backend.library();
            assert!(version.starts_with(|first: char| first.is_ascii_digit()), "{library} {version}");
        }
    }
}
