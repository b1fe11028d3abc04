//! The identity matrix.

use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::notation::{Argument, Elsewhere, Entry, boxed};
use crate::param::{ParamSpec, ParamViewMut};

const GAIN: Argument<f64> = Argument::new("gain", 1.0);

pub(super) static ENTRY: Entry = Entry {
    name: "eye",
    aliases: &["identity"],
    arguments: &[&GAIN],
    summary: "the identity matrix times gain",
    formula: "w[i, j] = gain where i = j, else 0",
    distribution: "fixed",
    shapes: "two axes, in either layout",
    errors: "a shape that is not a matrix",
    caution: "units beyond the diagonal start identical",
    source: "Le, Jaitly & Hinton 2015, section 3",
    example: "eye(gain = 0.5)",
    elsewhere: Elsewhere { torch: "`eye_`, gain 1", keras: "`Identity`", ..Elsewhere::NONE },
    build: |arguments| boxed(Eye::new(GAIN.of(arguments)?)?),
};

/// The identity matrix times a gain: `w[i, j] = gain` where `i = j`, else 0. The layer passes its input through, or
/// only the first `min(rows, columns)` values if the matrix is not square.
///
/// Text: `eye` or `identity`. Requires two axes, in either layout. With gain 1 and ReLU it is the recurrent
/// initialization of Le, Jaitly & Hinton 2015 (IRNN), section 3. Not for a stack of wide layers without added noise:
/// units beyond the diagonal start identical.
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

/// Creates an [`Eye`] with gain 1.
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
    Eye { gain: GAIN.default }
}

impl Eye {
    /// Creates the identity times `gain`.
    ///
    /// # Errors
    /// [`ArgumentError`] if `gain` is not finite.
    pub fn new(gain: f64) -> Result<Self, ArgumentError> {
        Ok(Self { gain: ArgumentError::finite(ENTRY.name, GAIN.name, gain)? })
    }
}

/// Returns the number of rows and columns of a matrix, or an error for other shapes.
pub(super) fn matrix(param: &ParamSpec, initializer: &str) -> Result<(u64, u64), InitError> {
    match param.shape() {
        [rows, columns] => Ok((*rows as u64, *columns as u64)),
        shape => {
            let reason = format!("it has {} axes; use a matrix", shape.len());
            Err(InitError::shape(param, initializer, reason))
        }
    }
}

impl Initializer for Eye {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        let (rows, columns) = matrix(param, ENTRY.name)?;
        out.check_value(key, GAIN.name, self.gain)?;
        out.fill_constant(key, 0.0)?;
        let first = out.start().div_ceil(columns.saturating_add(1));
        let last = out.start().saturating_add(out.len() as u64) / columns.saturating_add(1);
        out.set((first..=last).take_while(|i| *i < rows.min(columns)).map(|i| i * (columns + 1)), self.gain);
        Ok(())
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        matrix(param, ENTRY.name).map(|_| ())
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        self.check(param).map_or(Distribution::Unstated, |()| Distribution::Fixed)
    }

    fn text(&self) -> Option<String> {
        Some(ENTRY.print().argument(&GAIN, &self.gain).finish())
    }
}
