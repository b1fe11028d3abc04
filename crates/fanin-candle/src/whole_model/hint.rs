//! candle's `Init` hints, converted to initializers of fanin.

use candle_core::Shape;
use candle_nn::Init;
use candle_nn::init::NormalOrUniform;
use fanin_core::initializers::{Constant, Normal, Uniform};
use fanin_core::{Initializer, initializer::ArgumentError};

/// Returns an initializer with the distribution of a hint; `None` if there is no hint.
///
/// `VarBuilder::get` passes the constant 0 when a model gives no hint. For a tensor with two or more axes, this counts
/// as no hint: the model did not ask for zeros, and they would keep the layer from learning.
pub(super) fn initializer(hint: Init, shape: &Shape) -> Result<Option<Box<dyn Initializer>>, ArgumentError> {
    let normal = |mean, std| Ok(Some(Box::new(Normal::new(mean, std)?) as Box<dyn Initializer>));
    let uniform = |low, high| Ok(Some(Box::new(Uniform::new(low, high)?) as Box<dyn Initializer>));
    match hint {
        Init::Const(0.0) if shape.rank() >= 2 => Ok(None),
        Init::Const(value) => Ok(Some(Box::new(Constant::new(value)?))),
        Init::Randn { mean, stdev } => normal(mean, stdev),
        Init::Uniform { lo, up } => uniform(lo, up),
        Init::Kaiming { dist, fan, non_linearity } => {
            #[expect(clippy::cast_precision_loss, reason = "no fan has 2^53 inputs")]
            let std = non_linearity.gain() / (fan.for_shape(shape) as f64).sqrt();
            match dist {
                NormalOrUniform::Normal => normal(0.0, std),
                NormalOrUniform::Uniform => uniform(-3.0_f64.sqrt() * std, 3.0_f64.sqrt() * std),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use candle_nn::init::{DEFAULT_KAIMING_NORMAL, DEFAULT_KAIMING_UNIFORM};
    use fanin_core::{Distribution, ParamSpec};

    use super::*;

    fn distribution(hint: Init, shape: &[usize]) -> Option<Distribution> {
        let param = ParamSpec::new("w", shape).unwrap();
        initializer(hint, &Shape::from(shape)).unwrap().map(|initializer| initializer.distribution(&param))
    }

    #[test]
    fn the_law_is_that_of_candle() {
        let std = (2.0_f64 / 27.0).sqrt();
        assert_eq!(distribution(DEFAULT_KAIMING_NORMAL, &[8, 3, 3, 3]), Some(Distribution::Normal { mean: 0.0, std }));
        let bound = 3.0_f64.sqrt() * std;
        assert_eq!(
            distribution(DEFAULT_KAIMING_UNIFORM, &[8, 27]),
            Some(Distribution::Uniform { low: -bound, high: bound })
        );
        assert_eq!(distribution(Init::Const(1.0), &[8]), Some(Distribution::Constant(1.0)));
        assert_eq!(distribution(Init::Const(0.0), &[8]), Some(Distribution::Constant(0.0)));
    }

    #[test]
    fn no_hint_is_no_distribution() {
        assert_eq!(distribution(Init::default(), &[8, 27]), None);
        assert!(initializer(Init::Randn { mean: 0.0, stdev: f64::NAN }, &Shape::from(3)).is_err());
        // Without inputs, the fan is 0 and the bounds are infinite.
        assert!(initializer(DEFAULT_KAIMING_UNIFORM, &Shape::from((3, 0))).is_err());
    }
}
