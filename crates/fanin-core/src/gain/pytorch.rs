//! PyTorch's table of gains.

use crate::activation::Activation;

/// What `torch.nn.init.calculate_gain` gives, as its page has it: linear and sigmoid 1, tanh 5/3, relu `sqrt 2`, leaky relu
/// `sqrt(2 / (1 + slope^2))`, selu 3/4; `None` for what it refuses.
pub(super) fn table(activation: Activation) -> Option<f64> {
    match activation {
        Activation::Identity | Activation::Sigmoid => Some(1.0),
        Activation::Tanh => Some(5.0 / 3.0),
        Activation::Relu => Some(2.0_f64.sqrt()),
        Activation::LeakyRelu { slope } => Some((2.0 / (1.0 + slope * slope)).sqrt()),
        Activation::Selu => Some(0.75),
        _ => None,
    }
}
