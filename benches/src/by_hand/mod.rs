//! The networks of the tasks as one would write them for one program, without fanin: the peers of the `Network` trait.
//!
//! They do what a step of the trait does: forward, mean loss as a number, gradients, gradient descent, in `f32`. They check
//! nothing, and nobody can observe or rename anything in them.

mod candle;
mod ndarray;

use std::error::Error;

use fanin_core::Parameters;

pub use candle::CandleByHand;
pub use ndarray::NdarrayByHand;

use crate::task::Task;

/// A network written by hand, with its batch.
pub trait ByHand: Sized {
    /// The network of a task, with the parameters that `start` holds.
    ///
    /// # Errors
    /// What the library met.
    fn new(task: &Task, start: &dyn Parameters) -> Result<Self, Box<dyn Error>>;

    /// One step; gives the loss before it.
    ///
    /// # Errors
    /// What the library met.
    fn step(&mut self) -> Result<f32, Box<dyn Error>>;

    /// The parameters, weight and bias of each layer in turn.
    ///
    /// # Errors
    /// What the library met.
    fn parameters(&self) -> Result<Vec<Vec<f32>>, Box<dyn Error>>;
}
