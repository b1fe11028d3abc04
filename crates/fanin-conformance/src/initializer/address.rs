//! Checks that values depend only on their address.

use fanin_core::Initializer;

use super::InitializerCase;
use super::draw::Draw;
use crate::violation::{Verdict, hold, same_bits};

/// Two values that every element type represents exactly.
const SENTINELS: (f64, f64) = (48.0, -96.5);

/// Filling twice produces the same bits.
pub(super) fn address(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    for dtype in &case.dtypes {
        let draw = Draw::whole(case, *dtype);
        let first = draw.by(initializer)?;
        // An unrelated fill in between, as when layers are created in another order.
        draw.at(case.seed, "elsewhere").by(initializer)?;
        same_bits(&format!("{dtype}, filled again"), &draw.by(initializer)?, &first)?;
    }
    Ok(())
}

/// Every element of the view is written: no element keeps its previous value.
pub(super) fn coverage(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    for_two_pasts(initializer, case, |what, index, (first, second)| {
        let untouched = first.to_bits() == SENTINELS.0.to_bits() && second.to_bits() == SENTINELS.1.to_bits();
        hold(!untouched, || format!("{what}: element {index} was not written"))
    })
}

/// The previous contents of the memory have no influence.
pub(super) fn memory(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    for_two_pasts(initializer, case, |what, index, (first, second)| {
        hold(first.to_bits() == second.to_bits(), || {
            format!(
                "{what}: element {index} is {first:e} or {second:e}, depending on the previous contents {SENTINELS:?}"
            )
        })
    })
}

/// Draws the whole and a short window over both sentinels, and passes each pair of values to `judge`.
fn for_two_pasts(
    initializer: &dyn Initializer,
    case: &InitializerCase,
    mut judge: impl FnMut(&str, usize, (f64, f64)) -> Verdict,
) -> Verdict {
    let len = case.param.len();
    for dtype in &case.dtypes {
        for (what, start, count) in [("the whole", 0, len), ("a window", len / 3, len / 2)] {
            let draw = Draw::whole(case, *dtype).window(start as u64, count);
            let first = draw.over(SENTINELS.0).by(initializer)?;
            let second = draw.over(SENTINELS.1).by(initializer)?;
            for (index, pair) in first.into_iter().zip(second).enumerate() {
                judge(&format!("{dtype}, {what} from {start}"), index, pair)?;
            }
        }
    }
    Ok(())
}
