//! Weights that were not read, and weights that are missing.
