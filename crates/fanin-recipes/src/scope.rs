//! The values of names in expressions, for one model and one of its parameters.

use std::collections::{BTreeMap, HashMap};

use fanin_core::{Layout, ParamSpec};

use crate::expression::ExpressionError;
use crate::recipe::Recipe;
use crate::variable::Origin;

/// The variables of a recipe, for one model.
#[derive(Clone, Debug)]
pub(crate) struct Model<'a> {
    /// `None` if the parameters are not listed.
    params: Option<&'a [ParamSpec]>,
    by_name: HashMap<&'a str, &'a ParamSpec>,
    values: BTreeMap<String, Result<f64, String>>,
}

impl<'a> Model<'a> {
    /// Takes each variable from the recipe's settings or, if it is not set, from the shapes.
    pub(crate) fn new(recipe: &Recipe, params: Option<&'a [ParamSpec]>) -> Self {
        let by_name = params.into_iter().flatten().map(|param| (param.name(), param)).collect();
        let mut model = Self { params, by_name, values: BTreeMap::new() };
        for variable in &recipe.variables {
            let found = match recipe.settings.get(&variable.name) {
                Some(value) => Ok(*value),
                None => model.found(&variable.origins).ok_or_else(|| {
                    let origin = variable.origin();
                    let sought = match (origin.is_empty(), params) {
                        (true, _) => String::new(),
                        (false, Some(_)) => format!(" ({origin} was not found)"),
                        (false, None) => format!(" ({origin}, and the parameters are not listed)"),
                    };
                    format!("{}{sought}; set {} = ...", variable.about, variable.name)
                }),
            };
            model.values.insert(variable.name.clone(), found);
        }
        model
    }

    /// Iterates over the variables that have a value.
    pub(crate) fn values(&self) -> impl Iterator<Item = (&str, f64)> {
        self.values.iter().filter_map(|(name, value)| Some((name.as_str(), *value.as_ref().ok()?)))
    }

    #[allow(clippy::cast_precision_loss, reason = "no model has 2^53 parameters, and no axis is so long")]
    fn found(&self, origins: &[Origin]) -> Option<f64> {
        // Without a list of parameters, a count would be 0, which is wrong.
        let of_shapes = |origin: &Origin| !matches!(origin, Origin::Value(_));
        if self.params.is_none() && origins.iter().any(of_shapes) {
            return None;
        }
        let params = self.params.unwrap_or_default();
        origins.iter().find_map(|origin| match origin {
            Origin::Count(patterns) => {
                let matches = |param: &&ParamSpec| patterns.iter().any(|pattern| pattern.matches(param.name()));
                let count = params.iter().filter(matches).count();
                (count > 0).then_some(count as f64)
            }
            Origin::Axis { parameter, axis } => {
                let matches = |param: &&ParamSpec| parameter.iter().any(|pattern| pattern.matches(param.name()));
                let length = params.iter().find(matches).and_then(|param| param.shape().get(*axis));
                length.map(|length| *length as f64)
            }
            Origin::Value(expression) => expression.value(&|name| self.variable(name)).ok(),
        })
    }

    fn variable(&self, name: &str) -> Result<f64, ExpressionError> {
        let reason = match self.values.get(name) {
            Some(Ok(value)) => return Ok(*value),
            Some(Err(reason)) => reason.clone(),
            None => "neither a variable of the recipe nor a property of the parameter".to_owned(),
        };
        Err(ExpressionError::NoValue { name: name.to_owned(), reason })
    }

    /// Returns the value of `name` for one parameter with this layout:
    ///
    /// - `rank`, `len`, `dim0`, `dim1`, ...: from its shape; `fan_in`, `fan_out`: from its layout;
    /// - `layer`: the first part of its name that is a number;
    /// - `weight.dim0` etc.: the same for its sibling whose last part is `weight`; `weight.exists` is 1 or 0;
    /// - `parent.weight.dim0` etc.: the same for a sibling of its module;
    /// - otherwise a variable.
    pub(crate) fn value(&self, param: &ParamSpec, layout: Option<Layout>, name: &str) -> Result<f64, ExpressionError> {
        let module = folder(param.name());
        let (module, beside) = match name.strip_prefix("parent.") {
            Some(beside) => (folder(module), beside),
            None => (module, name),
        };
        if let Some((sibling, field)) = beside.split_once('.') {
            let prefix = if module.is_empty() { String::new() } else { format!("{module}.") };
            if self.params.is_none() {
                let reason = "it belongs to another parameter, but the parameters are not listed".to_owned();
                return Err(ExpressionError::NoValue { name: name.to_owned(), reason });
            }
            let sibling = self.by_name.get(format!("{prefix}{sibling}").as_str());
            return match sibling {
                _ if field == "exists" => Ok(f64::from(u8::from(sibling.is_some()))),
                Some(sibling) => property(sibling, layout, field).unwrap_or_else(|| {
                    Err(ExpressionError::NoValue { name: name.to_owned(), reason: NO_PROPERTY.to_owned() })
                }),
                None => {
                    let reason = format!("parameter '{}' has no such sibling", param.name());
                    Err(ExpressionError::NoValue { name: name.to_owned(), reason })
                }
            };
        }
        property(param, layout, name).unwrap_or_else(|| self.variable(name))
    }
}

/// Returns all but the last part of a dotted name.
fn folder(name: &str) -> &str {
    name.rfind('.').map_or("", |dot| &name[..dot])
}

const NO_PROPERTY: &str = "a parameter has rank, len, dim0, dim1, ..., fan_in, fan_out and layer";

/// Returns a property of a parameter, if there is one with this name.
#[allow(clippy::cast_precision_loss, reason = "no axis has 2^53 elements")]
fn property(param: &ParamSpec, layout: Option<Layout>, name: &str) -> Option<Result<f64, ExpressionError>> {
    let none = |reason: String| Err(ExpressionError::NoValue { name: name.to_owned(), reason });
    let of = |subject: &str| format!("parameter '{}' of shape {:?} has no {subject}", param.name(), param.shape());
    Some(match name {
        "rank" => Ok(param.shape().len() as f64),
        "len" => Ok(param.len() as f64),
        "fan_in" | "fan_out" => match (with_layout(param, layout, 1).fans(), name) {
            (Ok(fans), "fan_in") => Ok(fans.fan_in as f64),
            (Ok(fans), _) => Ok(fans.fan_out as f64),
            (Err(error), _) => none(error.to_string()),
        },
        "layer" => match param.name().split('.').find_map(|part| part.parse::<u32>().ok()) {
            Some(layer) => Ok(f64::from(layer)),
            None => none(of("number in its name")),
        },
        _ => {
            let axis: usize = name.strip_prefix("dim")?.parse().ok()?;
            match param.shape().get(axis) {
                Some(length) => Ok(*length as f64),
                None => none(of(&format!("axis {axis}"))),
            }
        }
    })
}

/// Returns the parameter with the recipe's layout, unless it states its own.
pub(crate) fn with_layout(param: &ParamSpec, layout: Option<Layout>, groups: usize) -> ParamSpec {
    match layout {
        Some(layout) if param.fans().is_err() => param.clone().with_layout(layout).with_groups(groups),
        _ => param.clone(),
    }
}
