//! A guide for users of burn.
//!
//! # From `LinearConfig` to `init`
//! burn's configurations take an `Initializer`: one choice for the weights and biases of a layer, without a seed.
//! fanin's rules assign an initializer to each parameter by name, after the module is built:
//!
//! ```
//! use burn_core as burn;
//! use burn_core::module::Module;
//! use burn_core::tensor::Device;
//! use burn_nn::{Linear, LinearConfig};
//! use fanin_core::initializers::{Orthogonal, Zeros};
//! use fanin_core::{Plan, Seed};
//!
//! #[derive(Module, Debug)]
//! struct Policy {
//!     hidden: Vec<Linear>,
//!     head: Linear,
//! }
//!
//! let device = Device::flex();
//! let policy = Policy {
//!     hidden: vec![LinearConfig::new(8, 64).init(&device), LinearConfig::new(64, 64).init(&device)],
//!     head: LinearConfig::new(64, 4).init(&device),
//! };
//! let plan = Plan::new()
//!     .rule("*.bias", Zeros)
//!     .rule("head.weight", Orthogonal::new(0.01)?)
//!     .rule("hidden.*.weight", Orthogonal::new(2.0_f64.sqrt())?);
//! let (policy, report) = fanin_burn::init(policy, plan, Seed(42))?;
//! println!("{report}");
//! # let _ = policy;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! burn's layers are lazy: they draw a parameter when it is first used. [`init`](crate::init) replaces parameters that
//! are not drawn yet, so the configuration's `Initializer` never runs and costs nothing. (In burn 0.22, that of a linear
//! layer with `LinearLayout::Col` would swap `fan_in` and `fan_out`.)
//!
//! | burn's `Initializer` | fanin |
//! |---|---|
//! | `Zeros`, `Ones`, `Constant { value }` | [`Zeros`], [`Ones`], [`Constant`] |
//! | `Uniform { min, max }`, `Normal { mean, std }` | [`Uniform`], [`Normal`] |
//! | `KaimingUniform { gain, .. }`, `KaimingNormal { gain, .. }` | [`he_uniform`], [`he_normal`], whose gain follows the activation |
//! | `XavierUniform { gain }`, `XavierNormal { gain }` | [`glorot_uniform`], [`glorot_normal`] |
//! | `Orthogonal { gain }` | [`Orthogonal`] |
//! | the default of `LinearConfig` and the convolutions | the recipe `torch` |
//!
//! A parameter without a rule is an error that names it. Names are paths in the module, as [`list`](crate::list) prints
//! them, with PyTorch's names for norms: `gamma` is `weight` and `beta` is `bias`, as for burn-store's
//! `PyTorchToBurnAdapter`.
//!
//! A recipe initializes a whole published architecture:
//!
//! ```
//! use burn_core::tensor::Device;
//! use burn_nn::transformer::TransformerEncoderConfig;
//! use fanin_core::Seed;
//! use fanin_recipes::Recipe;
//!
//! let encoder = TransformerEncoderConfig::new(32, 64, 4, 2).init(&Device::flex());
//! let (encoder, _) = fanin_burn::init(encoder, Recipe::named("torch")?, Seed(42))?;
//! # let _ = encoder;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # From a checkpoint
//! [`Pretrained`](crate::Pretrained) takes the tensors that a file has, and rules provide the others: here, a head for
//! other classes. A report shows the origin of each parameter.
//!
//! ```no_run
//! use burn_core as burn;
//! use burn_core::module::Module;
//! use burn_core::tensor::Device;
//! use burn_nn::{Linear, LinearConfig};
//! use fanin_burn::{Blueprint, Pretrained};
//! use fanin_core::Seed;
//! use fanin_recipes::Recipe;
//!
//! #[derive(Module, Debug)]
//! struct Classifier {
//!     body: Linear,
//!     head: Linear,
//! }
//!
//! let device = Device::flex();
//! let classifier =
//!     Classifier { body: LinearConfig::new(64, 32).init(&device), head: LinearConfig::new(32, 5).init(&device) };
//! let pretrained = Pretrained::safetensors("model.safetensors")?.except("head.*");
//! let blueprint = Blueprint::from(Recipe::named("torch")?).pretrained(pretrained).frozen("body.*");
//! let (classifier, report) = fanin_burn::init(classifier, blueprint, Seed(42))?;
//! println!("{report}");
//! # let _ = classifier;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! If burn-store has loaded a whole checkpoint, [`Blueprint::reinitialize`](crate::Blueprint::reinitialize) replaces
//! parts of it, such as the head.
//!
//! The other way round, `fanin fill --shapes shapes.json` writes the same values into a file for PyTorch, JAX or candle,
//! from the list that [`ModuleParams::to_json`](crate::ModuleParams::to_json) returns. burn-store's `SafetensorsStore`
//! with `PyTorchToBurnAdapter` reads it back to the same bits.
//!
//! # Reproducible across devices
//! `Device::seed` seeds the generator of one backend. The values of a module then depend on the backend, and on the order
//! in which parameters are drawn, which for lazy parameters is the order of first use. With fanin, a value depends on
//! the seed, the name of the parameter and the index of the element, and on nothing else: a module on a GPU gets the bits
//! of the same module on the CPU, adding a layer changes no other layer, and several processes agree without
//! communication.
//!
//! `Linear` stores `[in, out]`, PyTorch `[out, in]`. The values belong to the `[out, in]` address, so a `Linear` holds
//! their transpose, in either `LinearLayout`, and has the same weights as in PyTorch, candle and a file. For modules of
//! your own that store `[in, out]`, state it with [`Blueprint::transposed`](crate::Blueprint::transposed).
//!
//! Training is another matter: matrix products round differently on each device.
//!
//! [`Zeros`]: fanin_core::initializers::Zeros
//! [`Ones`]: fanin_core::initializers::Ones
//! [`Constant`]: fanin_core::initializers::Constant
//! [`Uniform`]: fanin_core::initializers::Uniform
//! [`Normal`]: fanin_core::initializers::Normal
//! [`Orthogonal`]: fanin_core::initializers::Orthogonal
//! [`he_uniform`]: fanin_core::initializers::he_uniform
//! [`he_normal`]: fanin_core::initializers::he_normal
//! [`glorot_uniform`]: fanin_core::initializers::glorot_uniform
//! [`glorot_normal`]: fanin_core::initializers::glorot_normal
