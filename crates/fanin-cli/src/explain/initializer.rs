//! The page of an initializer.

use fanin_core::text::Entry;
use serde_json::json;

use super::Page;

pub(super) fn page(entry: &Entry) -> Page {
    let json = json!({
        "initializer": entry.name, "aliases": entry.aliases, "arguments": entry.arguments(), "summary": entry.summary,
        "formula": entry.formula, "distribution": entry.distribution, "shapes": entry.shapes, "errors": entry.errors, "caution": entry.caution,
        "source": entry.source, "example": entry.example,
    });
    let also = if entry.aliases.is_empty() { String::new() } else { format!("Also: {}\n", entry.aliases.join(", ")) };
    let text = format!(
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
    );
    Page { text, json }
}
