//! Checks that every value is a finite number.

use fanin_core::Initializer;

use super::InitializerCase;
use super::draw::{Draw, Sample};
use crate::violation::{Verdict, hold};

/// Every value is finite, in a sample of every drawn element type, and in the whole parameter of the others.
pub(super) fn finite(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    let drawn = case.drawn_dtypes();
    for dtype in &case.dtypes {
        let values = match drawn.contains(dtype) {
            true => Sample::of(initializer, case, *dtype, case.param.name())?.values,
            false => Draw::whole(case, *dtype).by(initializer)?,
        };
        let (count, length) = (values.iter().filter(|value| !value.is_finite()).count(), case.param.len().max(1));
        let first = values.iter().position(|value| !value.is_finite()).unwrap_or(0);
        hold(count == 0, || {
            let value = values[first];
            format!("{dtype}: {count} of {} values are not finite; element {} is {value}", values.len(), first % length)
        })?;
    }
    Ok(())
}
