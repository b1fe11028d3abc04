//! Tests of diagnoses and verdicts of whole runs.

mod diagnosis;
mod verdicts;
