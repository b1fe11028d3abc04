//! Fixed filters.
