//! Reference implementations, small and slow: the laws compare backends with them and must always accept them.

mod conduct;
mod loss;
mod network;
mod norm;
mod optimizer;
mod orthogonal;
mod pass;
mod perceptron;

pub use conduct::{Conduct, Fault, Faulty, Honest, Overbuilding};
pub use optimizer::Optimizer;
pub use orthogonal::Orthogonal;
pub use perceptron::{Batch, Perceptron};

pub(crate) use orthogonal::Signs;
