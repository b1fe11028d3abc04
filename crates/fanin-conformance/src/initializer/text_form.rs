//! Checks that an initializer's text parses to an equal initializer.

use fanin_core::{Initializer, text};

use super::InitializerCase;
use super::draw::Draw;
use crate::violation::{Verdict, hold, same_bits};

/// If there is a text, it parses and prints back to itself, and the result produces the same bits.
pub(super) fn text_form(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    let Some(printed) = initializer.text() else { return Ok(()) };
    let parsed = text::parse(&printed).map_err(|error| format!("'{printed}' does not parse: {error}"))?;
    let again = parsed.text().unwrap_or_default();
    hold(again == printed, || format!("'{printed}' prints as '{again}'"))?;
    for dtype in &case.dtypes {
        let draw = Draw::whole(case, *dtype);
        same_bits(&format!("{dtype}, parsed from '{printed}'"), &draw.by(&parsed)?, &draw.by(initializer)?)?;
    }
    Ok(())
}
