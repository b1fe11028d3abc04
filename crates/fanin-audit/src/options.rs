//! Options of an audit.

use fanin_core::Layout;
use fanin_core::resolve::Pattern;
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
    /// Layouts by name pattern; the first match wins. The other layouts are inferred from names and shapes.
    pub layouts: Vec<(Pattern, Layout)>,
    /// The rules to run, and the tensors to run them on.
    pub selection: Selection,
    /// Whether to run the rules that need singular values.
    pub deep: bool,
}
