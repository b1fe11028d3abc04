//! A network of fanin's with all that a step needs: what is timed beside the code by hand.

use std::error::Error;

use fanin_core::{FromMlpSpec, OptimiserSpec, Trainable};

use crate::task::{RATE, Task};

/// A network of fanin's with its batch and optimiser, at a task's start.
#[derive(Debug)]
pub struct ByTrait<N: Trainable> {
    /// The network.
    pub network: N,
    batch: N::Batch,
    optimiser: N::Optimiser,
}

impl<N: Trainable + FromMlpSpec> ByTrait<N> {
    /// The network of a task at its start.
    ///
    /// # Errors
    /// What the backend met.
    pub fn new(task: &Task) -> Result<Self, Box<dyn Error>> {
        let mut network = N::from_spec(&task.spec()?)?;
        task.start(&mut network)?;
        let batch = network.load(&task.data()?.samples())?;
        let optimiser = network.optimiser(&OptimiserSpec::sgd(RATE))?;
        Ok(Self { network, batch, optimiser })
    }

    /// One step; gives the loss before it.
    ///
    /// # Errors
    /// What the backend met.
    pub fn step(&mut self) -> Result<f64, Box<dyn Error>> {
        Ok(self.network.step(&self.batch, &mut self.optimiser)?)
    }
}
