//! Whole candle models from a plan or a recipe and a seed: a backend for candle's `VarBuilder`.
//!
//! | file | contents |
//! |---|---|
//! | `blueprint.rs` | rules and overrides |
//! | `statement.rs` | layouts, groups and roles by pattern and for candle's own layers; running statistics |
//! | `pretrained.rs` | tensors from other sources |
//! | `hint.rs` | candle's hints as distributions, if enabled |
//! | `recording.rs` | the first pass: names and shapes |
//! | `request.rs` | requested parameters, and their list |
//! | `backend.rs` | the second pass: values |
//! | `memory.rs` | memory of any element type |
//! | `variables.rs` | the variables of a built model |
//! | `reinitialize.rs` | new values for an existing model |

mod backend;
mod blueprint;
mod error;
mod hint;
mod memory;
mod pretrained;
mod recording;
mod reinitialize;
mod request;
mod statement;
mod variables;

use candle_core::{DType, Device};
use candle_nn::VarBuilder;
use fanin_core::Seed;

pub use backend::SeededBackend;
pub use blueprint::Blueprint;
pub use error::BuildError;
pub use pretrained::Pretrained;
pub use recording::record;
pub use request::{Request, Requests};
pub use variables::{Variable, Variables};

/// Returns whether a parameter of this name is a running statistic of a norm.
pub(crate) fn is_running_statistic(name: &str) -> bool {
    statement::statistic(name).is_some()
}

/// A model with its variables.
#[derive(Clone, Debug)]
pub struct Built<M> {
    /// The model.
    pub model: M,
    /// Its parameters, in the order in which it requested them.
    pub variables: Variables,
}

/// Builds a candle model from a plan or a recipe and a seed.
///
/// `rules` can be anything that implements [`Rules`](fanin_core::resolve::Rules): a [`Plan`](fanin_core::Plan), a
/// recipe, or a [`Blueprint`] that overrides them.
///
/// `model` is called twice. The first time, it gets tensors that take no memory, to list its parameters. The rules are
/// then resolved for that list, and every parameter without a rule is named in a single error before anything is drawn.
/// The second time, it gets the values, as variables of the requested element type.
///
/// The bits of a parameter depend only on its full dotted name, the seed and its rule: they are those that `fanin
/// sample` and `fanin fill` write.
///
/// ```
/// use candle_core::{DType, Device, Tensor};
/// use candle_nn::{AdamW, Optimizer, ParamsAdamW};
/// use fanin_candle::build;
/// use fanin_core::Seed;
/// use fanin_recipes::Recipe;
///
/// let built = build(Recipe::named("torch")?, Seed(42), DType::F32, &Device::Cpu, |vb| {
///     let hidden = candle_nn::linear(64, 32, vb.pp("hidden"))?;
///     let head = candle_nn::linear(32, 10, vb.pp("head"))?;
///     Ok(candle_nn::seq().add(hidden).add(candle_nn::Activation::Relu).add(head))
/// })?;
/// println!("{}", built.variables);
/// let optimizer = AdamW::new(built.variables.all_vars(), ParamsAdamW::default())?;
/// assert_eq!(built.variables.get("hidden.weight").map(|w| w.param().shape()), Some(&[32, 64][..]));
/// # let _ = optimizer;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Missing gradients in candle
/// Some operations of candle have no backward pass, and most transformers of candle-transformers use them: their
/// variables get no gradient, however they were created. [`Variables::unreached`] names them after the first backward
/// pass; [Operations without a gradient](crate#operations-without-a-gradient) lists the operations and their
/// differentiable alternatives.
///
/// # Errors
/// [`BuildError`] if the blueprint refuses the model, or if `model` fails.
pub fn build<M>(
    blueprint: impl Into<Blueprint>,
    seed: Seed,
    dtype: DType,
    device: &Device,
    model: impl Fn(VarBuilder<'static>) -> candle_core::Result<M>,
) -> Result<Built<M>, BuildError> {
    let blueprint = blueprint.into();
    blueprint.readable()?;
    let requests = recording::record_with(Some(&blueprint), dtype, device, &model)?;
    let assignments = blueprint.resolve(requests.as_slice())?;
    let backend = SeededBackend::of(blueprint, seed, Some(assignments));
    let model = model(VarBuilder::from_backend(Box::new(backend.clone()), dtype, device.clone()))?;
    Ok(Built { model, variables: backend.variables() })
}
