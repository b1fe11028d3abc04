//! The parameters of a built model, by name and in order of request.

use std::collections::HashMap;
use std::fmt;

use candle_core::{DType, Tensor, Var};
use candle_nn::VarMap;
use fanin_core::param::FillParams;
use fanin_core::resolve::{Assignment, Origin};
use fanin_core::{Distribution, Dtype, InitError, ParamSpec, ParamView, ParamViewMut, Parameters, ParametersMut, Role};

use super::memory;
use super::request::to_json;
use crate::storage;

/// A parameter of a model, and the origin of its values.
#[derive(Clone, Debug)]
pub struct Variable {
    pub(super) assignment: Assignment,
    /// A candle variable, unless the parameter is frozen.
    pub(super) tensor: Tensor,
}

/// The parameters of a built model, in the order in which it requested them.
///
/// The model's layers hold the same variables: the model sees everything that an optimizer, [`ParametersMut`] or a plan
/// writes. Prints as a table of name, shape, type and origin of the values.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    list: Vec<Variable>,
    specs: Vec<ParamSpec>,
    places: HashMap<String, usize>,
}

impl Variable {
    /// Returns the full dotted name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.assignment.name()
    }

    /// Returns the parameter as passed to its initializer: shape, role, layout.
    #[must_use]
    pub fn param(&self) -> &ParamSpec {
        self.assignment.param()
    }

    /// Returns the element type.
    #[must_use]
    pub fn dtype(&self) -> DType {
        self.tensor.dtype()
    }

    /// Returns its tensor, shared with the model.
    #[must_use]
    pub fn tensor(&self) -> &Tensor {
        &self.tensor
    }

    /// Returns the variable; `None` if it is frozen.
    #[must_use]
    pub fn var(&self) -> Option<Var> {
        // Converting a variable is free; converting another tensor would copy it.
        if self.tensor.is_variable() { Var::from_tensor(&self.tensor).ok() } else { None }
    }

    /// Returns whether an optimizer should update it: it is a variable of a floating-point type and not a buffer.
    #[must_use]
    pub fn is_trained(&self) -> bool {
        self.tensor.is_variable() && self.dtype().is_float() && self.param().role() != Role::Buffer
    }

    /// Returns its assignment: the initializer, the rule and the reason.
    #[must_use]
    pub fn assignment(&self) -> &Assignment {
        &self.assignment
    }

    /// Returns the origin of its values.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        self.assignment.origin()
    }

    /// Returns the distribution of its values; [`Distribution::Unstated`] if they are pretrained.
    #[must_use]
    pub fn distribution(&self) -> Distribution {
        self.assignment.distribution()
    }

    /// Returns its learning-rate factor: 1 unless the recipe sets another.
    #[must_use]
    pub fn learning_rate(&self) -> f64 {
        self.assignment.learning_rate()
    }
}

impl Variables {
    /// Returns the variable of a name.
    pub(super) fn place(&self, name: &str) -> Option<&Variable> {
        self.places.get(name).and_then(|place| self.list.get(*place))
    }

    /// Adds a variable unless its name exists, and returns the variable of that name.
    pub(super) fn keep(&mut self, variable: Variable) -> Variable {
        if let Some(kept) = self.place(variable.name()) {
            return kept.clone();
        }
        self.places.insert(variable.name().to_owned(), self.list.len());
        self.specs.push(variable.param().clone());
        self.list.push(variable.clone());
        variable
    }

    /// Iterates over the parameters, in order of request.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Variable> {
        self.list.iter()
    }

    /// Returns the number of parameters.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Returns whether the model has no parameters.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns the parameter of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Variable> {
        self.place(name)
    }

    /// Returns the variables that an optimizer should update: all but buffers.
    #[must_use]
    pub fn all_vars(&self) -> Vec<Var> {
        self.list.iter().filter(|variable| variable.is_trained()).filter_map(Variable::var).collect()
    }

    /// Returns all variables by name, including buffers, in a `VarMap`, which can save and load them. It shares the
    /// variables.
    #[must_use]
    pub fn to_var_map(&self) -> VarMap {
        let map = VarMap::new();
        {
            let mut data = map.data().lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let named = self.list.iter().filter_map(|variable| Some((variable.name().to_owned(), variable.var()?)));
            data.extend(named);
        }
        map
    }

    /// Returns names, shapes and types as JSON, in order of request, for the option `--shapes` of the command `fanin`.
    #[must_use]
    pub fn to_json(&self) -> String {
        to_json(self.list.iter().map(|variable| (variable.name(), variable.param().shape(), variable.dtype())))
    }
}

impl Parameters for Variables {
    fn specs(&self) -> &[ParamSpec] {
        &self.specs
    }

    fn dtype(&self, place: usize) -> Option<Dtype> {
        memory::float(self.list.get(place)?.dtype())
    }

    fn read(&self, name: &str, visit: &mut dyn FnMut(&ParamSpec, ParamView<'_>)) -> Result<(), InitError> {
        let variable = self.get(name).ok_or_else(|| InitError::unknown(name, &self.specs))?;
        memory::read(&variable.tensor, &mut |view| visit(variable.param(), view))
            .map_err(|error| memory::failed(name, error))
    }
}

impl ParametersMut for Variables {
    fn write(
        &mut self,
        name: &str,
        fill: &mut dyn FnMut(&ParamSpec, ParamViewMut<'_>) -> Result<(), InitError>,
    ) -> Result<(), InitError> {
        let variable = self.get(name).ok_or_else(|| InitError::unknown(name, &self.specs))?;
        lend(variable, variable.var().as_ref(), fill)
    }

    fn fill_all(&mut self, fill: &dyn FillParams) -> Result<(), InitError> {
        let wanted = self.list.iter().enumerate().filter(|(place, variable)| fill.wants(*place, variable.param()));
        let mut wanted: Vec<_> = wanted.map(|(place, variable)| (place, variable, variable.var())).collect();
        storage::fill_each(
            &mut wanted,
            |(_, _, var)| var.as_ref(),
            |(place, variable, var)| lend(variable, var.as_ref(), &mut |param, out| fill.fill(*place, param, out)),
        )
    }
}

/// Lends the memory of a variable to `fill`.
fn lend(
    variable: &Variable,
    var: Option<&Var>,
    fill: &mut dyn FnMut(&ParamSpec, ParamViewMut<'_>) -> Result<(), InitError>,
) -> Result<(), InitError> {
    match var {
        Some(var) => memory::lend(var, variable.param(), fill),
        None => Err(InitError::Custom {
            name: variable.name().to_owned(),
            reason: "it is frozen, so it cannot be written; build it without Blueprint::frozen".to_owned(),
        }),
    }
}

impl fmt::Display for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = |variable: &Variable| {
            let shape = format!("{:?}", variable.param().shape());
            [variable.name().to_owned(), shape, variable.dtype().as_str().to_owned()]
        };
        let rows: Vec<[String; 3]> = self.list.iter().map(row).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths = [width(0), width(1), width(2)];
        for (row, variable) in rows.iter().zip(&self.list) {
            for (cell, width) in row.iter().zip(widths) {
                write!(f, "{cell:<width$}  ")?;
            }
            writeln!(f, "{}", variable.assignment)?;
        }
        Ok(())
    }
}
