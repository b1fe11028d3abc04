//! Pruned weights and copies.
