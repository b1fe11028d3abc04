//! Passes the versions of the tensor libraries to the crate; a recorded run names them.

use std::path::{Path, PathBuf};

/// The libraries and the variables that hold their versions.
const LIBRARIES: [(&str, &str); 2] = [("ndarray", "FANIN_NDARRAY"), ("candle-core", "FANIN_CANDLE_CORE")];

fn main() {
    let lock = lock_file();
    let text = lock.as_ref().and_then(|lock| std::fs::read_to_string(lock).ok()).unwrap_or_default();
    for (library, variable) in LIBRARIES {
        let version = version(&text, library).unwrap_or("unknown");
        println!("cargo::rustc-env={variable}={version}");
    }
    match lock {
        Some(lock) => println!("cargo::rerun-if-changed={}", lock.display()),
        None => println!("cargo::rerun-if-changed=build.rs"),
    }
}

/// Returns the lock file of the build: the workspace's, found from the target directory or the package's folder, or the one in
/// the package, which `cargo install --locked` uses.
fn lock_file() -> Option<PathBuf> {
    let output = std::env::var_os("OUT_DIR").map(PathBuf::from)?;
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = output.ancestors().chain(package.ancestors());
    folders.map(|folder| folder.join("Cargo.lock")).find(|lock| lock.is_file())
}

/// Returns the greatest version of a package in the lock file; the workspace never uses the older one.
fn version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let entries = lock.split("[[package]]").filter(|entry| entry.lines().any(|line| line == name));
    let versions =
        entries.filter_map(|entry| entry.lines().find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"')));
    versions.max_by_key(|version| version.split('.').map(|part| part.parse().unwrap_or(0)).collect::<Vec<u64>>())
}
