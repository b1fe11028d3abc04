//! The page of an initializer.

use fanin_core::text::Entry;
use serde_json::json;

use crate::failure::Failure;

pub(super) fn page(entry: &Entry, json: bool) -> Result<String, Failure> {
    if json {
        let page = json!({
            "initializer": entry.name, "aliases": entry.aliases, "arguments": entry.arguments(), "summary": entry.summary,
            "formula": entry.formula, "distribution": entry.distribution, "shapes": entry.shapes, "errors": entry.errors, "caution": entry.caution,
            "source": entry.source, "example": entry.example,
        });
        return Ok(serde_json::to_string_pretty(&page).map_err(Failure::internal)? + "\n");
    }
    let also = if entry.aliases.is_empty() { String::new() } else { format!("Also: {}\n", entry.aliases.join(", ")) };
    Ok(format!(
        "{}\n\n{}\n\n{}\n\nDistribution: {}\nShapes: {}\nErrors: {}\nCaution: {}\nExample: {}\nSource: {}\n{also}",
        entry.signature(),
        entry.summary,
        entry.formula,
        entry.distribution,
        entry.shapes,
        entry.errors,
        entry.caution,
        entry.example,
        entry.source,
    ))
}
