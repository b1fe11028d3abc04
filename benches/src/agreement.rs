//! Checks that fanin's network and the handwritten one take the same steps.

use std::error::Error;

use fanin_core::{
    ParametersExt,
    network::{FromMlpSpec, Trainable},
};

use crate::WrongResult;
use crate::by_hand::ByHand;
use crate::by_trait::ByTrait;
use crate::task::Task;

/// The number of steps after which parameters are compared.
const STEPS: usize = 20;

/// The tolerance for two networks that start equal and compute in `f32`: after 20 steps, a parameter differs by about
/// 20 rounding errors of itself and of its gradient.
const TOLERANCE: f64 = 1e-5;

/// Returns the network through the trait and the handwritten one, both at the start, after checking that they take the
/// same steps: after 20 steps, the losses and all parameters agree to 1e-5, and every parameter tensor has changed by
/// more than that.
///
/// # Errors
/// [`WrongResult`] if they disagree, or an error of a library.
pub fn checked_pair<N: Trainable + FromMlpSpec, H: ByHand>(task: &Task) -> Result<(ByTrait<N>, H), Box<dyn Error>> {
    let pair = || -> Result<(ByTrait<N>, H), Box<dyn Error>> {
        let ours = ByTrait::<N>::new(task)?;
        let by_hand = H::new(task, &ours.network)?;
        Ok((ours, by_hand))
    };
    let wrong = |reason: String| WrongResult { subject: format!("a step of {}", task.name), reason };
    let (mut ours, mut by_hand) = pair()?;
    let start = by_hand.parameters()?;
    for step in 0..STEPS {
        let (loss, other) = (ours.step()?, f64::from(by_hand.step()?));
        if !agree(loss, other) {
            return Err(wrong(format!("at step {step} the loss is {loss}, but {other} by hand")).into());
        }
    }
    let end = by_hand.parameters()?;
    for ((spec, start), end) in task.spec()?.params().iter().zip(&start).zip(&end) {
        let name = spec.name();
        let values = ours.network.values(name)?;
        let parted = values.iter().zip(end).find(|(ours, by_hand)| !agree(**ours, f64::from(**by_hand)));
        if let Some((value, other)) = parted {
            return Err(wrong(format!("after {STEPS} steps {name} holds {value}, but {other} by hand")).into());
        }
        if values.len() != end.len() {
            return Err(wrong(format!("{name} has {} values, but {} by hand", values.len(), end.len())).into());
        }
        if start.iter().zip(end).all(|(start, end)| agree(f64::from(*start), f64::from(*end))) {
            return Err(wrong(format!("{STEPS} steps did not change {name}")).into());
        }
    }
    pair()
}

/// NaN does not agree with anything.
fn agree(a: f64, b: f64) -> bool {
    (a - b).abs() <= TOLERANCE * (1.0 + b.abs())
}

#[cfg(test)]
mod tests {
    use fanin_core::Parameters;

    use super::*;
    use crate::by_hand::{CandleByHand, NdarrayByHand};

    /// Computes the right loss but never updates the weights.
    #[derive(Debug)]
    struct Idle(Vec<Vec<f32>>, f32);

    impl ByHand for Idle {
        fn new(task: &Task, start: &dyn Parameters) -> Result<Self, Box<dyn Error>> {
            let mut network = NdarrayByHand::new(task, start)?;
            Ok(Self(network.parameters()?, network.step()?))
        }

        fn step(&mut self) -> Result<f32, Box<dyn Error>> {
            Ok(self.1)
        }

        fn parameters(&self) -> Result<Vec<Vec<f32>>, Box<dyn Error>> {
            Ok(self.0.clone())
        }
    }

    /// Takes two steps per call.
    #[derive(Debug)]
    struct Hasty(NdarrayByHand);

    impl ByHand for Hasty {
        fn new(task: &Task, start: &dyn Parameters) -> Result<Self, Box<dyn Error>> {
            NdarrayByHand::new(task, start).map(Self)
        }

        fn step(&mut self) -> Result<f32, Box<dyn Error>> {
            let loss = self.0.step()?;
            self.0.step()?;
            Ok(loss)
        }

        fn parameters(&self) -> Result<Vec<Vec<f32>>, Box<dyn Error>> {
            self.0.parameters()
        }
    }

    #[test]
    fn the_code_by_hand_makes_the_same_steps() {
        for task in &Task::ALL {
            checked_pair::<fanin_ndarray::Mlp<f32>, NdarrayByHand>(task).unwrap();
            checked_pair::<fanin_candle::Mlp<f32>, CandleByHand>(task).unwrap();
        }
    }

    #[test]
    fn other_steps_are_not_timed() {
        for task in &Task::ALL {
            let refused = checked_pair::<fanin_ndarray::Mlp<f32>, Idle>(task).unwrap_err().to_string();
            assert!(refused.contains(task.name), "{refused}");
            let refused = checked_pair::<fanin_ndarray::Mlp<f32>, Hasty>(task).unwrap_err().to_string();
            assert!(refused.contains(task.name), "{refused}");
        }
    }
}
