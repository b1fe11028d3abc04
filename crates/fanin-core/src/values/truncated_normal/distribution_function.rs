//! The distribution function of a truncated unit normal.

use super::bounds::{Shape, TruncatedUnitNormal};
use super::far::Far;
use super::narrow::Narrow;
use crate::values::exact::{normal_cdf, normal_tail};

impl TruncatedUnitNormal {
    /// Computes the distribution function `(Φ(x) - Φ(low)) / (Φ(high) - Φ(low))`. It is 0 below the bounds and 1 above
    /// them.
    #[must_use]
    pub fn cdf(&self, x: f64) -> f64 {
        if x.is_nan() {
            return x;
        }
        if x <= self.low() {
            return 0.0;
        }
        if x >= self.high() {
            return 1.0;
        }
        let share = match self.shape() {
            Shape::Narrow => Narrow::new(self, 1).share(x),
            Shape::Far => Far::new(self, 1).share(x),
            Shape::Central if x <= 0.0 => (normal_cdf(x) - self.below()) / self.mass(),
            Shape::Central if self.low() >= 0.0 => (normal_tail(self.low()) - normal_tail(x)) / self.mass(),
            Shape::Central => 1.0 - (normal_tail(x) - self.above()) / self.mass(),
        };
        share.clamp(0.0, 1.0)
    }
}
