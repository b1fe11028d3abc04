//! Tests of selections, baselines and rule pages.

use super::{audited, healthy};
use crate::{AuditOptions, Baseline, Selection, SelectionError, Severity, rule, rules};

const NAN: &str = "layers.0.fc.weight";
const DEAD: &str = "layers.1.fc.weight";

fn sick() -> crate::made::Made {
    healthy().changed(NAN, |v| v[0] = f32::NAN).changed(DEAD, |v| v[..64].fill(0.0))
}

#[test]
fn rules_and_tensors_are_selected_and_ignored() {
    for (selected, ignored, expected) in [
        (&[][..], &[][..], &[NAN, DEAD][..]),
        (&["non-finite"], &[], &[NAN]),
        (&[], &["non-finite"], &[DEAD]),
        (&[], &["dead-rows:layers.*"], &[NAN]),
        (&[], &["dead-rows:head.*"], &[NAN, DEAD]),
        (&["*:layers.1.*"], &[], &[DEAD]),
        (&["non-finite", "dead-rows"], &["*:layers.0.*"], &[DEAD]),
    ] {
        let selection = Selection::new(selected.iter().copied(), ignored.iter().copied()).expect("a selection");
        let findings = audited(&sick(), &AuditOptions { selection, ..AuditOptions::default() }).findings;
        let tensors: Vec<&str> = findings.iter().map(|finding| finding.tensor.as_str()).collect();
        assert_eq!(tensors, expected, "{selected:?} {ignored:?}");
    }
    let error = Selection::new(["near-twin"], []).expect_err("no such rule");
    assert!(
        matches!(&error, SelectionError::UnknownRule { .. }) && error.to_string().contains("'near-twins'"),
        "{error}"
    );
    assert!(Selection::new(["*:["], []).is_err());
}

#[test]
fn a_baseline_hides_what_is_known_and_tells_what_is_gone() {
    let findings = |made: &crate::made::Made| audited(made, &AuditOptions::default()).findings;
    let known = Baseline::of(&findings(&sick()));
    let text = known.to_json().expect("JSON");
    let read = Baseline::parse(&text).expect("a baseline");
    assert_eq!((&read, read.to_json().expect("JSON")), (&known, text));
    let compared = read.compare(findings(&sick()));
    assert_eq!((compared.new.len(), compared.hidden, compared.gone.len()), (0, 2, 0));
    // One more row dies, a value is repaired, a layer is zeroed: known, gone, new.
    let changed = sick()
        .changed(DEAD, |v| v[..128].fill(0.0))
        .changed(NAN, |v| v[0] = 0.1)
        .changed("conv.weight", |v| v.fill(0.0));
    let compared = read.compare(findings(&changed));
    assert_eq!((compared.new[0].rule, compared.hidden), ("all-zero", 1));
    assert_eq!(compared.gone, [format!("{NAN} (non-finite)")]);
    // A note that becomes a warning is new.
    let worse = sick().changed(DEAD, |v| v[..80 * 64].fill(0.0));
    let compared = read.compare(findings(&worse));
    assert!(compared.new.iter().any(|f| f.tensor == DEAD && f.severity == Severity::Warning), "{:?}", compared.new);
    for text in ["", "[]", r#"{"version": 2, "findings": []}"#] {
        assert!(Baseline::parse(text).is_err(), "{text}");
    }
}

#[test]
fn every_rule_has_a_page() {
    for (at, found) in rules().iter().enumerate() {
        assert!(std::ptr::eq(rule(found.id).expect("by its id"), *found));
        assert!(rules()[..at].iter().all(|other| other.id != found.id), "{} twice", found.id);
        for text in [found.finds, found.why, found.evidence, found.remedy] {
            assert!(text.len() > 20 && text.trim() == text && !text.contains("  "), "{}: {text:?}", found.id);
        }
    }
}
