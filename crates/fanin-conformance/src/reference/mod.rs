//! Small, slow and honest: what the laws compare with, and what they must never refuse.

mod conduct;
mod loss;
mod network;
mod norm;
mod optimizer;
mod orthogonal;
mod pass;
mod perceptron;

pub use conduct::{Conduct, Fault, Honest};
pub use optimizer::Optimizer;
pub use orthogonal::Orthogonal;
pub use perceptron::{Batch, Perceptron};

pub(crate) use orthogonal::Signs;
