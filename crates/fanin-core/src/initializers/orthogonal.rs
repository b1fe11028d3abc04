//! Orthogonal matrices.

use crate::address::Key;
use crate::initializer::{ArgumentError, Distribution, InitError, Initializer};
use crate::notation::{Argument, Elsewhere, Entry, boxed};
use crate::param::{Layout, ParamSpec, ParamViewMut, SliceMut};
use crate::values::{Matrix, fill_orthogonal};

const GAIN: Argument<f64> = Argument::new("gain", 1.0);

pub(super) static ENTRY: Entry = Entry {
    name: "orthogonal",
    aliases: &[],
    arguments: &[&GAIN],
    summary: "gain times a matrix with orthonormal rows (or columns, if there are fewer); Haar-uniform",
    formula: "W W' = gain^2 I, or W' W = gain^2 I if there are more rows than columns",
    distribution: "Haar measure: uniform over such matrices; each element has mean 0 and std gain / sqrt(max(rows, \
                   columns)) and depends on the others",
    shapes: "two or more axes; [out, in k...] flattened, or [k... in, out] in that layout",
    errors: "fewer than two axes, too large for memory; a value that the element type cannot hold",
    caution: "use one per part of a packed matrix, as in lstm_gates(orthogonal); for kernels that preserve norms use \
              delta_orthogonal",
    source: "Saxe, McClelland & Ganguli 2014, section 3; Stewart 1980, section 3",
    example: "orthogonal(gain = 0.5)",
    elsewhere: Elsewhere {
        torch: "`orthogonal_`",
        jax: "`orthogonal`",
        keras: "`Orthogonal`",
        burn: "`Orthogonal`",
        ..Elsewhere::NONE
    },
    build: |arguments| boxed(Orthogonal::new(GAIN.of(arguments)?)?),
};

/// `gain` times a random orthogonal matrix, uniform in Haar measure: no direction is preferred.
///
/// `W W' = gain^2 I` if there are at most as many rows as columns, `W' W = gain^2 I` otherwise. Every singular value is
/// `gain`, so a deep linear network preserves the norms of signals and gradients. Each element has mean 0 and std
/// `gain / sqrt(max(rows, columns))`.
///
/// # Shapes
/// Two or more axes; vectors and scalars are rejected. The first axis gives the rows and all others, flattened, the
/// columns, as in PyTorch: a kernel `[out, in, k...]` is a matrix of `out` x `in k...`. In the layout
/// [`Layout::InOut`], `[k..., in, out]`, the last axis gives the columns and all others the rows, as in Keras and JAX.
/// Groups are ignored, as in those frameworks: the whole parameter is one matrix.
///
/// A square or wide matrix holds the orthonormal vectors in its rows, a tall one in its columns: the first
/// `min(rows, columns)` columns of a Haar matrix of order `max(rows, columns)`, written as rows or as columns. A tall
/// parameter is thus the transpose of the wide parameter with the same key and the transposed shape.
///
/// # Cost
/// About `2 long short^2 - (2/3) short^3` multiplications and as many additions, where `long` and `short` are the
/// larger and the smaller of rows and columns. Runs in parallel on the current rayon pool. The reflections take as much
/// memory as the parameter. In addition, a square or wide matrix takes at most `128 long` numbers per thread, and a
/// tall one as much memory as the parameter again.
///
/// A window of a square or wide matrix computes only the rows it touches and the reflections before them: the first
/// rows are the cheapest, the last ones the most expensive. A window of a tall matrix computes the whole matrix: fill
/// such parameters in one window.
///
/// # Errors
/// [`InitError::Shape`] for fewer than two axes, or if the reflections do not fit in memory; [`InitError::Range`] if
/// the element type cannot represent the gain; [`InitError::Window`] if the window is not within the parameter.
///
/// # Not for
/// Layers whose parts have their own fans (packed q/k/v, gates): use one matrix for each part. Kernels that must
/// preserve the norm of signals exactly: use [`DeltaOrthogonal`](super::DeltaOrthogonal).
///
/// Text: `orthogonal`.
///
/// Source: Saxe, McClelland and Ganguli, *Exact solutions to the nonlinear dynamics of learning in deep linear neural
/// networks*, ICLR 2014, section 3; the algorithm is from Stewart, SIAM J. Numer. Anal. 17 (1980), section 3.
///
/// ```
/// use fanin_core::{InitializerExt, ParamSpec, Seed, initializers::Orthogonal};
///
/// let values: Vec<f64> = Orthogonal::new(1.0)?.sample(&ParamSpec::new("w", [2, 3])?, Seed(0))?;
/// let (first, second) = values.split_at(3);
/// let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
/// assert!((dot(first, first) - 1.0).abs() < 1e-14 && dot(first, second).abs() < 1e-14);
/// # Ok::<(), fanin_core::InitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Orthogonal {
    gain: f64,
}

