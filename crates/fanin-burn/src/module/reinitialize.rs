//! Assigning values to a whole module, or new ones to parts of it.

use std::collections::HashSet;

use burn_core::module::Module;
use fanin_core::Seed;
use fanin_core::resolve::{Assignment, Origin, Pattern};

use super::writing::{Source, Work, Writer};
use super::{Blueprint, Initialized, ModuleError, ModuleParam, Report, listing, memory};

impl Blueprint {
    /// Assigns new values to the parameters whose names match one of `patterns`: those that a module initialized with
    /// this blueprint and `seed` would have. Other parameters keep their bits. The report lists the matching parameters.
    ///
    /// The rules are resolved for the whole module, so a recipe's variables are derived from everything in it.
    ///
    /// ```
    /// use burn_core as burn;
    /// use burn_core::module::Module;
    /// use burn_core::tensor::Device;
    /// use burn_nn::{Linear, LinearConfig};
    /// use fanin_burn::Blueprint;
    /// use fanin_core::Seed;
    /// use fanin_recipes::Recipe;
    ///
    /// #[derive(Module, Debug)]
    /// struct Model {
    ///     body: Linear,
    ///     head: Linear,
    /// }
    ///
    /// let device = Device::flex();
    /// let trained =
    ///     Model { body: LinearConfig::new(64, 32).init(&device), head: LinearConfig::new(32, 10).init(&device) };
    /// let blueprint = Blueprint::from(Recipe::named("torch")?);
    /// let (model, report) = blueprint.reinitialize(trained, Seed(42), &["head.*"])?;
    /// assert_eq!(report.len(), 2);
    /// # let _ = model;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ModuleError`] if a pattern is invalid or matches nothing, or if [`init`](super::init) would refuse one of the
    /// matching parameters.
    pub fn reinitialize<M: Module>(
        &self,
        module: M,
        seed: Seed,
        patterns: &[&str],
    ) -> Result<(M, Report), ModuleError> {
        self.assign(module, seed, |listed| chosen(listed, patterns).map(Some))
    }

    /// Assigns values to the chosen parameters of a module, or to all of them.
    pub(super) fn assign<M: Module>(
        &self,
        module: M,
        seed: Seed,
        chosen: impl FnOnce(&[ModuleParam]) -> Result<Option<HashSet<String>>, ModuleError>,
    ) -> Result<(M, Report), ModuleError> {
        let listed = self.oriented(listing::list(&module))?;
        let chosen = chosen(&listed)?;
        let is_chosen = |name: &str| chosen.as_ref().is_none_or(|chosen| chosen.contains(name));
        let assignments = self.resolve(&listed, is_chosen)?;

        let work = listed.iter().zip(&assignments).map(|(one, assignment)| Work {
            path: one.path.clone(),
            source: self.source(one, assignment),
            is_frozen: is_chosen(&one.name) && self.is_frozen(&one.name),
        });
        let mut writer = Writer::new(seed, work.collect());
        let module = module.map(&mut writer);
        writer.finish()?;

        let all = listed.into_iter().zip(assignments).filter(|(one, _)| is_chosen(&one.name));
        let report = all.map(|(listed, assignment)| {
            let is_frozen = self.is_frozen(&listed.name);
            Initialized { listed, assignment, is_frozen }
        });
        Ok((module, Report::new(report.collect())))
    }

    /// Returns the source of a parameter's values.
    fn source(&self, one: &ModuleParam, assignment: &Assignment) -> Source {
        match (assignment.initializer(), assignment.origin(), memory::float(one.dtype)) {
            (Some(initializer), _, Some(dtype)) => Source::Drawn {
                initializer: initializer.clone(),
                param: assignment.param().clone(),
                dtype,
                is_transposed: one.is_transposed,
            },
            (None, Origin::Pretrained { .. }, _) => {
                let tensor = self.pretrained_by(&one.name).and_then(|(pretrained, _)| pretrained.tensor(&one.name));
                tensor.map_or(Source::Unchanged, |data| {
                    let data = if one.is_transposed { memory::transposed_data(data) } else { data };
                    Source::Given(data.convert_dtype(one.dtype))
                })
            }
            _ => Source::Unchanged,
        }
    }
}

/// Returns the names that a pattern matches; a pattern without matches is an error.
fn chosen(listed: &[ModuleParam], patterns: &[&str]) -> Result<HashSet<String>, ModuleError> {
    let names = || listed.iter().map(|one| &one.name);
    let mut chosen = HashSet::new();
    for pattern in patterns {
        let pattern = Pattern::new(pattern)?;
        let matching: Vec<_> = names().filter(|name| pattern.matches(name)).cloned().collect();
        if matching.is_empty() {
            let known = names().cloned().collect();
            return Err(ModuleError::MatchesNothing { pattern: pattern.to_string(), known });
        }
        chosen.extend(matching);
    }
    Ok(chosen)
}
