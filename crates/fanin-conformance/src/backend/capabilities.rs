//! Checks that a backend refuses what it declares to lack.

use fanin_core::network::{FromMlpSpec, NetworkError};

use super::BackendCase;
use crate::violation::{Verdict, hold};

/// A spec with a part that the backend lacks is refused with [`NetworkError::Spec`], not built without it.
pub(super) fn capabilities<N: FromMlpSpec>(case: &BackendCase) -> Verdict {
    let Some(part) = N::CAPABILITIES.lacks(&case.spec) else { return Ok(()) };
    let result = N::from_spec(&case.spec).map(|_| "a network");
    hold(matches!(result, Err(NetworkError::Spec(_))), || {
        format!("it declares no {part}, but from_spec returned {result:?}, not NetworkError::Spec")
    })
}
