//! Each impostor is caught by its law, and each law catches an impostor.

use fanin_conformance::impostors::initializer_impostors;
use fanin_conformance::{InitializerLaw, check_initializer};

#[test]
fn each_is_caught_by_the_law_made_for_it() {
    let mut escaped = Vec::new();
    for impostor in initializer_impostors() {
        match impostor.judge(&impostor.case().unwrap()) {
            Ok(()) => escaped.push(format!("{:?} escaped '{}'", impostor.initializer, impostor.law)),
            Err(violation) => assert_eq!(violation.law, impostor.law.name(), "{violation}"),
        }
    }
    assert!(escaped.is_empty(), "{escaped:#?}");
}

#[test]
fn every_law_catches_somebody() {
    let impostors = initializer_impostors();
    let caught = |law| impostors.iter().any(|impostor| impostor.law == law);
    let idle: Vec<_> = InitializerLaw::ALL.into_iter().filter(|law| !caught(*law)).collect();
    assert!(idle.is_empty(), "no impostor was made for {idle:?}");
}

/// The table names the law that must catch each impostor; the nine original impostors must be among them.
#[test]
fn the_original_impostors_are_listed() {
    let names: Vec<String> = initializer_impostors().iter().map(|i| format!("{:?}", i.initializer)).collect();
    for name in [
        "ForgetsFanIn",
        "SwapsFans",
        "VarianceAsStd",
        "UncorrectedTruncation",
        "ClipsInsteadOfTruncates",
        "ReusesKey",
        "SkipsLastElement",
        "AllZeros",
        "UnsignedQr",
    ] {
        assert!(names.iter().any(|known| known == name), "{name} is missing");
    }
}

/// An initializer that rejects everything fails every law.
#[test]
fn an_initializer_that_rejects_everything_is_caught() {
    use fanin_conformance::InitializerCase;
    use fanin_core::{ParamSpec, initializers::he_normal};

    let no_fan = InitializerCase::new(ParamSpec::new("bias", [8]).unwrap());
    let violations = check_initializer(&he_normal(), &[no_fan]);
    // All laws except the law of refusals itself.
    assert_eq!(violations.len(), InitializerLaw::ALL.len() - 1);
    assert!(violations.iter().all(|violation| violation.reason.contains("nothing was tested")));
}
