//! New values for the variables of an existing model.

use std::collections::HashSet;

use candle_core::{Shape, Var};
use candle_nn::VarMap;
use fanin_core::resolve::{Assignment, Origin, Pattern};
use fanin_core::{Key, Seed};

use super::backend::of_pretrained;
use super::{Blueprint, BuildError, Request, memory};
use crate::storage;

impl Blueprint {
    /// Assigns new values, in place, to the variables in `variables` whose names match one of `patterns`: those that a
    /// model built with this blueprint and `seed` would have. Layers that hold the variables see the change. `["*"]`
    /// selects the whole model; other parameters keep their bits. Returns the assignments of the filled parameters,
    /// sorted by name.
    ///
    /// The rules are resolved for the whole model, so a recipe's variables are derived from everything in the map.
    /// Errors are reported before the first value is written. A `VarMap` has no hints, so [`Blueprint::hints`] has no
    /// effect.
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
    /// assert_eq!(filled[1].name(), "head.weight");
    /// # let bound = 1.0 / 32.0_f32.sqrt();
    /// assert!(head.weight().abs()?.max_all()?.to_scalar::<f32>()? <= bound);
    /// # let _ = body;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`BuildError`] if a pattern is invalid or matches nothing, or if [`build`](super::build) would refuse one of the
    /// matching parameters.
    pub fn reinitialize(
        &self,
        variables: &VarMap,
        seed: Seed,
        patterns: &[&str],
    ) -> Result<Vec<Assignment>, BuildError> {
        let vars = by_name(variables);
        let all: Vec<Request> = vars.iter().map(request).collect();
        let chosen = chosen(&all, patterns)?;
        let assignments = self.resolve_some(&all, |name| chosen.contains(name))?;

        let (mut drawn, mut taken) = (Vec::new(), Vec::new());
        let work = vars.iter().zip(&all).zip(&assignments).filter(|((_, request), _)| chosen.contains(&*request.name));
        for (((name, var), request), assignment) in work {
            match (assignment.initializer(), assignment.origin(), self.pretrained_by(name)) {
                (Some(initializer), ..) => drawn.push((var, assignment.param(), initializer)),
                (None, Origin::Pretrained { .. }, Some(pretrained)) => {
                    let (shape, hint) = (var.shape().clone(), candle_nn::Init::default());
                    let tensor = pretrained.tensors().get(shape, name, hint, var.dtype(), var.device());
                    taken.push((var, tensor.map_err(|error| of_pretrained(pretrained, name, error))?));
                }
                _ if self.is_absent(name) => return Err(BuildError::Absent { name: name.clone() }),
                _ => return Err(BuildError::Left { rules: self.label(), buffer: request.clone() }),
            }
        }
        storage::fill_each(
            &mut drawn,
            |(var, ..)| Some(var),
            |(var, param, initializer)| {
                memory::lend(var, param, &mut |param, view| initializer.fill(param, Key::new(seed, param.name()), view))
            },
        )?;
        for (var, tensor) in taken {
            var.set(&tensor)?;
        }
        Ok(assignments.into_iter().filter(|assignment| chosen.contains(assignment.name())).collect())
    }
}

/// Returns the variables sorted by name, because the map is unordered.
fn by_name(variables: &VarMap) -> Vec<(String, Var)> {
    let data = variables.data().lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut vars: Vec<_> = data.iter().map(|(name, var)| (name.clone(), var.clone())).collect();
    vars.sort_by(|(a, _), (b, _)| a.cmp(b));
    vars
}

fn request((name, var): &(String, Var)) -> Request {
    Request { name: name.clone(), shape: Shape::from(var.dims()), dtype: var.dtype(), hint: None }
}

/// Returns the names that a pattern matches; a pattern without matches is an error.
fn chosen<'a>(all: &'a [Request], patterns: &[&str]) -> Result<HashSet<&'a str>, BuildError> {
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
