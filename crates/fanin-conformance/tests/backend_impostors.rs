//! Each impostor is caught by its law, and each law catches an impostor.

use fanin_conformance::impostors::backend_impostors;
use fanin_conformance::{BackendLaw, BackendSuite};

#[test]
fn each_is_caught_by_the_law_made_for_it() {
    let suite = BackendSuite::embedded().unwrap();
    let mut escaped = Vec::new();
    for impostor in backend_impostors() {
        let caught: Vec<_> = suite.cases().iter().filter_map(|case| impostor.judge(case).err()).collect();
        assert!(caught.iter().all(|violation| violation.law == impostor.law.name()), "{caught:?}");
        if caught.is_empty() {
            escaped.push(format!("{} escaped '{}'", impostor.name, impostor.law));
        }
    }
    assert!(escaped.is_empty(), "{escaped:#?}");
}

#[test]
fn every_law_catches_somebody() {
    let impostors = backend_impostors();
    let caught = |law| impostors.iter().any(|impostor| impostor.law == law);
    let idle: Vec<_> = BackendLaw::ALL.into_iter().filter(|law| !caught(*law)).collect();
    assert!(idle.is_empty(), "no impostor was made for {idle:?}");
}
