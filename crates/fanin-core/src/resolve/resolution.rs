//! The resolution of a model.

use std::collections::HashMap;
use std::fmt;

use super::filling::{Filling, Fillings};
use super::{Assignment, ResolveError};
use crate::address::Seed;
use crate::error::InitError;
use crate::param::{ParamSpec, ParametersMut, Role};

/// The assignments of a model's parameters, in the model's order.
///
/// Prints as a table, one line for each parameter: name, shape, initializer, distribution, and the rule.
///
/// ```
/// use fanin_core::initializers::{Zeros, he_normal};
/// use fanin_core::{Activation, Plan, network::{Loss, MlpSpec}};
///
/// let spec = MlpSpec::new([64, 32, 10], Activation::Relu, Loss::SoftmaxCrossEntropy)?;
/// let resolution = Plan::new().rule("*.bias", Zeros).rule("*.weight", he_normal()).resolve(spec.params())?;
/// let weight = &resolution.assignments()[0];
/// assert_eq!((weight.name(), weight.rule(), weight.text()), ("layers.0.weight", Some(1), "he_normal".to_owned()));
/// println!("{resolution}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Resolution {
    rules: String,
    assignments: Vec<Assignment>,
}

impl Resolution {
    pub(super) fn new(rules: String, assignments: Vec<Assignment>) -> Self {
        Self { rules, assignments }
    }

    /// Returns one assignment per parameter, in the model's order, including parameters that are left unchanged.
    #[must_use]
    pub fn assignments(&self) -> &[Assignment] {
        &self.assignments
    }

    /// Like `assignments`, by value.
    #[must_use]
    pub fn into_assignments(self) -> Vec<Assignment> {
        self.assignments
    }

    /// Iterates over the assignments that have an initializer.
    pub fn filled(&self) -> impl Iterator<Item = &Assignment> {
        self.assignments.iter().filter(|assignment| assignment.initializer().is_some())
    }

    /// Returns the assignments by parameter name.
    #[must_use]
    pub fn by_name(&self) -> HashMap<&str, &Assignment> {
        self.assignments.iter().map(|assignment| (assignment.name(), assignment)).collect()
    }

    /// Fills every parameter of the model for which it was resolved, in parallel if the model supports it
    /// ([`ParametersMut::fill_all`]). Everything that can be refused is refused before the first value is written.
    ///
    /// # Errors
    /// [`ResolveError::Unmatched`] if the model has parameters (except buffers) that were not resolved;
    /// [`ResolveError::ShapeChanged`] if a shape differs; [`ResolveError::Fill`] if the model lacks a parameter, or if
    /// it or an initializer fails.
    pub fn apply<P: ParametersMut + ?Sized>(&self, model: &mut P, seed: Seed) -> Result<(), ResolveError> {
        let places = self.places(model.specs())?;
        Fillings { places, seed }.apply(model)
    }

    /// Returns the initializer of each parameter of a model.
    fn places(&self, specs: &[ParamSpec]) -> Result<Vec<Option<Filling<'_>>>, ResolveError> {
        let named: HashMap<&str, usize> = specs.iter().enumerate().map(|(place, spec)| (spec.name(), place)).collect();
        let (mut places, mut resolved) = (vec![None; specs.len()], vec![false; specs.len()]);
        for assignment in &self.assignments {
            let place = named.get(assignment.name()).copied();
            let Some((place, spec)) = place.and_then(|place| Some((place, specs.get(place)?))) else {
                // Nothing to write.
                if assignment.initializer().is_none() {
                    continue;
                }
                return Err(ResolveError::Fill(InitError::unknown(assignment.name(), specs)));
            };
            resolved[place] = true;
            let param = assignment.param();
            if spec.shape() != param.shape() {
                return Err(ResolveError::ShapeChanged {
                    name: param.name().to_owned(),
                    resolved: param.shape().to_vec(),
                    found: spec.shape().to_vec(),
                });
            }
            let filling = |initializer| Filling { param: Some(param), initializer };
            places[place] = assignment.initializer().map(|initializer| filling(&**initializer));
        }
        let missing = specs.iter().zip(&resolved).filter(|(spec, resolved)| !**resolved && spec.role() != Role::Buffer);
        let parameters: Vec<String> = missing.map(|(spec, _)| spec.name().to_owned()).collect();
        if parameters.is_empty() {
            Ok(places)
        } else {
            Err(ResolveError::Unmatched { rules: self.rules.clone(), parameters })
        }
    }
}

