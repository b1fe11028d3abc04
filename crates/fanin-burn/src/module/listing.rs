//! The parameters of a module, read without initializing them.

use std::fmt;

use burn_core::module::{Module, ModuleVisitor, Param, ParamId};
use burn_core::tensor::{DType, Tensor};
use fanin_core::{Layout, ParamSpec, Role, param::ShapeError};
use serde::Serialize;

use super::layer::LayerParam;
use super::path::Path;

/// A parameter of a module.
///
/// Its **address** is the name and the shape under which fanin draws its values: the path in the module with
/// PyTorch's name at the end, and PyTorch's `[out, in]`. burn's own `Linear` stores the transpose of the address.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ModuleParam {
    /// The full dotted name of the address, such as `norm.weight`.
    pub name: String,
    /// The path in the module, such as `norm.gamma`.
    pub path: String,
    /// The shape of the address.
    pub shape: Vec<usize>,
    /// The element type. A parameter that is not initialized yet gets the default of its device.
    pub dtype: DType,
    /// Whether burn has drawn or loaded its values.
    pub is_initialized: bool,
    /// Whether the module's tensor is the transpose of the address.
    pub is_transposed: bool,
    pub(super) layer: Option<LayerParam>,
}

/// The parameters of a module, in order. Those of integers and booleans are left out, since initializers do not fill
/// them.
#[derive(Clone, Debug, Default)]
pub struct ModuleParams {
    list: Vec<ModuleParam>,
}

/// Lists the parameters of a module. No parameter is initialized, so the pass takes almost no time or memory.
///
/// ```
/// use burn_core::tensor::Device;
/// use burn_nn::LinearConfig;
///
/// let head = LinearConfig::new(64, 10).init(&Device::flex());
/// assert_eq!(
///     fanin_burn::list(&head).to_json(),
///     "{\n  \"weight\": {\"shape\":[10,64],\"dtype\":\"F32\",\"role\":\"weight\"},\n  \
///      \"bias\": {\"shape\":[10],\"dtype\":\"F32\",\"role\":\"bias\"}\n}\n"
/// );
/// ```
#[must_use]
pub fn list<M: Module>(module: &M) -> ModuleParams {
    let mut listing = Listing::default();
    module.visit(&mut listing);
    listing.params
}

impl ModuleParam {
    /// Returns the parameter as passed to its initializer, as far as the module alone determines it.
    pub(super) fn param(&self) -> Result<ParamSpec, ShapeError> {
        let param = ParamSpec::new(self.name.clone(), self.shape.clone())?;
        Ok(self.layer.map_or(param.clone(), |layer| param.with_role(layer.role)))
    }

    /// Returns the layout, if the parameter belongs to one of burn's own layers.
    pub(super) fn layout(&self) -> Option<Layout> {
        self.layer?.layout
    }

    /// Returns the parameter as a transpose of its address, or as the address itself.
    pub(super) fn with_transposed(mut self, is_transposed: bool) -> Self {
        if self.is_transposed != is_transposed {
            self.shape.reverse();
        }
        Self { is_transposed, ..self }
    }

    fn role(&self) -> Role {
        self.layer.map_or(Role::Weight, |layer| layer.role)
    }
}

impl fmt::Display for ModuleParam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' of shape {:?} and type {}", self.name, self.shape, type_name(self.dtype).to_lowercase())
    }
}

impl ModuleParams {
    pub(super) fn into_vec(self) -> Vec<ModuleParam> {
        self.list
    }

    /// Iterates over the parameters.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &ModuleParam> {
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

    /// Returns the addresses as JSON, in order, for the option `--shapes` of the command `fanin`.
    ///
    /// ```json
    /// {
    ///   "fc.weight": { "shape": [10, 64], "dtype": "F32", "role": "weight" }
    /// }
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        let lines = self.list.iter().map(|param| {
            let entry = Entry { shape: &param.shape, dtype: type_name(param.dtype), role: param.role().name() };
            // Strings, numbers and lists of numbers always serialize.
            let [name, entry] =
                [serde_json::to_string(&param.name), serde_json::to_string(&entry)].map(Result::unwrap_or_default);
            format!("  {name}: {entry}")
        });
        format!("{{\n{}\n}}\n", lines.collect::<Vec<_>>().join(",\n"))
    }
}

impl FromIterator<ModuleParam> for ModuleParams {
    fn from_iter<I: IntoIterator<Item = ModuleParam>>(params: I) -> Self {
        Self { list: params.into_iter().collect() }
    }
}

#[derive(Serialize)]
struct Entry<'a> {
    shape: &'a [usize],
    dtype: String,
    role: &'a str,
}

/// Returns the name of an element type in safetensors.
pub(super) fn type_name(dtype: DType) -> String {
    format!("{dtype:?}").to_uppercase()
}

#[derive(Debug, Default)]
struct Listing {
    path: Path,
    params: ModuleParams,
}

impl ModuleVisitor for Listing {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.enter(name, container);
    }

    fn exit_module(&mut self, _: &str, container: &str) {
        self.path.exit(container);
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let (field, module) = self.path.field();
        let layer = module.and_then(|module| LayerParam::of(module, field, D));
        let is_initialized = param.is_initialized();
        let mut listed = ModuleParam {
            name: layer.map_or_else(|| self.path.dotted(), |layer| self.path.renamed(layer.name)),
            path: self.path.dotted(),
            shape: param.lazy_shape().to_vec(),
            dtype: if is_initialized {
                param.base().dtype()
            } else {
                param.lazy_device().settings().float_dtype.into()
            },
            is_initialized,
            is_transposed: false,
            layer,
        };
        if layer.is_some_and(|layer| layer.is_transposed) {
            let is_column = transposes_on_load(param);
            // A column layer has the shape of its address until burn's initializer has run, and loads the address.
            if !is_column || is_initialized {
                listed.shape.reverse();
            }
            listed.is_transposed = !is_column;
        }
        self.params.list.push(listed);
    }
}

/// Returns whether the parameter transposes the tensors that it loads, as `LinearLayout::Col` does. Its loading
/// functions are private, so a small tensor is loaded into a clone, which leaves the parameter itself unchanged.
fn transposes_on_load<const D: usize>(param: &Param<Tensor<D>>) -> bool {
    let mut shape = [1; D];
    if let Some(last) = shape.last_mut() {
        *last = 2;
    }
    let probe = Tensor::<D>::zeros(shape, &param.lazy_device());
    param.clone().transform_for_load(probe, ParamId::from(0)).lazy_shape().to_vec() != shape
}
