//! Reports: where the values of each parameter come from.

use std::collections::HashMap;
use std::fmt;

use burn_core::tensor::DType;
use fanin_core::resolve::{Assignment, Origin};
use fanin_core::{Distribution, ParamSpec};

use super::listing::type_name;
use super::{ModuleParam, ModuleParams};

/// A parameter of a module, and the origin of its values.
#[derive(Clone, Debug)]
pub struct Initialized {
    pub(super) listed: ModuleParam,
    pub(super) assignment: Assignment,
    pub(super) is_frozen: bool,
}

/// The parameters of an initialized module, in its order. Prints as a table of name, shape, type and origin of the
/// values.
#[derive(Clone, Debug, Default)]
pub struct Report {
    list: Vec<Initialized>,
    places: HashMap<String, usize>,
}

impl Initialized {
    /// Returns the full dotted name of the address.
    #[must_use]
    pub fn name(&self) -> &str {
        self.assignment.name()
    }

    /// Returns the path in the module.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.listed.path
    }

    /// Returns the parameter as passed to its initializer: the shape of the address, role, layout.
    #[must_use]
    pub fn param(&self) -> &ParamSpec {
        self.assignment.param()
    }

    /// Returns the element type.
    #[must_use]
    pub fn dtype(&self) -> DType {
        self.listed.dtype
    }

    /// Returns whether [`Blueprint::frozen`](super::Blueprint::frozen) freezes it.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.is_frozen
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

    /// Returns the distribution of its values; [`Distribution::Unstated`] if they are not drawn.
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

impl Report {
    pub(super) fn new(list: Vec<Initialized>) -> Self {
        let places = list.iter().enumerate().map(|(place, one)| (one.name().to_owned(), place)).collect();
        Self { list, places }
    }

    /// Iterates over the parameters, in the module's order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Initialized> {
        self.list.iter()
    }

    /// Returns the number of parameters.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Returns whether the module has no parameters.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns the parameter of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Initialized> {
        self.places.get(name).and_then(|place| self.list.get(*place))
    }

    /// Returns the report as text, like `to_string`: one line for each parameter, with the reason of its rule.
    #[must_use]
    pub fn explain(&self) -> String {
        self.to_string()
    }

    /// Returns the addresses as JSON, in order, for the option `--shapes` of the command `fanin`.
    #[must_use]
    pub fn to_json(&self) -> String {
        self.list.iter().map(|one| one.listed.clone()).collect::<ModuleParams>().to_json()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = |one: &Initialized| {
            [one.name().to_owned(), format!("{:?}", one.param().shape()), type_name(one.dtype()).to_lowercase()]
        };
        let rows: Vec<[String; 3]> = self.list.iter().map(row).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths = [width(0), width(1), width(2)];
        for (row, one) in rows.iter().zip(&self.list) {
            for (cell, width) in row.iter().zip(widths) {
                write!(f, "{cell:<width$}  ")?;
            }
            write!(f, "{}", one.assignment)?;
            if let Some(reason) = one.assignment.reason() {
                write!(f, ": {reason}")?;
            }
            writeln!(f, "{}", if one.is_frozen { ", frozen" } else { "" })?;
        }
        Ok(())
    }
}
