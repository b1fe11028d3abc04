//! The stage: fresh, trained or undetermined.
