//! Filling a resolved model parameter by parameter, and the checks before that.

use super::ResolveError;
use crate::address::{Key, Seed};
use crate::error::InitError;
use crate::initializer::Initializer;
use crate::param::{FillParams, ParamSpec, ParamViewMut, ParametersMut};

/// The initializer of one parameter.
#[derive(Clone, Copy)]
pub(crate) struct Filling<'a> {
    /// The description passed to the initializer; `None` to use the model's own.
    pub(crate) param: Option<&'a ParamSpec>,
    pub(crate) initializer: &'a dyn Initializer,
}

/// The initializers of a model's parameters, by index, with a seed.
pub(crate) struct Fillings<'a> {
    pub(crate) places: Vec<Option<Filling<'a>>>,
    pub(crate) seed: Seed,
}

impl Fillings<'_> {
    /// Fills a model, unless the values of a parameter may not fit its element type.
    pub(crate) fn apply<P: ParametersMut + ?Sized>(&self, model: &mut P) -> Result<(), ResolveError> {
        let too_large = |(place, spec)| {
            let filling = self.at(place)?;
            filling.initializer.check_dtype(filling.param.unwrap_or(spec), model.dtype(place)?).err()
        };
        let refused: Vec<InitError> = model.specs().iter().enumerate().filter_map(too_large).collect();
        if !refused.is_empty() {
            return Err(ResolveError::Refused { refused });
        }
        model.fill_all(self).map_err(ResolveError::Fill)
    }

    fn at(&self, place: usize) -> Option<Filling<'_>> {
        self.places.get(place).copied().flatten()
    }
}

impl FillParams for Fillings<'_> {
    fn wants(&self, place: usize, _: &ParamSpec) -> bool {
        self.at(place).is_some()
    }

    fn fill(&self, place: usize, param: &ParamSpec, out: ParamViewMut<'_>) -> Result<(), InitError> {
        let Some(filling) = self.at(place) else { return Ok(()) };
        let param = filling.param.unwrap_or(param);
        filling.initializer.fill(param, Key::new(self.seed, param.name()), out)
    }
}

/// The state of one parameter before the checks.
#[derive(Clone, Copy)]
pub(crate) enum State<'a> {
    Filled(&'a ParamSpec, &'a dyn Initializer),
    Left,
    Unmatched(&'a ParamSpec),
}

/// Refuses parameters without a rule, rules without a parameter, and parameters refused by initializers, in this order.
pub(crate) fn refuse<'a>(
    rules: &str,
    states: impl Iterator<Item = State<'a>>,
    unused: impl FnOnce() -> Vec<String>,
) -> Result<(), ResolveError> {
    let (mut parameters, mut refused) = (Vec::new(), Vec::new());
    for state in states {
        match state {
            State::Filled(param, initializer) => refused.extend(initializer.check(param).err()),
            State::Left => {}
            State::Unmatched(param) => parameters.push(param.name().to_owned()),
        }
    }
    if !parameters.is_empty() {
        return Err(ResolveError::Unmatched { rules: rules.to_owned(), parameters });
    }
    let unused = unused();
    if !unused.is_empty() {
        return Err(ResolveError::Unused { rules: unused });
    }
    if refused.is_empty() { Ok(()) } else { Err(ResolveError::Refused { refused }) }
}
