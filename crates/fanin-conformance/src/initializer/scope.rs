//! Which laws test something in a case.

use fanin_core::{Distribution, Initializer};

use super::{Expected, InitializerCase, InitializerLaw};

/// Returns why a law tests nothing in a case; `None` if it does.
pub(super) fn not_tested(
    law: InitializerLaw,
    initializer: &dyn Initializer,
    case: &InitializerCase,
) -> Option<&'static str> {
    use InitializerLaw as Law;
    if law == Law::Refusal {
        return None;
    }
    if !case.has_values(initializer) {
        return Some("the parameter is refused");
    }
    let expectation = case.expectation(initializer);
    let stated = initializer.distribution(&case.param);
    let orthonormal = case.orthonormal_gain(initializer).is_some();
    let of_kind = |is: fn(&Distribution) -> bool| expectation.as_ref().is_some_and(|expectation| is(&expectation.law));
    let (tested, reason) = match law {
        Law::Address
        | Law::Finite
        | Law::Coverage
        | Law::Memory
        | Law::Windows
        | Law::Blocks
        | Law::Wrappers
        | Law::Keys
        | Law::Refusal => (true, ""),
        Law::Dtypes => {
            let fixed = matches!(stated, Distribution::Fixed | Distribution::Orthonormal { .. });
            (expectation.is_some() || fixed, "no distribution is stated")
        }
        Law::Text => (initializer.text().is_some(), "it has no text form"),
        Law::Statement => {
            let expected = matches!(case.expected, Expected::Distribution(_)) || orthonormal;
            (expected, "the case adopts the initializer's statement")
        }
        Law::Mean | Law::Std | Law::Bounds => (expectation.is_some(), "no moments are stated"),
        Law::Distribution | Law::Tails => match of_kind(|law| matches!(law, Distribution::Moments { .. })) {
            true => (false, "only moments are stated"),
            false => (expectation.is_some(), "no distribution is stated"),
        },
        Law::Independence => match of_kind(|law| matches!(law, Distribution::Mixture(_) | Distribution::Sparse { .. }))
        {
            true => (false, "the dependence between elements is not stated"),
            false => (expectation.is_some(), "no distribution is stated"),
        },
        Law::Values => {
            let fixed = stated == Distribution::Fixed || matches!(case.expected, Expected::Values(_));
            (fixed, "the values are not fixed")
        }
        Law::Parts => (of_kind(|law| matches!(law, Distribution::Parts(_))), "it has no parts"),
        Law::Sparsity => (of_kind(|law| matches!(law, Distribution::Sparse { .. })), "no zeros are counted"),
        Law::Orthonormal | Law::Haar => (orthonormal, "nothing orthonormal is stated"),
    };
    (!tested).then_some(reason)
}
