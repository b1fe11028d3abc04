//! The networks of the tasks, written by hand without fanin, to compare with the `Network` trait.
//!
//! They do the work of one step in `f32`: forward pass, mean loss as a number, gradients, gradient descent. They check
//! nothing, and cannot be observed or configured.

mod candle;
mod ndarray;

use std::error::Error;

use fanin_core::Parameters;

pub use candle::CandleByHand;
pub use ndarray::NdarrayByHand;

use crate::task::Task;

/// A network written by hand, with its batch.
pub trait ByHand: Sized {
    /// Creates the network of a task with the parameters of `start`.
    ///
    /// # Errors
    /// Returns the library's error.
    fn new(task: &Task, start: &dyn Parameters) -> Result<Self, Box<dyn Error>>;

    /// Takes one step and returns the loss before it.
    ///
    /// # Errors
    /// Returns the library's error.
    fn step(&mut self) -> Result<f32, Box<dyn Error>>;

    /// Returns the parameters: the weight and the bias of each layer, in order.
    ///
    /// # Errors
    /// Returns the library's error.
    fn parameters(&self) -> Result<Vec<Vec<f32>>, Box<dyn Error>>;
}
