//! The perceptron on burn's autodiff.
//!
//! | file | contents |
//! |---|---|
//! | `mlp.rs` | parameters and their memory |
//! | `host.rs` | tensors from values of the host, and back |
//! | `linear.rs` | the parameters of one layer |
//! | `forward.rs` | `z = a W' + b`, then `f(z)`, layer by layer; norms and residual blocks |
//! | `activation.rs` | `f`, with the derivative of fanin-core |
//! | `norm.rs` | layer and batch normalization |
//! | `loss.rs` | losses and their gradients with respect to the outputs |
//! | `backward.rs` | burn's backward pass, and the events for observers |
//! | `optimizer.rs` | gradient descent, momentum, Adam |
//! | `train.rs` | observing and training |
//! | `show.rs` | sends tensors to observers |
//! | `batch.rs` | samples as tensors |

mod activation;
mod backward;
mod batch;
mod float;
mod forward;
mod host;
mod linear;
mod loss;
mod mlp;
mod norm;
mod optimizer;
mod sample;
mod show;
mod train;

pub use batch::Batch;
pub use float::Float;
pub use mlp::Mlp;
pub use optimizer::Optimizer;
pub use sample::sample;