impl Default for Orthogonal {
    /// Returns the initializer with gain 1.
    fn default() -> Self {
        Self { gain: GAIN.default }
    }
}

impl Orthogonal {
    /// Creates orthonormal vectors times `gain`.
    ///
    /// # Errors
    /// [`ArgumentError`] if `gain` is not finite.
    pub fn new(gain: f64) -> Result<Self, ArgumentError> {
        Ok(Self { gain: ArgumentError::finite(ENTRY.name, GAIN.name, gain)? })
    }

    fn refuse(param: &ParamSpec, reason: String) -> InitError {
        InitError::shape(param, ENTRY.name, reason)
    }
}

/// Returns the parameter's matrix; `None` for a vector or a scalar.
fn matrix(param: &ParamSpec) -> Option<Matrix> {
    let shape = param.shape();
    let [first, .., last] = *shape else { return None };
    // With an axis of length 0, the product of the others may overflow, so it is not computed.
    if param.is_empty() {
        return Some(Matrix { rows: 0, columns: 0 });
    }
    Some(match param.layout() {
        Some(Layout::InOut | Layout::KernelOutIn) => Matrix { rows: param.len() / last, columns: last },
        _ => Matrix { rows: first, columns: param.len() / first },
    })
}

impl Initializer for Orthogonal {
    fn fill(&self, param: &ParamSpec, key: Key<'_>, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
        self.check(param)?;
        let Some(matrix) = matrix(param) else { return Ok(()) };
        out.check_value(key, GAIN.name, self.gain)?;
        let (stream, gain) = (key.values(), self.gain);
        let start = usize::try_from(out.start()).unwrap_or(usize::MAX);
        if start.checked_add(out.len()).is_none_or(|end| end > param.len()) {
            let reason = format!("{} elements from element {start} exceed its {} elements", out.len(), param.len());
            return Err(InitError::Window { name: param.name().to_owned(), reason });
        }
        out.fill_slice(param.name(), |slice| {
            let done = match slice {
                SliceMut::F32(data) => fill_orthogonal(stream, matrix, gain, start, data),
                SliceMut::F64(data) => fill_orthogonal(stream, matrix, gain, start, data),
                SliceMut::F16(data) => fill_orthogonal(stream, matrix, gain, start, data),
                SliceMut::BF16(data) => fill_orthogonal(stream, matrix, gain, start, data),
            };
            done.map_err(|error| Self::refuse(param, error.to_string()))
        })
    }

    fn check(&self, param: &ParamSpec) -> Result<(), InitError> {
        if matrix(param).is_some() {
            return Ok(());
        }
        let reason = "a matrix has at least two axes; use another initializer for vectors and scalars".to_owned();
        Err(Self::refuse(param, reason))
    }

    fn distribution(&self, param: &ParamSpec) -> Distribution {
        match matrix(param) {
            Some(Matrix { rows, columns }) => Distribution::Orthonormal { gain: self.gain, rows, columns },
            None => Distribution::Unstated,
        }
    }

    fn text(&self) -> Option<String> {
        Some(ENTRY.print().argument(&GAIN, &self.gain).finish())
    }
}
