//! The page of an activation.

use fanin_core::Activation;
use serde_json::json;

use super::Page;

pub(super) fn page(activation: Activation) -> Page {
    let page = activation.page();
    let kinks: Vec<String> = page.kinks.iter().map(ToString::to_string).collect();
    let json = json!({
        "activation": activation.to_string(), "aliases": page.aliases, "formula": page.formula,
        "derivative": page.derivative, "kinks": page.kinks, "at_kinks": page.at_kinks, "range": page.range,
        "purpose": page.purpose, "source": page.source,
    });
    let kinks =
        if kinks.is_empty() { "none".to_owned() } else { format!("at {}; {}", kinks.join(" and "), page.at_kinks) };
    let also = if page.aliases.is_empty() { String::new() } else { format!("Also: {}\n", page.aliases.join(", ")) };
    let text = format!(
        "{activation}\n\n{}\n\nf(z) = {}\nf'(z) = {}\nKinks: {kinks}\nRange: {}\nSource: {}\n{also}\
         Gains: fanin gain '{activation}'\n",
        page.purpose, page.formula, page.derivative, page.range, page.source
    );
    Page { text, json }
}
