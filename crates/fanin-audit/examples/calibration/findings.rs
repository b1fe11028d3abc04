//! Runs the audit.

use std::error::Error;
use std::path::Path;

use fanin_audit::{Audit, AuditOptions, audit};
use fanin_checkpoint::reading::Checkpoint;
use fanin_recipes::Recipe;

pub(crate) use fanin_audit::{Finding, Severity};

/// Audits a file; the stage is decided by the audit. `deep` includes the rules that need spectra.
pub(crate) fn of(path: &Path, recipe: Option<&Recipe>, deep: bool) -> Result<Audit, Box<dyn Error>> {
    let options = AuditOptions { recipe: recipe.cloned(), deep, ..AuditOptions::default() };
    Ok(audit(&Checkpoint::open(path)?, &options)?)
}
