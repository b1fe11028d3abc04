//! The backends that this crate can be built with, one line each.

use std::str::FromStr;

use thiserror::Error;

use super::Backend;

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
        Backend::new($name).f32::<$krate::Mlp<f32>>().f64::<$krate::Mlp<f64>>().library($library, locked($library))
    };
}

/// Every backend: its name, the crate whose `Mlp` is the network, the tensor library whose version a record states, and
/// the feature that enables it, unless it is always built in. The first is the default.
const LIST: &[Entry] = &[
    entry!("ndarray", fanin_ndarray, library = "ndarray"),
    entry!("candle", fanin_candle, library = "candle-core", feature = "candle"),
    entry!("burn", fanin_burn, library = "burn-core", feature = "burn"),
];

/// A line of the list.
#[derive(Clone, Copy)]
struct Entry {
    name: &'static str,
    feature: &'static str,
    /// `None` without the feature.
    backend: Option<Backend>,
}

/// Errors of choosing a backend by name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BackendError {
    /// No backend has this name.
    #[error("unknown backend '{name}'; the backends are {}", Backend::names().collect::<Vec<_>>().join(", "))]
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
        LIST.iter().filter_map(|entry| entry.backend)
    }

    /// Returns the names of all backends of this crate, built in or not, the default first.
    pub fn names() -> impl Iterator<Item = &'static str> {
        LIST.iter().map(|entry| entry.name)
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

/// Finds a backend of this crate by name.
impl FromStr for Backend {
    type Err = BackendError;

    fn from_str(text: &str) -> Result<Self, BackendError> {
        let entry = LIST.iter().find(|entry| entry.name == text);
        let entry = entry.ok_or_else(|| BackendError::Unknown { name: text.to_owned() })?;
        entry.backend.ok_or(BackendError::NotBuilt { name: entry.name, feature: entry.feature })
    }
}

/// Prepares the process for the backends that are built in: sets the environment variables that their libraries read at
/// every operation. Call it first in `main`: it does nothing once other threads run.
///
/// For candle, `fanin_candle::fix_thread_count`.
pub fn prepare_process() {
    #[cfg(feature = "candle")]
    fanin_candle::fix_thread_count();
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
        let names = Backend::names().collect::<Vec<_>>().join(", ");
        assert_eq!(unknown.to_string(), format!("unknown backend 'torch'; the backends are {names}"));
        let not_built = BackendError::NotBuilt { name: "candle", feature: "candle" };
        assert_eq!(not_built.to_string(), "the backend 'candle' is not built in; enable the feature 'candle'");
    }

    #[test]
    fn the_lock_file_states_the_versions_of_libraries() {
        for backend in Backend::built() {
            let (library, version) = backend.stated_library().expect("the list states it");
            assert!(version.starts_with(|first: char| first.is_ascii_digit()), "{library} {version}");
        }
    }
}
