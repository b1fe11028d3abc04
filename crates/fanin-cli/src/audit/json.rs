//! The JSON report.

use fanin_audit::Severity;
use serde_json::{Value, json};

use super::{AuditReport, Audited};

pub(super) fn report(report: &AuditReport) -> Value {
    let checkpoint = |checkpoint: &Audited| {
        let decision = &checkpoint.audit.decision;
        json!({
            "path": checkpoint.path, "files": checkpoint.files, "stage": decision.stage, "reason": decision.reason,
            "weights": decision.weights, "noise": decision.noise, "orthogonal": decision.orthogonal,
            "tensors": checkpoint.audit.tensors, "others": checkpoint.audit.skipped.len(),
            "skipped": checkpoint.audit.skipped, "coverage": checkpoint.audit.coverage,
            "skipped_files": checkpoint.skipped.iter().map(|file| json!({ "path": file.path, "reason": file.reason })).collect::<Vec<_>>(),
        })
    };
    let files: Vec<_> = report.checkpoints.iter().flat_map(|checkpoint| &checkpoint.files).collect();
    let warned = report.by_tensor().filter(|findings| findings.iter().any(|finding| finding.severity > Severity::Note));
    let baseline = report.baseline.as_ref().map(|known| json!({ "hidden": known.hidden, "gone": known.gone }));
    json!({
        "stage": report.stage(),
        "files": files,
        "tensors": report.tensors(),
        "checkpoints": report.checkpoints.iter().map(checkpoint).collect::<Vec<_>>(),
        "unreadable": report.unreadable.iter().map(|one| json!({ "path": one.path, "error": one.error })).collect::<Vec<_>>(),
        "findings": report.findings,
        "baseline": baseline,
        "summary": {
            "errors": report.count(Severity::Error), "warnings": report.count(Severity::Warning),
            "notes": report.count(Severity::Note), "tensors_with_errors_or_warnings": warned.count(),
        },
    })
}
