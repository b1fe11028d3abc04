//! Runs the audit.

use std::error::Error;
use std::path::Path;

use fanin_audit::{AuditOptions, TrainingStage, audit};
use fanin_checkpoint::reading::Checkpoint;
use fanin_recipes::Recipe;

pub(crate) use fanin_audit::{Finding, Severity};

use super::setting::Setting;

/// Returns every finding in a file; `deep` includes the rules that need spectra.
pub(crate) fn of(
    path: &Path,
    setting: Setting,
    recipe: Option<&Recipe>,
    deep: bool,
) -> Result<Vec<Finding>, Box<dyn Error>> {
    let stage = Some(if setting == Setting::Trained { TrainingStage::Trained } else { TrainingStage::Fresh });
    let recipe = recipe.filter(|_| setting == Setting::Declared).cloned();
    Ok(audit(&Checkpoint::open(path)?, &AuditOptions { stage, recipe, deep, ..AuditOptions::default() })?.findings)
}
