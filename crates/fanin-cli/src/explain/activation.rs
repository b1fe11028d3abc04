//! The page of an activation.

use fanin_core::Activation;
use serde_json::json;

use crate::failure::Failure;

pub(super) fn page(activation: Activation, json: bool) -> Result<String, Failure> {
    if json {
        let page = json!({ "activation": activation.to_string(), "formula": activation.formula() });
        return Ok(serde_json::to_string_pretty(&page).map_err(Failure::internal)? + "\n");
    }
    Ok(format!("{activation}\n\n{}\n", activation.formula()))
}
