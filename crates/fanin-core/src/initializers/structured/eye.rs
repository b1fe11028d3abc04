//! The identity matrix.

use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::param::{ParamSpec, ParamViewMut};
use crate::text::Printer;

/// The identity matrix times a gain: `w[i, j] = gain` where `i = j`, else 0. A layer that starts so hands its input on, the
/// first `min(rows, columns)` values of it where the matrix is not square.
///
/// Text: `eye(gain = 1)`, also `identity`. Shapes of two axes, in either layout; others are refused. With gain 1 and ReLU it is
/// the recurrent start of Le, Jaitly & Hinton 2015 (IRNN), section 3. Not for a stack of wide layers without anything random
/// beside it: units beyond the diagonal start equal.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::Eye};
///
/// let weight = ParamSpec::new("w", [2, 3])?;
/// assert_eq!(Eye::new(0.5)?.sample::<f32>(&weight, Seed(0))?, [0.5, 0.0, 0.0, 0.0, 0.5, 0.0]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Eye {
    gain: f64,
}

/// [`Eye`] with gain 1.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::identity};
///
/// let recurrent = ParamSpec::new("rnn.weight_hh", [2, 2])?;
/// assert_eq!(identity().sample::<f32>(&recurrent, Seed(0))?, [1.0, 0.0, 0.0, 1.0]);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[must_use]
pub const fn identity() -> Eye {
    Eye { gain: 1.0 }
}

impl Eye {
    /// The identity times `gain`.
    ///
    /// # Errors
    /// [`ArgumentError`] if `gain` is not finite.
    pub fn new(gain: f64) -> Result<Self, ArgumentError> {
        Ok(Self { gain: ArgumentError::finite("eye", "gain", gain)? })
    }
}

/// The rows and columns of a matrix; other shapes are refused.
pub(super) fn matrix(param: &ParamSpec, initializer: &str) -> Result<(u64, u64), InitError> {
    match param.shape() {
        [rows, columns] => Ok((*rows as u64, *columns as u64)),
        shape => {
            let reason = format!("it has {} axes; give a matrix", shape.len());
            Err(InitError::shape(param, initializer, reason))
        }
    }
}

impl Initializer for Eye {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let (rows, columns) = matrix(param, "eye")?;
        out.hold_value(key, "gain", self.gain)?;
        out.fill_constant(key, 0.0)?;
        let first = out.start().div_ceil(columns.saturating_add(1));
        let last = out.start().saturating_add(out.len() as u64) / columns.saturating_add(1);
        out.set((first..=last).take_while(|i| *i < rows.min(columns)).map(|i| i * (columns + 1)), self.gain);
        Ok(())
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        matrix(param, "eye").map(|_| ())
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        self.check(param).map_or(Distribution::Unstated, |()| Distribution::Fixed)
    }

    fn text(&self) -> Option<String> {
        Some(Printer::new("eye").number("gain", self.gain, 1.0).finish())
    }
}
