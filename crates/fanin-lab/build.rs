//! Passes the versions in the lock file to the crate: a recorded run names the version of its backend's tensor library.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn main() {
    let lock = lock_file();
    let text = lock.as_ref().and_then(|lock| std::fs::read_to_string(lock).ok()).unwrap_or_default();
    let rows: Vec<_> = versions(&text).into_iter().collect();
    let out = Path::new(&std::env::var_os("OUT_DIR").expect("cargo sets it")).join("locked.rs");
    std::fs::write(out, format!("{rows:#?}\n")).expect("cargo creates the folder");
    match lock {
        Some(lock) => println!("cargo::rerun-if-changed={}", lock.display()),
        None => println!("cargo::rerun-if-changed=build.rs"),
    }
}

/// Returns the lock file of the build: that of the workspace, found from the target directory or the package's folder,
/// or the one in the package, which `cargo install --locked` uses.
fn lock_file() -> Option<PathBuf> {
    let output = std::env::var_os("OUT_DIR").map(PathBuf::from)?;
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = output.ancestors().chain(package.ancestors());
    folders.map(|folder| folder.join("Cargo.lock")).find(|lock| lock.is_file())
}

/// Returns the highest version of each package; the workspace never uses a lower one.
fn versions(lock: &str) -> BTreeMap<&str, &str> {
    let mut versions = BTreeMap::new();
    for entry in lock.split("[[package]]") {
        let field = |name: &str| entry.lines().find_map(|line| line.strip_prefix(name)?.strip_suffix('"'));
        let (Some(package), Some(version)) = (field("name = \""), field("version = \"")) else { continue };
        let greatest = versions.entry(package).or_insert(version);
        if parts(version) > parts(greatest) {
            *greatest = version;
        }
    }
    versions
}

fn parts(version: &str) -> Vec<u64> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}
