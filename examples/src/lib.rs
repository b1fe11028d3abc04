//! One small program for each idea; each is a binary of this crate.
