//! Checks that a window has the same bits as that part of the whole.

use fanin_core::{Distribution, Initializer, ParamSpec};

use super::InitializerCase;
use super::draw::Draw;
use crate::violation::{Verdict, hold, same_bits};

/// Starts and lengths around the powers of two that implementations use, and odd ones.
const EDGES: [usize; 14] = [0, 1, 2, 7, 63, 64, 65, 127, 128, 129, 255, 256, 257, 1001];

/// A window of any start and length equals that part of the whole, and concatenated windows equal the whole.
pub(super) fn windows(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    let len = case.param.len();
    for dtype in &case.dtypes {
        let draw = Draw::whole(case, *dtype);
        let whole = draw.by(initializer)?;
        let near_the_end = [1, 2, 65].map(|back| len.saturating_sub(back));
        for (turn, start) in EDGES.into_iter().chain(near_the_end).filter(|start| *start <= len).enumerate() {
            // Several lengths per start: a short one, a longer one and the rest.
            let rest = len - start;
            let short = EDGES.get((5 * turn + 3) % EDGES.len()).map_or(rest, |edge| rest.min(*edge));
            for count in [rest.min(turn % 4), short, rest] {
                let window = draw.window(start as u64, count).by(initializer)?;
                let part = whole.get(start..start + count).unwrap_or_default();
                same_bits(&format!("{dtype}, {count} elements from {start}"), &window, part)?;
            }
        }
        same_bits(&format!("{dtype}, concatenated from windows"), &pieces(draw, initializer)?, &whole)?;
    }
    far_out(initializer, case)
}

/// Draws uneven, consecutive windows up to the end.
fn pieces(draw: Draw<'_>, initializer: &dyn Initializer) -> Result<Vec<f64>, fanin_core::InitError> {
    let (mut whole, mut step) = (Vec::new(), 1);
    while whole.len() < draw.count {
        let count = step.min(draw.count - whole.len());
        whole.extend(draw.window(whole.len() as u64, count).by(initializer)?);
        step = 2 * step + 1;
    }
    Ok(whole)
}

/// Windows of a parameter too large for memory: beyond 2^32 elements, and at its end. Only for elementwise
/// distributions, because other initializers may have to compute the whole.
fn far_out(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    let Some(expectation) = case.expectation(initializer) else { return Ok(()) };
    let huge = ParamSpec::new(case.param.name(), [1 << 20, 1 << 20])?.with_layout(fanin_core::Layout::OutIn);
    // Counted zeros need whole lines, and initializers for vectors cannot accept such a parameter.
    // Moments say nothing of how values are computed.
    let whole = matches!(expectation.law, Distribution::Sparse { .. } | Distribution::Moments { .. });
    if whole || initializer.check(&huge).is_err() {
        return Ok(());
    }
    for dtype in &case.dtypes {
        let draw = Draw { param: &huge, ..Draw::whole(case, *dtype) };
        for start in [(1 << 32) - 200, (1 << 32) + 3, (1_u64 << 40) - 301] {
            let wide = draw.window(start, 301).by(initializer)?;
            let narrow = draw.window(start + 149, 77).by(initializer)?;
            let part = wide.get(149..226).unwrap_or_default();
            same_bits(&format!("{dtype}, 77 elements from {}", start + 149), &narrow, part)?;
            let short = start & 0xffff_ffff;
            let apart = short == start || draw.window(short, 301).by(initializer)? != wide;
            hold(apart || matches!(expectation.law, Distribution::Parts(_)) || expectation.is_constant(), || {
                format!("{dtype}, the elements from {start} equal those from {short}")
            })?;
        }
    }
    Ok(())
}
