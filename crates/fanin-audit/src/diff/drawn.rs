//! Whether an initializer drew the new values.

use fanin_core::{Distribution, ParamSpec};

use super::change::Change;
use crate::identify::{self, CandidateKind, IdentifyOptions, IdentityVerdict, named};
use crate::measure::Counts;
use fanin_checkpoint::reading::TensorData;

/// The minimum number of values needed to test independence and to recognize an initializer.
const LEAST: usize = 64;

/// The correlation of independent values exceeds this many standard errors once in 10 000 times.
const ERRORS: f64 = 3.890_591_886_413_1;

/// Values with a larger correlation are dependent, however few they are.
const CORRELATED: f64 = 0.25;

/// Whether the new values are independent of the old ones: no significant correlation, or constant values instead of varied ones.
pub(super) fn independent(old: &Counts, new: &Counts, change: &Change) -> bool {
    let (old, new) = (&old.statistics, &new.statistics);
    if old.len < LEAST || old.non_finite + new.non_finite > 0 || old.is_constant() {
        return false;
    }
    if new.is_constant() {
        return true;
    }
    change.correlation.abs() <= CORRELATED.min(ERRORS * change.correlation_error)
}

/// The initializer that generated independent values; `None` if training may have left them.
pub(super) fn initializer(data: &TensorData<'_>, param: &ParamSpec) -> Option<String> {
    let found = identify::tensor(data, param, &IdentifyOptions::default());
    let is_start = || {
        found.best().first().is_some_and(|best| {
            best.kind == CandidateKind::Structure || is_a_start(&best.distribution, &best.text, param)
        })
    };
    match found.verdict() {
        IdentityVerdict::Address(_) => Some(found.to_string()),
        IdentityVerdict::Known | IdentityVerdict::Fitted => is_start().then(|| found.to_string()),
        // Drawn, but several initializers fit.
        IdentityVerdict::Undetermined => is_start().then(|| found.tied_text()),
        _ => None,
    }
}

/// Whether a distribution is one that initializers use for such a parameter: zero mean, and for vectors uniform or with a usual scale,
/// because trained biases often look normal.
fn is_a_start(distribution: &Distribution, text: &str, param: &ParamSpec) -> bool {
    let centered = match (distribution.mean(), distribution.std()) {
        (Some(mean), Some(std)) => mean.abs() <= 1e-6 * std,
        _ => false,
    };
    let usual = || named().iter().any(|named| named.usual && named.text == text);
    let vector = param.shape().iter().filter(|axis| **axis != 1).count() < 2;
    centered && (!vector || matches!(distribution, Distribution::Uniform { .. }) || usual())
}
