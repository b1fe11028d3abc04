//! Options of an audit.

use fanin_recipes::Recipe;

use crate::Selection;
use crate::TrainingStage;

/// Options of an audit.
#[derive(Debug, Default)]
pub struct AuditOptions {
    /// The stage. `None`: fresh if a recipe is declared, otherwise decided by the evidence.
    pub stage: Option<TrainingStage>,
    /// The recipe that filled a fresh checkpoint, with its variables set. If the checkpoint is declared trained, only
    /// the layouts of the recipe are used.
    pub recipe: Option<Recipe>,
    /// The rules to run, and the tensors to run them on.
    pub selection: Selection,
    /// Whether to run the rules that need singular values.
    pub deep: bool,
}
