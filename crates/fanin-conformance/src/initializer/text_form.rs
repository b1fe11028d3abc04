//! Checks that an initializer's text parses to an equal initializer.

use fanin_core::{Initializer, text};

use super::InitializerCase;
use super::draw::Draw;
use crate::violation::{Verdict, hold, same_bits};

/// The text form, if any, survives a round trip through the parser, and the parsed initializer produces the same bits.
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
