//! Named parameters: names, writing and reading.

use std::collections::HashSet;

use fanin_core::{
    InitError, Initializer, Key, ParamSpec, ParamViewMut, ParametersExt, ParametersMut, Plan, Role,
    network::{FromMlpSpec, Trainable},
    param::FillParams,
    text,
};

use super::BackendCase;
use super::subject::dtype_of;
use crate::initializer::draw::Draw;
use crate::violation::{Verdict, hold, same_bits};

/// A name that does not occur in any model.
const UNKNOWN: &str = "no.such.parameter";

/// Names are unique, and every call returns the same list.
pub(super) fn unique<P: ParametersMut + ?Sized>(model: &mut P) -> Verdict {
    let mut names = HashSet::new();
    let twice = model.specs().iter().find(|spec| !names.insert(spec.name()));
    hold(twice.is_none(), || format!("two parameters are named {:?}", twice.map(fanin_core::ParamSpec::name)))?;
    hold(model.specs() == model.specs().to_vec(), || "specs() returned a different list on the second call".to_owned())
}

/// Parameters, layers and loss match the spec, in its order.
pub(super) fn specs<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    let mut network = N::from_spec(&case.spec)?;
    let wanted = case.spec.params();
    hold(network.specs().len() == wanted.len(), || {
        format!("the number of parameters is {}, not {}", network.specs().len(), wanted.len())
    })?;
    for (at, (seen, wanted)) in network.specs().iter().zip(wanted).enumerate() {
        hold(seen == wanted, || format!("parameter {at} is {seen:?}, not {wanted:?}"))?;
    }
    hold(network.layers() == case.spec.layers(), || format!("the layers are {:?}", network.layers()))?;
    hold(network.loss() == case.spec.loss(), || format!("the loss is {}", network.loss()))?;
    unique(&mut network)
}

/// Returns the initial value of a parameter: 0, or 1 for running variances.
fn fresh_value(param: &ParamSpec) -> f64 {
    let is_variance = param.role() == Role::Buffer && param.name().ends_with(".running_var");
    if is_variance { 1.0 } else { 0.0 }
}

/// A fresh network holds zeros, and running variances of 1.
pub(super) fn fresh<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    let network = N::from_spec(&case.spec)?;
    for spec in case.spec.params() {
        same_bits(
            &format!("fresh {}", spec.name()),
            &network.values(spec.name())?,
            &vec![fresh_value(spec); spec.len()],
        )?;
    }
    Ok(())
}

/// Values read equal the values written, bitwise; windows follow each other from the first element to the last; writing
/// one parameter changes no other.
pub(super) fn memory<P: ParametersMut + ?Sized>(model: &mut P) -> Verdict {
    let specs = model.specs().to_vec();
    let pattern = |turn: usize, len: usize| -> Vec<f64> {
        // Multiples of 1/64 below 2, which every element type represents exactly.
        let step = |index: usize| u8::try_from((index * 37 + turn * 11) % 251).unwrap_or(0);
        (0..len).map(|index| (f64::from(step(index)) - 125.0) / 64.0).collect()
    };
    for round in 0..2 {
        for (turn, spec) in specs.iter().enumerate() {
            let (values, mut next) = (pattern(turn + 100 * round, spec.len()), 0);
            let mut wrong = None;
            model.write(spec.name(), &mut |lent, mut view| {
                if lent != spec {
                    wrong = Some(format!("the callback received the spec {lent:?}"));
                } else if view.start() != next {
                    wrong = Some(format!("a window starts at {}, not {next}", view.start()));
                }
                next += view.len() as u64;
                view.fill_each(|index| usize::try_from(index).ok().and_then(|i| values.get(i).copied()).unwrap_or(0.0));
                Ok(())
            })?;
            let complete = next == spec.len() as u64;
            let wrong =
                wrong.or_else(|| (!complete).then(|| format!("the windows covered {next} of {} elements", spec.len())));
            hold(wrong.is_none(), || format!("writing {}: {}", spec.name(), wrong.unwrap_or_default()))?;
        }
        for (turn, spec) in specs.iter().enumerate() {
            let (mut values, mut wrong) = (Vec::new(), None);
            model.read(spec.name(), &mut |_, view| {
                if view.start() != values.len() as u64 {
                    wrong = Some(format!("a window starts at {}, not {}", view.start(), values.len()));
                }
                values.extend(view.data().iter());
            })?;
            hold(wrong.is_none(), || format!("reading {}: {}", spec.name(), wrong.unwrap_or_default()))?;
            same_bits(&format!("{} after writing", spec.name()), &values, &pattern(turn + 100 * round, spec.len()))?;
        }
    }
    hold(model.specs() == specs, || "specs() returned a different list after writing".to_owned())
}

