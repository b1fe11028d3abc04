//! Values of a recipe's variables.

use std::collections::BTreeMap;

use crate::failure::Failure;

/// Reads `--set NAME=VALUE`, each name once.
pub(crate) fn read(texts: &[String]) -> Result<BTreeMap<String, f64>, Failure> {
    let mut settings = BTreeMap::new();
    for text in texts {
        let parts = text.split_once('=').map(|(name, value)| (name.trim(), value.trim().parse::<f64>()));
        match parts {
            Some((name, Ok(value))) if value.is_finite() => {
                if settings.insert(name.to_owned(), value).is_some() {
                    return Err(Failure::usage(format!("--set {name} is given twice; use it once")));
                }
            }
            _ => return Err(Failure::usage(format!("--set {text}: use a name and a number, such as layers=12"))),
        }
    }
    Ok(settings)
}
