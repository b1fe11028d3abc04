//! Checks that a wrapper behaves like the initializer it wraps.

use std::sync::Arc;

use fanin_core::Initializer;

use super::case::InitializerCase;
use super::draw::Draw;
use crate::violation::{Verdict, hold, same_bits};

/// `&I`, `Box<dyn Initializer>` and `Arc<dyn Initializer>` produce the same bits as `I`.
pub(super) fn wrappers(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    let boxed: Box<dyn Initializer + '_> = Box::new(initializer);
    let shared: Arc<dyn Initializer + '_> = Arc::new(initializer);
    same(initializer, &initializer, "a reference", case)?;
    same(initializer, &boxed, "a box", case)?;
    same(initializer, &shared, "an arc", case)
}

pub(super) fn same(inner: &dyn Initializer, wrapped: &dyn Initializer, what: &str, case: &InitializerCase) -> Verdict {
    let (param, refusal) = (&case.param, |error: fanin_core::InitError| error.to_string());
    let (inside, outside) = (inner.check(param).map_err(refusal), wrapped.check(param).map_err(refusal));
    hold(inside == outside, || format!("{what}: check returned {outside:?}, not {inside:?}"))?;
    hold(inner.distribution(param) == wrapped.distribution(param), || {
        format!("{what}: the distribution is {:?}, not {:?}", wrapped.distribution(param), inner.distribution(param))
    })?;
    hold(inner.text() == wrapped.text(), || {
        format!("{what}: the text is {:?}, not {:?}", wrapped.text(), inner.text())
    })?;
    for dtype in &case.dtypes {
        let draw = Draw::whole(case, *dtype);
        match (draw.by(inner), draw.by(wrapped)) {
            (Ok(inside), Ok(outside)) => same_bits(&format!("{dtype}, {what}"), &outside, &inside)?,
            (inside, outside) => {
                let (inside, outside) = (inside.err().map(refusal), outside.err().map(refusal));
                hold(inside == outside, || format!("{what}: fill returned {outside:?}, not {inside:?}"))?;
            }
        }
    }
    Ok(())
}
