//! Audits of several paths. One that cannot be read does not stop the others.

use std::path::{Path, PathBuf};

use fanin_audit::{Audit, AuditOptions};
use fanin_checkpoint::reading::{ReadError, SkippedFile};

use super::progress::Shown;
use crate::checkpoint;
use crate::console::Console;
use crate::failure::{Failure, USAGE};

/// The audit of one path.
pub(super) struct Audited {
    pub(super) path: PathBuf,
    pub(super) files: Vec<PathBuf>,
    /// Files next to it that look like checkpoints.
    pub(super) skipped: Vec<SkippedFile>,
    pub(super) audit: Audit,
}

/// A path, or a file in a folder, that could not be audited.
pub(super) struct Unreadable {
    pub(super) path: PathBuf,
    pub(super) error: String,
}

/// Audits all paths, in order.
pub(super) fn all(
    paths: &[PathBuf],
    options: &AuditOptions,
    console: Console,
) -> Result<(Vec<Audited>, Vec<Unreadable>), Failure> {
    let (mut audited, mut unreadable) = (Vec::new(), Vec::new());
    for path in paths {
        match one(path, options, console) {
            Ok((audit, errors)) => {
                audited.push(audit);
                let of_file = |error: ReadError| Unreadable { path: error.path().to_owned(), error: error.to_string() };
                unreadable.extend(errors.into_iter().map(of_file));
            }
            Err(Failure::Message { code: USAGE, text }) => {
                unreadable.push(Unreadable { path: path.clone(), error: text });
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok((audited, unreadable))
}

fn one(path: &Path, options: &AuditOptions, console: Console) -> Result<(Audited, Vec<ReadError>), Failure> {
    let (checkpoint, errors) = checkpoint::open_readable(path)?;
    let shown = Shown::new(&checkpoint, console);
    let audit = fanin_audit::audit_with(&checkpoint, options, &shown);
    shown.end();
    let audit = audit.map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
    let files = checkpoint.files().map(Path::to_owned).collect();
    let skipped = checkpoint.skipped_files().to_vec();
    Ok((Audited { path: path.to_owned(), files, skipped, audit }, errors))
}

impl Unreadable {
    pub(super) fn complain(&self) {
        Failure::usage(&self.error).report();
    }
}

impl Audited {
    /// Lists what was not examined, one line for each kind: tensors, then files next to the checkpoint.
    pub(super) fn not_examined(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.audit.skipped.is_empty() {
            lines.push(self.audit.skipped.to_string());
        }
        // Files with the same reason share a line.
        let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
        for SkippedFile { path, reason } in &self.skipped {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            match reasons.iter_mut().find(|(other, _)| other == reason) {
                Some((_, names)) => names.push(name),
                None => reasons.push((reason, vec![name])),
            }
        }
        lines
            .extend(reasons.into_iter().map(|(reason, names)| format!("did not read {} ({reason})", names.join(", "))));
        lines
    }
}
