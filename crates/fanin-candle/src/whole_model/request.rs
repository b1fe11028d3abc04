//! The tensors that a model requests: names and shapes, in order.

use std::collections::HashMap;
use std::fmt;

use candle_core::{DType, Shape};
use candle_nn::Init;
use fanin_core::{ParamSpec, param::ShapeError};
use serde::Serialize;

/// A request to the `VarBuilder`, with everything that candle passes along.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Request {
    /// The full dotted name.
    pub name: String,
    /// The shape.
    pub shape: Shape,
    /// The element type.
    pub dtype: DType,
    /// candle's initialization hint; the constant 0 if the model gave none.
    pub hint: Option<Init>,
}

/// The parameters that a model requested, in order, without duplicates.
#[derive(Clone, Debug, Default)]
pub struct Requests {
    list: Vec<Request>,
    places: HashMap<String, usize>,
}

impl Request {
    /// Returns the parameter as passed to its initializer, as far as it is known at this point.
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

    /// Iterates over the requests.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Request> {
        self.list.iter()
    }

    /// Returns the number of parameters.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Returns whether the model requested nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns the list as JSON, in order, for the option `--shapes` of the command `fanin`.
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

/// Formats names, shapes and types as a JSON object, in the given order.
pub(super) fn to_json<'a>(list: impl ExactSizeIterator<Item = (&'a str, &'a [usize], DType)>) -> String {
    let lines = list.map(|(name, shape, dtype)| {
        let entry = Entry { shape, dtype: dtype.as_str().to_uppercase() };
        // Strings, numbers and lists of numbers always serialize.
        let [name, entry] = [serde_json::to_string(name), serde_json::to_string(&entry)].map(Result::unwrap_or_default);
        format!("  {name}: {entry}")
    });
    format!("{{\n{}\n}}\n", lines.collect::<Vec<_>>().join(",\n"))
}
