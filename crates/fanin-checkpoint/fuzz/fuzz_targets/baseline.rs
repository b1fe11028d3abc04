//! A baseline of an audit. One that is read is written back as it was and divides the findings of a small checkpoint.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use fanin_audit::{AuditOptions, Baseline, Finding, audit};
use fanin_checkpoint::reading::Checkpoint;

static FINDINGS: LazyLock<Vec<Finding>> = LazyLock::new(|| {
    let header = br#"{"w":{"dtype":"F32","shape":[4,4],"data_offsets":[0,64]}}"#;
    let bytes = [&(header.len() as u64).to_le_bytes()[..], header, &[0; 64]].concat();
    let checkpoint = Checkpoint::of_bytes(Path::new("memory"), bytes).expect("a checkpoint");
    audit(&checkpoint, &AuditOptions::default()).expect("an audit").findings
});

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(baseline) = Baseline::parse(text) {
        let written = baseline.to_json().expect("JSON");
        assert_eq!(Baseline::parse(&written).expect("a baseline"), baseline);
        let compared = baseline.compare(FINDINGS.clone());
        assert_eq!(compared.new.len() + compared.hidden, FINDINGS.len());
    }
});
