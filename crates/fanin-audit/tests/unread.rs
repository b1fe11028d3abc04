//! Tensors that cannot be read are skipped and named.

use fanin_audit::diff::{self, Outcome};
use fanin_audit::{AuditOptions, audit};
use fanin_checkpoint::reading::Checkpoint;

/// Written by torch: a float tensor, a quantized one and a sparse one.
#[test]
fn tensors_without_values_are_skipped_beside_those_with_values() {
    let path = [env!("CARGO_MANIFEST_DIR"), "..", "fanin-checkpoint", "tests", "fixtures", "mixed.pt"];
    let checkpoint = Checkpoint::open(&path.iter().collect::<std::path::PathBuf>()).expect("a checkpoint");
    let audit = audit(&checkpoint, &AuditOptions::default()).expect("an audit");
    assert_eq!(audit.skipped.to_string(), "skipped 2 tensors of quantized values, sparse values");
    let differences = diff::checkpoints(&checkpoint, &checkpoint, &[], |_| true, |_| ()).expect("differences");
    let outcomes: Vec<_> = differences.iter().map(|difference| &difference.outcome).collect();
    assert_eq!(outcomes, [&Outcome::Equal, &Outcome::Unread, &Outcome::Unread]);
}