impl fmt::Display for Resolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<[String; 5]> = self.assignments.iter().map(row).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths = [width(0), width(1), width(2), width(3)];
        for [aligned @ .., rule] in &rows {
            for (cell, width) in aligned.iter().zip(widths) {
                write!(f, "{cell:<width$}  ")?;
            }
            writeln!(f, "{rule}")?;
        }
        Ok(())
    }
}

fn row(assignment: &Assignment) -> [String; 5] {
    let distribution = assignment.distribution();
    let distribution = match (distribution.mean(), distribution.std()) {
        _ if assignment.initializer().is_none() => String::new(),
        (Some(mean), Some(std)) => format!("mean {mean:.4}, std {std:.6}"),
        _ => "distribution not stated".to_owned(),
    };
    let rate = match assignment.learning_rate() {
        1.0 => String::new(),
        factor => format!(", learning rate x {factor}"),
    };
    [
        assignment.name().to_owned(),
        format!("{:?}", assignment.param().shape()),
        assignment.text(),
        distribution,
        format!("{}{rate}", assignment.origin()),
    ]
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::initializers::{Constant, Zeros};
    use crate::param::{FillParams, ParamView, ParamViewMut, Parameters, fill_in_parallel};
    use crate::resolve::{Decision, Origin, Pattern, Rule, RuleSet};

    /// A model that counts its calls.
    struct Counting {
        specs: Vec<ParamSpec>,
        values: Vec<Vec<f32>>,
        listed: Cell<usize>,
        filled: AtomicUsize,
    }

    impl Counting {
        fn new(specs: Vec<ParamSpec>) -> Self {
            let values = specs.iter().map(|spec| vec![f32::NAN; spec.len()]).collect();
            Self { specs, values, listed: Cell::new(0), filled: AtomicUsize::new(0) }
        }
    }

    impl Parameters for Counting {
        fn specs(&self) -> &[ParamSpec] {
            self.listed.set(self.listed.get() + 1);
            &self.specs
        }

        fn read(&self, name: &str, _: &mut dyn FnMut(&ParamSpec, ParamView<'_>)) -> Result<(), InitError> {
            Err(InitError::unknown(name, &self.specs))
        }
    }

    impl ParametersMut for Counting {
        fn write(
            &mut self,
            name: &str,
            _: &mut dyn FnMut(&ParamSpec, ParamViewMut<'_>) -> Result<(), InitError>,
        ) -> Result<(), InitError> {
            panic!("'{name}' is written by itself");
        }

        fn fill_all(&mut self, fill: &dyn FillParams) -> Result<(), InitError> {
            let lent = self.specs.iter().zip(&mut self.values).enumerate();
            let mut wanted: Vec<_> = lent.filter(|(place, (param, _))| fill.wants(*place, param)).collect();
            fill_in_parallel(
                &mut wanted,
                |(_, (param, _))| param.len(),
                |(place, (param, values))| {
                    self.filled.fetch_add(1, Ordering::Relaxed);
                    fill.fill(*place, param, ParamViewMut::whole(values))
                },
            )
        }
    }

    /// The value of each parameter is its index in the model.
    #[derive(Debug)]
    struct Place(Vec<Pattern>);

    impl Rule for Place {
        fn patterns(&self) -> &[Pattern] {
            &self.0
        }
    }

    fn rules(patterns: &[&str]) -> RuleSet<Place> {
        RuleSet::new(patterns.iter().map(|pattern| Place(vec![Pattern::new(pattern).unwrap()])).collect())
    }

    fn fill(param: &ParamSpec, value: f64) -> Decision {
        Decision::Fill {
            param: param.clone(),
            initializer: Arc::new(Constant::new(value).unwrap()),
            learning_rate: 1.0,
        }
    }

    fn specs(count: usize) -> Vec<ParamSpec> {
        (0..count).map(|index| ParamSpec::new(format!("blocks.{index}.weight"), [2]).unwrap()).collect()
    }

    /// Work grows linearly with the number of parameters: one call per parameter, and two reads of the model's list.
    #[test]
    fn a_hundred_thousand_parameters_are_resolved_and_filled_all_at_once() {
        const COUNT: usize = 100_000;
        let (mut asked, mut next) = (0, 0.0);
        // The last rule matches everything; the others are matched in the same pass and never called.
        let (patterns, last) = ((0..40).map(|rule| format!("head.{rule}.*")).collect::<Vec<_>>(), "blocks.*");
        let patterns: Vec<&str> = patterns.iter().map(String::as_str).chain([last]).collect();
        let draft = rules(&patterns).draft("the rules", &specs(COUNT), |_, _, param| {
            asked += 1;
            next += 1.0;
            Ok(fill(param, next - 1.0))
        });
        let resolution = draft.unwrap().finish().unwrap();
        assert_eq!(asked, COUNT);

        // In another order: indices are found by name.
        let mut model = Counting::new(specs(COUNT).into_iter().rev().collect());
        resolution.apply(&mut model, Seed(0)).unwrap();
        assert_eq!((model.filled.load(Ordering::Relaxed), model.listed.get()), (COUNT, 2));
        #[expect(clippy::cast_precision_loss, reason = "100,000 is exact")]
        let wanted = (0..COUNT).rev().map(|place| place as f32);
        assert!(model.values.iter().zip(wanted).all(|(values, wanted)| *values == [wanted; 2]));
    }

    #[test]
    fn a_model_of_other_parameters_is_refused() {
        let resolve = |count| {
            let draft = rules(&["*"]).draft("the rules", &specs(count), |_, _, param| Ok(fill(param, 1.0)));
            draft.unwrap().finish().unwrap()
        };
        let message = |resolution: Resolution, specs| {
            let mut model = Counting::new(specs);
            let error = resolution.apply(&mut model, Seed(0)).unwrap_err().to_string();
            assert_eq!(model.filled.load(Ordering::Relaxed), 0);
            error
        };
        let missing = message(resolve(1), specs(9));
        let names: Vec<String> = (1..6).map(|index| format!("blocks.{index}.weight")).collect();
        assert_eq!(missing, format!("no rule in the rules matches {} and 3 more; add rules", names.join(", ")));
        assert!(message(resolve(2), specs(1)).contains("'blocks.1.weight'"));
        let other = message(resolve(1), vec![ParamSpec::new("blocks.0.weight", [3]).unwrap()]);
        assert!(other.contains("shape [2]") && other.contains("[3]"), "{other}");
    }

    #[test]
    fn a_rule_that_passes_makes_way_for_the_next() {
        let rules = RuleSet::new(vec![
            Place(vec![Pattern::new("*.weight").unwrap(), Pattern::new("blocks.*").unwrap()]),
            Place(vec![Pattern::new("*").unwrap()]),
        ]);
        let mut asked = Vec::new();
        let draft = rules.draft("the rules", &specs(2), |index, _, param| {
            asked.push(index);
            Ok(if index == 0 && param.name().contains('1') { Decision::Pass } else { fill(param, 1.0) })
        });
        let resolution = draft.unwrap().finish().unwrap();
        let of = |place: usize| (resolution.assignments()[place].rule(), resolution.assignments()[place].pattern());
        assert_eq!([of(0), of(1)], [(Some(0), Some("*.weight")), (Some(1), Some("*"))]);
        assert_eq!(asked, [0, 0, 1]);
    }

    #[test]
    fn a_draft_can_be_overridden_before_anything_is_refused() {
        let draft = || {
            let decide = |_: usize, _: &Place, _: &ParamSpec| Err("no value".into());
            rules(&["blocks.0.*"]).draft("the rules", &specs(2), decide).unwrap()
        };
        assert_eq!(draft().finish().unwrap_err().to_string(), "no value");
        let mut overridden = draft();
        assert!(overridden.is_unmatched(1) && !overridden.is_unmatched(0));
        let [first, second] = [&specs(2)[0], &specs(2)[1]].map(Clone::clone);
        overridden.set(0, Assignment::pretrained(first, "a file"));
        overridden.set(1, Assignment::new(second, Arc::new(Zeros), Origin::Default));
        let resolution = overridden.finish().unwrap();
        let lines: Vec<String> = resolution.assignments().iter().map(ToString::to_string).collect();
        assert_eq!(lines, ["from a file", "zeros by default"]);
    }
}
