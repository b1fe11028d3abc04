//! Audits, identifies and compares the weights of checkpoints.
//!
//! [`audit`] finds faulty weights by rules with ids, [`identify`] finds the initializers that could have generated a tensor, and
//! [`diff`] compares two checkpoints. All three measure a tensor with [`measure`] and read files with `fanin_checkpoint`.
//!
//! # The audit
//! [`audit`] reads each tensor once ([`measure`]), decides whether the checkpoint is fresh or trained ([`TrainingStage`]), and runs every
//! rule of [`rules()`]. A rule works on statistics; it has an id, a severity and a page.
//!
//! The audit avoids false alarms: zero biases and unit gains are never reported, few rules check tables and buffers, and every
//! statistical rule bounds the probability that chance explains a finding.
//!
//! No rule can detect a wrong scale of a trained weight that has fewer than three peers of its name and shape and carries no rounding
//! trace of a product: healthy scales spread by a factor of 2.2 within a file, and so does every other quantity that was measured
//! (`campaigns/calibration`).
//!
//! ```no_run
//! use fanin_audit::{AuditOptions, audit};
//! use fanin_checkpoint::reading::Checkpoint;
//!
//! let checkpoint = Checkpoint::open("model.safetensors".as_ref())?;
//! let audit = audit(&checkpoint, &AuditOptions::default())?;
//! println!("{}", audit.decision);
//! for finding in &audit.findings {
//!     println!("{} {}: {} [{}]", finding.severity, finding.tensor, finding.message, finding.rule);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod audit;
mod baseline;
pub mod diff;
mod error;
mod finding;
pub mod identify;
mod judge;
#[cfg(test)]
pub(crate) mod made;
pub mod measure;
mod options;
mod progress;
mod rules;
mod selection;
mod wording;

pub use audit::{Audit, audit, audit_with};
pub use baseline::{Baseline, BaselineError, Compared};
pub use error::AuditError;
pub use finding::{Finding, Severity};
pub use judge::{
    Channels, Coverage, Decision, Model, Part, PartKind, Side, Skipped, Subject, TensorKind, TrainingStage,
};
pub use measure::{Lines, Statistics};
pub use options::AuditOptions;
pub use progress::{Progress, Silent};
pub use rules::{AuditRule, rule, rules};
pub use selection::{Selection, SelectionError};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
