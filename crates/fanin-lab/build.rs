//! Tells the crate which versions of the tensor libraries it is built with: a recorded run names them.

use std::path::Path;

/// The libraries, and the variables that hold their versions.
const LIBRARIES: [(&str, &str); 2] = [("ndarray", "FANIN_NDARRAY"), ("candle-core", "FANIN_CANDLE_CORE")];

fn main() {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
    println!("cargo::rerun-if-changed={}", lock.display());
    let text = std::fs::read_to_string(&lock).unwrap_or_default();
    for (library, variable) in LIBRARIES {
        // Outside the workspace there is no lock file to ask.
        let version = version(&text, library).unwrap_or("unknown");
        println!("cargo::rustc-env={variable}={version}");
    }
}

/// The greatest version of a package that the lock file lists: the workspace's own is never the older one.
fn version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let entries = lock.split("[[package]]").filter(|entry| entry.lines().any(|line| line == name));
    let versions =
        entries.filter_map(|entry| entry.lines().find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"')));
    versions.max_by_key(|version| version.split('.').map(|part| part.parse().unwrap_or(0)).collect::<Vec<u64>>())
}
