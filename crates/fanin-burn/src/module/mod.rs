//! Values for burn modules, from a plan or a recipe and a seed.
//!
//! | file | contents |
//! |---|---|
//! | `path.rs` | the place in a module during a traversal |
//! | `layer.rs` | burn's own layers: names, roles, layouts |
//! | `listing.rs` | the parameters of a module |
//! | `blueprint.rs` | rules and overrides |
//! | `statement.rs` | layouts, groups, roles and orientations by pattern |
//! | `pretrained.rs` | tensors from other sources |
//! | `memory.rs` | drawn values, as a module stores them |
//! | `values.rs` | the values of a module by address |
//! | `writing.rs` | the second pass: values |
//! | `report.rs` | the origin of the values |
//! | `reinitialize.rs` | new values for parts of a module |

mod blueprint;
mod error;
mod layer;
mod listing;
mod memory;
mod path;
mod pretrained;
mod reinitialize;
mod report;
mod statement;
mod values;
mod writing;

use burn_core::module::Module;
use fanin_core::Seed;

pub use blueprint::Blueprint;
pub use error::ModuleError;
pub use listing::{ModuleParam, ModuleParams, list};
pub use pretrained::Pretrained;
pub use report::{Initialized, Report};
pub use values::values;

/// Initializes a burn module from a plan or a recipe and a seed.
///
/// `rules` can be anything that implements [`Rules`](fanin_core::resolve::Rules): a [`Plan`](fanin_core::Plan), a
/// recipe, or a [`Blueprint`] that overrides them.
///
/// The module is visited first, without initializing it. The rules are then resolved for its parameters, and every
/// parameter without a rule is named in a single error before anything is drawn. Then every parameter gets its values,
/// on its own device and in its own element type. burn's own initializers never run for parameters that are not
/// initialized yet.
///
/// The bits of a parameter depend only on its address, the seed and its rule: they are those that `fanin sample` and
/// `fanin fill` write, and those of the same model in candle and ndarray.
///
/// Identifiers, devices and whether parameters require gradients stay as they are. Parameters of integers and booleans
/// are left unchanged. burn shares running statistics between clones of a module, so a clone sees theirs change.
///
/// ```
/// use burn_core as burn;
/// use burn_core::module::Module;
/// use burn_core::tensor::Device;
/// use burn_nn::{Linear, LinearConfig};
/// use fanin_core::Seed;
/// use fanin_recipes::Recipe;
///
/// #[derive(Module, Debug)]
/// struct Model {
///     hidden: Linear,
///     head: Linear,
/// }
///
/// let device = Device::flex();
/// let model = Model {
///     hidden: LinearConfig::new(64, 32).init(&device),
///     head: LinearConfig::new(32, 10).init(&device),
/// };
/// let (model, report) = fanin_burn::init(model, Recipe::named("torch")?, Seed(42))?;
/// println!("{report}");
/// assert_eq!(model.head.weight.shape().as_slice(), [32, 10]);
/// assert_eq!(report.get("head.weight").map(|weight| weight.param().shape()), Some(&[10, 32][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ModuleError`] if the blueprint refuses the module. The module is then lost: pass a clone, which is cheap, to keep
/// it.
pub fn init<M: Module>(module: M, rules: impl Into<Blueprint>, seed: Seed) -> Result<(M, Report), ModuleError> {
    rules.into().assign(module, seed, |_| Ok(None))
}
