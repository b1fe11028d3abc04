//! What a model asks for: names and shapes, in the order of asking.

use std::collections::HashMap;
use std::fmt;

use candle_core::{DType, Shape};
use candle_nn::Init;
use fanin_core::{ParamSpec, param::ShapeError};
use serde::Serialize;

/// What a model asked of its `VarBuilder`: all that candle tells of a parameter.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Request {
    /// The full dotted name.
    pub name: String,
    /// The shape.
    pub shape: Shape,
    /// The element type.
    pub dtype: DType,
    /// How candle would fill it, where a model said so; the constant 0 where it gave no hint.
    pub hint: Option<Init>,
}

/// The parameters that a model asked for, each once, in the order of asking.
#[derive(Clone, Debug, Default)]
pub struct Requests {
    list: Vec<Request>,
    places: HashMap<String, usize>,
}

impl Request {
    /// The parameter as its initializer is told of it, but for what nobody has stated yet.
    pub(super) fn param(&self) -> Result<ParamSpec, ShapeError> {
        ParamSpec::new(self.name.clone(), self.shape.dims())
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' of shape {:?} and type {}", self.name, self.shape.dims(), self.dtype.as_str())
    }
}

impl Requests {
    pub(super) fn push(&mut self, request: Request) {
        self.places.insert(request.name.clone(), self.list.len());
        self.list.push(request);
    }

    pub(super) fn as_slice(&self) -> &[Request] {
        &self.list
    }

    pub(super) fn find(&self, name: &str) -> Option<&Request> {
        self.places.get(name).and_then(|place| self.list.get(*place))
    }

    /// One after another.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Request> {
        self.list.iter()
    }

    /// The number of parameters.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether the model asked for nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The list as JSON, in the order of asking: what the command `fanin` reads as `--shapes`.
    ///
    /// ```json
    /// {
    ///   "fc.weight": { "shape": [10, 64], "dtype": "F32" }
    /// }
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        to_json(self.list.iter().map(|request| (request.name.as_str(), request.shape.dims(), request.dtype)))
    }
}

#[derive(Serialize)]
struct Entry<'a> {
    shape: &'a [usize],
    dtype: String,
}

/// A JSON object of names, shapes and types, in the order given.
pub(super) fn to_json<'a>(list: impl ExactSizeIterator<Item = (&'a str, &'a [usize], DType)>) -> String {
    let lines = list.map(|(name, shape, dtype)| {
        let entry = Entry { shape, dtype: dtype.as_str().to_uppercase() };
        // Strings, numbers and lists of numbers: nothing of it can fail.
        let [name, entry] = [serde_json::to_string(name), serde_json::to_string(&entry)].map(Result::unwrap_or_default);
        format!("  {name}: {entry}")
    });
    format!("{{\n{}\n}}\n", lines.collect::<Vec<_>>().join(",\n"))
}