/// Reading and writing an unknown name returns [`InitError::UnknownParameter`].
pub(super) fn names<P: ParametersMut + ?Sized>(model: &mut P) -> Verdict {
    let mut called = false;
    let read = model.read(UNKNOWN, &mut |_, _| called = true);
    let written = model.write(UNKNOWN, &mut |_, _| Ok(()));
    for (what, result) in [("reading", read), ("writing", written)] {
        let right = matches!(&result, Err(InitError::UnknownParameter { name, .. }) if name == UNKNOWN);
        hold(right, || format!("{what} '{UNKNOWN}' returned {result:?}, not InitError::UnknownParameter"))?;
    }
    hold(!called, || format!("the callback was called for '{UNKNOWN}'"))
}

/// An error from a fill is returned unchanged.
pub(super) fn fill_errors<P: ParametersMut + ?Sized>(model: &mut P) -> Verdict {
    let names: Vec<String> = model.specs().iter().map(|spec| spec.name().to_owned()).collect();
    for wanted in names {
        let refuse = || InitError::Custom { name: wanted.clone(), reason: "the initializer rejects it".to_owned() };
        let result = model.write(&wanted, &mut |_, _| Err(refuse()));
        let text = result.as_ref().err().map(ToString::to_string);
        let same = matches!(result, Err(InitError::Custom { .. })) && text == Some(refuse().to_string());
        hold(same, || format!("writing {wanted} with a failing fill returned {text:?}"))?;
    }
    Ok(())
}

/// Writes the position of each parameter and the index of each element, with two exceptions.
struct Numbers {
    specs: Vec<ParamSpec>,
    /// The position that is not wanted.
    left: Option<usize>,
    /// The position from which on parameters are refused.
    refused: Option<usize>,
}

impl Numbers {
    fn refusal(param: &ParamSpec) -> InitError {
        InitError::Custom { name: param.name().to_owned(), reason: "the fill is rejected".to_owned() }
    }

    /// Multiples of 1/64 below 2, which every element type represents exactly.
    fn value(place: usize, index: u64) -> f64 {
        let step = (index.wrapping_mul(37).wrapping_add(place as u64 * 11) % 120) + 1;
        f64::from(u8::try_from(step).unwrap_or(0)) / 64.0
    }
}

impl FillParams for Numbers {
    fn wants(&self, place: usize, param: &ParamSpec) -> bool {
        self.left != Some(place) && self.specs.get(place) == Some(param)
    }

    fn fill(&self, place: usize, param: &ParamSpec, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        if self.refused.is_some_and(|refused| place >= refused) || self.specs.get(place) != Some(param) {
            return Err(Self::refusal(param));
        }
        out.fill_each(|index| Self::value(place, index));
        Ok(())
    }
}

/// Filling all parameters at once gives each wanted parameter the same values as filling it separately, leaves the
/// others unchanged, and returns the first error in the model's order.
pub(super) fn fill_all<P: ParametersMut + ?Sized>(model: &mut P) -> Verdict {
    let specs = model.specs().to_vec();
    for left in (0..specs.len()).map(Some).chain([None]) {
        for spec in &specs {
            model.write(spec.name(), &mut |_, mut out| {
                out.fill_each(|_| -1.0);
                Ok(())
            })?;
        }
        model.fill_all(&Numbers { specs: specs.clone(), left, refused: None })?;
        for (place, spec) in specs.iter().enumerate() {
            let value = |index| if left == Some(place) { -1.0 } else { Numbers::value(place, index) };
            let wanted: Vec<f64> = (0..spec.len() as u64).map(value).collect();
            same_bits(&format!("{} after filling all", spec.name()), &model.values(spec.name())?, &wanted)?;
        }
    }
    for (place, spec) in specs.iter().enumerate() {
        let result = model.fill_all(&Numbers { specs: specs.clone(), left: None, refused: Some(place) });
        let (seen, first) = (result.err().map(|error| error.to_string()), Numbers::refusal(spec).to_string());
        hold(seen.as_ref() == Some(&first), || {
            format!("filling all, with errors from {}, returned {seen:?}", spec.name())
        })?;
    }
    Ok(())
}

/// A plan fills the network with the bits that fanin-core produces for the same seed and name.
pub(super) fn start<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    let mut network = N::from_spec(&case.spec)?;
    let dtype = dtype_of(&mut network)?;
    for form in ["normal(std = 0.5)", "uniform(low = -1, high = 1)", "truncated_normal(std = 0.02)", "constant(0.1)"] {
        let initializer = text::parse(form).map_err(|error| error.to_string())?;
        Plan::new().rule("*", text::parse(form).map_err(|error| error.to_string())?).apply(&mut network, case.seed)?;
        for param in case.spec.params() {
            if param.role() == Role::Buffer {
                // '*' does not match buffers.
                let (seen, fresh) = (network.values(param.name())?, vec![fresh_value(param); param.len()]);
                same_bits(&format!("the buffer {}", param.name()), &seen, &fresh)?;
                continue;
            }
            let key = Key::new(case.seed, param.name());
            let draw = Draw { param, key, dtype, start: 0, count: param.len(), before: 0.0 };
            let wanted = draw.by(&initializer as &dyn Initializer)?;
            same_bits(&format!("{} from {form}", param.name()), &network.values(param.name())?, &wanted)?;
        }
    }
    Ok(())
}
