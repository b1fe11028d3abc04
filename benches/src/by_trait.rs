//! A fanin network with everything a step needs, to compare with the handwritten code.

use std::error::Error;

use fanin_core::network::{FromMlpSpec, OptimizerSpec, Trainable};

use crate::task::{RATE, Task};

/// A fanin network with its batch and optimizer, at the start of a task.
#[derive(Debug)]
pub struct ByTrait<N: Trainable> {
    /// The network.
    pub network: N,
    batch: N::Batch,
    optimizer: N::Optimizer,
}

impl<N: Trainable + FromMlpSpec> ByTrait<N> {
    /// Creates the network of a task with its initial values.
    ///
    /// # Errors
    /// Returns the backend's error.
    pub fn new(task: &Task) -> Result<Self, Box<dyn Error>> {
        let mut network = N::from_spec(&task.spec()?)?;
        task.start(&mut network)?;
        let batch = network.load(&task.data()?.samples())?;
        let optimizer = network.optimizer(&OptimizerSpec::sgd(RATE))?;
        Ok(Self { network, batch, optimizer })
    }

    /// Takes one step and returns the loss before it.
    ///
    /// # Errors
    /// Returns the backend's error.
    pub fn step(&mut self) -> Result<f64, Box<dyn Error>> {
        Ok(self.network.step(&self.batch, &mut self.optimizer)?)
    }
}
