//! Checks that `check` and `fill` refuse the same parameters.

use fanin_core::{Initializer, Key, Layout, ParamSpec, ParamViewMut, param::ShapeError};

use super::{Expected, InitializerCase};
use crate::violation::{Reason, Verdict, caught, hold, param_text};

/// `check` and `fill` agree on the case's parameter and on edge cases: a scalar, a vector, axes of length zero, no
/// layout, groups that do not divide the channels. A refusal names the parameter.
pub(super) fn refusal(initializer: &dyn Initializer, case: &InitializerCase) -> Verdict {
    for param in forgotten()?.iter().chain([&case.param]) {
        let what = param_text(param);
        let panicked = |call: &str, text: &str| Reason::from(format!("{what}: {call} panicked: {text}"));
        let checked = caught(|| initializer.check(param)).map_err(|text| panicked("check", &text))?;
        let mut data = vec![0.0_f32; param.len()];
        let key = Key::new(case.seed, param.name());
        let filled = caught(|| initializer.fill(param, key, ParamViewMut::whole(&mut data)));
        let filled = filled.map_err(|text| panicked("fill", &text))?;
        caught(|| initializer.distribution(param)).map_err(|text| panicked("distribution", &text))?;
        match (checked, filled) {
            (Ok(()), Ok(())) => {}
            (Ok(()), Err(error)) => {
                return Err(format!("{what}: check accepts what fill refuses: {error}").into());
            }
            (Err(error), Ok(())) => {
                return Err(format!("{what}: fill accepts what check refuses: {error}").into());
            }
            (Err(error), Err(_)) => {
                let text = error.to_string();
                hold(text.contains(param.name()), || format!("{what}: the refusal does not name it: {text}"))?;
            }
        }
    }
    match (&case.expected, initializer.check(&case.param)) {
        (Expected::Refusal(words), Ok(())) => {
            Err(format!("it was accepted; expected a refusal that contains '{words}'").into())
        }
        (Expected::Refusal(words), Err(error)) => {
            let text = error.to_string();
            hold(text.contains(words.as_str()), || format!("the refusal does not contain '{words}': {text}"))
        }
        (Expected::Distribution(_) | Expected::Values(_) | Expected::Orthonormal { .. }, Err(error)) => {
            Err(format!("it was refused: {error}").into())
        }
        _ => Ok(()),
    }
}

fn forgotten() -> Result<Vec<ParamSpec>, ShapeError> {
    Ok(vec![
        ParamSpec::new("a.scalar", [])?,
        ParamSpec::new("a.scalar.with.layout", [])?.with_layout(Layout::OutIn),
        ParamSpec::new("a.vector", [7])?,
        ParamSpec::new("a.vector.with.layout", [7])?.with_layout(Layout::InOut),
        ParamSpec::new("no.elements", [0])?,
        ParamSpec::new("no.rows.or.columns", [0, 0])?.with_layout(Layout::InOut),
        ParamSpec::new("no.layout.or.inputs", [3, 0])?,
        ParamSpec::new("no.taps", [4, 2, 0, 3])?.with_layout(Layout::OutIn),
        ParamSpec::new("no.inputs", [3, 0])?.with_layout(Layout::OutIn),
        ParamSpec::new("no.outputs", [0, 3])?.with_layout(Layout::OutIn),
        ParamSpec::new("no.layout", [3, 5])?,
        ParamSpec::new("odd.groups", [6, 5])?.with_layout(Layout::OutIn).with_groups(4),
        ParamSpec::new("one.element", [1, 1])?.with_layout(Layout::OutIn),
        ParamSpec::new("five.axes", [2, 3, 2, 1, 2])?.with_layout(Layout::Transposed),
    ])
}
