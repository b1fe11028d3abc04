//! New values for the variables of a model that exists.

use candle_core::{Shape, Tensor, Var};
use candle_nn::VarMap;
use fanin_core::Seed;
use fanin_core::plan::Pattern;

use super::backend::of_given;
use super::prescription::{Drawn, Prescription};
use super::{Blueprint, BuildError, Origin, Request, memory};

impl Blueprint {
    /// Gives the variables of `variables` whose names match one of `patterns` the values that a model built by this blueprint and
    /// `seed` would have there, in place: the layers that hold the variables see them. `["*"]` is the whole model; what no
    /// pattern matches keeps its bits. Returns what was filled, by name.
    ///
    /// The rules are those of the whole model: variables of a recipe come from all that the map holds. Everything that can be
    /// refused is refused before the first value is written. A `VarMap` knows no hints, so that [`Blueprint::hints`] gives none.
    ///
    /// ```
    /// use candle_core::{DType, Device};
    /// use candle_nn::{VarBuilder, VarMap};
    /// use fanin_candle::Blueprint;
    /// use fanin_core::Seed;
    /// use fanin_recipes::Recipe;
    ///
    /// let variables = VarMap::new();
    /// let vb = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
    /// let (body, head) = (candle_nn::linear(64, 32, vb.pp("body"))?, candle_nn::linear(32, 10, vb.pp("head"))?);
    /// let blueprint = Blueprint::from(Recipe::named("torch")?);
    /// let filled = blueprint.reinitialize(&variables, Seed(42), &["head.*"])?;
    /// assert_eq!(filled[1].0, "head.weight");
    /// # let bound = 1.0 / 32.0_f32.sqrt();
    /// assert!(head.weight().abs()?.max_all()?.to_scalar::<f32>()? <= bound);
    /// # let _ = body;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`BuildError`]: a pattern that cannot be read or matches nothing, or what [`build`](super::build) would refuse of the
    /// parameters that match.
    pub fn reinitialize(
        &self,
        variables: &VarMap,
        seed: Seed,
        patterns: &[&str],
    ) -> Result<Vec<(String, Origin)>, BuildError> {
        let vars = by_name(variables);
        let all: Vec<Request> = vars.iter().map(request).collect();
        let chosen = chosen(&all, patterns)?;
        let mut prescriptions = self.prescribe_some(&all, |name| chosen.contains(&name))?;

        let mut work = Vec::new();
        for ((name, var), request) in vars.iter().zip(&all).filter(|((name, _), _)| chosen.contains(&name.as_str())) {
            match prescriptions.remove(name) {
                Some(Prescription::Drawn(drawn)) => work.push((name, var, Work::Draw(drawn))),
                Some(Prescription::Pretrained(_, given)) => {
                    let (shape, hint) = (var.shape().clone(), candle_nn::Init::default());
                    let taken = given.tensors().get(shape, name, hint, var.dtype(), var.device());
                    let origin = Origin::Pretrained { from: given.from().to_owned() };
                    work.push((name, var, Work::Set(taken.map_err(|error| of_given(&given, name, error))?, origin)));
                }
                Some(Prescription::Left) => {
                    return Err(BuildError::Left { rules: self.rules_text(), buffer: request.clone() });
                }
                Some(Prescription::Absent) => return Err(BuildError::Absent { name: name.clone() }),
                Some(Prescription::NoRule) | None => {
                    return Err(BuildError::Unlisted { parameter: request.clone() });
                }
            }
        }
        work.into_iter().map(|(name, var, work)| Ok((name.clone(), work.run(var, seed)?))).collect()
    }
}

enum Work {
    Draw(Drawn),
    Set(Tensor, Origin),
}

impl Work {
    fn run(self, var: &Var, seed: Seed) -> Result<Origin, BuildError> {
        match self {
            Self::Draw(Drawn { param, initializer, origin, .. }) => {
                memory::fill(var, &param, &*initializer, seed)?;
                Ok(origin)
            }
            Self::Set(tensor, origin) => {
                var.set(&tensor)?;
                Ok(origin)
            }
        }
    }
}

/// The variables in the order of their names; a map has none of its own.
fn by_name(variables: &VarMap) -> Vec<(String, Var)> {
    let data = variables.data().lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut vars: Vec<_> = data.iter().map(|(name, var)| (name.clone(), var.clone())).collect();
    vars.sort_by(|(a, _), (b, _)| a.cmp(b));
    vars
}

fn request((name, var): &(String, Var)) -> Request {
    Request { name: name.clone(), shape: Shape::from(var.dims()), dtype: var.dtype(), hint: None }
}

/// The names that a pattern matches; a pattern that matches none is an error.
fn chosen<'a>(all: &'a [Request], patterns: &[&str]) -> Result<Vec<&'a str>, BuildError> {
    let names = || all.iter().map(|request| request.name.as_str());
    let mut is_chosen = vec![false; all.len()];
    for pattern in patterns {
        let pattern = Pattern::new(pattern)?;
        let mut matched = false;
        for (name, chosen) in names().zip(&mut is_chosen) {
            if pattern.matches(name) {
                (*chosen, matched) = (true, true);
            }
        }
        if !matched {
            let known = names().map(str::to_owned).collect();
            return Err(BuildError::MatchesNothing { pattern: pattern.to_string(), known });
        }
    }
    Ok(names().zip(is_chosen).filter_map(|(name, chosen)| chosen.then_some(name)).collect())
}
